"""One line per request, and what else happens: JSON in production, readable in development.

No line holds a body, a header, a query string or a raw path: a path is logged as its route. What
others log, and every traceback, passes core.log_privacy.
"""

import logging
import sys
import time
import uuid
from contextvars import ContextVar
from typing import Any

import orjson
import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django_structlog.middlewares import RequestMiddleware

from core.log_privacy import render_exception, scrub, scrub_line

logger = structlog.get_logger("core.request")
current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)

SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    render_exception,
]


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


def one_line_per_try(record: logging.LogRecord) -> bool:
    """A filter: a job that will be tried again says why in its line; giving up has a traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if error and record.levelno < logging.ERROR:
        reason = " ".join(scrub(str(error)).split())
        record.msg = f"{record.getMessage()}: {type(error).__name__}: {reason}"
        record.args, record.exc_info = (), None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


def configure(*, as_json: bool) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING, so that both write lines of one form."""
    renderer: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    if as_json:
        renderer = structlog.processors.JSONRenderer(serializer=_json)
    structlog.configure(
        processors=[*SHARED_PROCESSORS, scrub_line, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    return _standard_library(renderer)


def _json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _standard_library(renderer: Any) -> dict[str, Any]:
    """What other packages log; Django's own lines per request would only repeat ours."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            render_exception,
            scrub_line,
            renderer,
        ],
        "foreign_pre_chain": [*SHARED_PROCESSORS, structlog.stdlib.add_logger_name],
    }
    silent = {"handlers": ["nowhere"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "filters": {"one_line_per_try": {"()": lambda: one_line_per_try}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.request": silent,
            "django.security.DisallowedHost": silent,
            "django.security.csrf": silent,
            "django.server": silent,
            "procrastinate.blueprints": {"level": "WARNING"},
            "procrastinate.jobs": {"level": "WARNING"},
            "procrastinate.periodic": {"level": "WARNING"},
            "procrastinate.worker": {"filters": ["one_line_per_try"]},
            "procrastinate.worker.worker": {"level": "WARNING"},
            "psycopg.pool": {"level": "ERROR"},
        },
    }
