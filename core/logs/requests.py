"""One line per request.

No line holds a body, a header, a query string or a raw path: a path is logged as its route.
"""

import logging
import sys
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import structlog
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

logger = structlog.get_logger("core.request")
current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


class RequestLog:
    """Gives a request its id, on `request.request_id`, in X-Request-ID and in every log line.

    A client's own X-Request-ID is not believed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        started_at = time.perf_counter()
        current_request.set(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        logger.log(
            _level(response.status_code),
            "request",
            method=request.method,
            route=_route(request),
            status=response.status_code,
            duration_ms=round((time.perf_counter() - started_at) * 1000, 1),
            user_id=user_id_of(request),
        )
        structlog.contextvars.clear_contextvars()
        current_request.set(None)
        return response


@receiver(got_request_exception)
def log_bug(request: HttpRequest, **_: Any) -> None:
    """Log an exception that nobody anticipated, with its traceback; the answer is a plain 500."""
    asked = f"{request.method} {_route(request)}"
    logger.error(
        "request_failed",
        code=500,
        request=asked,
        user_id=user_id_of(request),
        exc_info=sys.exception(),
    )


def _level(status: int) -> int:
    if status < 500:
        return logging.INFO
    return logging.WARNING if status == 503 else logging.ERROR


def _route(request: HttpRequest) -> str | None:
    """Return the route that matched, such as `api/v1/shows/<int:pk>/`, or None."""
    return request.resolver_match.route if request.resolver_match else None


def user_id_of(request: HttpRequest) -> Any:
    """Return the id of the user if authentication has found one; never makes a query."""
    user: Any = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)
