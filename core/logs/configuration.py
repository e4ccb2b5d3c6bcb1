"""How everything that is logged is written: JSON in production, readable in development.

What others log, and every traceback, passes core.logs.privacy.
"""

import logging
import sys
from typing import Any

import orjson
import structlog

from core.logs.privacy import render_exception, scrub, scrub_line

SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    render_exception,
]


def one_line_per_try(record: logging.LogRecord) -> bool:
    """Filter: put the reason of a job that will be retried into its line, without a traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if error and record.levelno < logging.ERROR:
        reason = " ".join(scrub(str(error)).split())
        record.msg = f"{record.getMessage()}: {type(error).__name__}: {reason}"
        record.args, record.exc_info = (), None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


def configure(*, as_json: bool) -> dict[str, Any]:
    """Configure structlog and return Django's LOGGING, so that both write the same format."""
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
    """Return LOGGING for other packages; Django's own lines per request are silenced."""
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
            "stripe": {"level": "WARNING"},
        },
    }
