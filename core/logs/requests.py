"""One line per request.

No line holds a body, a header, a query string or a raw path: a path is logged as its route.
"""

import logging
import time
import uuid
from contextvars import ContextVar
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django_structlog.middlewares import RequestMiddleware

logger = structlog.get_logger("core.request")
current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


class RequestLog(RequestMiddleware):
    """Gives a request its id, on `request.request_id`, in X-Request-ID and in every log line.

    A client's own X-Request-ID is not believed. A bug is logged with its traceback by the parent
    class; the line per request is ours, at a quarter of the parent's cost.
    """

    def prepare(self, request: HttpRequest) -> None:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        request.started_at = time.perf_counter()  # type: ignore[attr-defined]
        current_request.set(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        seconds = time.perf_counter() - request.started_at  # type: ignore[attr-defined]
        logger.log(
            _level(response.status_code),
            "request",
            method=request.method,
            route=_route(request),
            status=response.status_code,
            duration_ms=round(seconds * 1000, 1),
            user_id=user_id_of(request),
        )
        structlog.contextvars.clear_contextvars()
        current_request.set(None)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {_route(request)}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(user_id=user_id_of(request))


def _level(status: int) -> int:
    if status < 500:
        return logging.INFO
    return logging.WARNING if status == 503 else logging.ERROR


def _route(request: HttpRequest) -> str | None:
    """The pattern that matched, such as `api/v1/shows/<int:pk>/`; None where none did."""
    return request.resolver_match.route if request.resolver_match else None


def user_id_of(request: HttpRequest) -> Any:
    """Who was found to ask; never a query of its own."""
    user: Any = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)
