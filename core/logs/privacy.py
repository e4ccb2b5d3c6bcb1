"""What no log line tells: people's addresses, and the rows that a database's error quotes."""

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

import psycopg
import structlog

ADDRESS = re.compile(r"[^\s<>'\"()\[\]{},;:=|/\\]+@[^\s<>'\"()\[\]{},;:=|/\\]+")
# What PostgreSQL says after its first line, DETAIL or CONTEXT in its language
QUOTATION = re.compile(r"^\w+:  .*\n?", re.MULTILINE)
QUOTATIONS = re.compile(r"^\w+:  .*", re.MULTILINE | re.DOTALL)
PLAIN = (bool, int, float, type(None))


def scrub(text: str) -> str:
    """Return the text without addresses and without rows that a database error quotes."""
    if "\n" in text:
        text = QUOTATIONS.sub("", text)
    return ADDRESS.sub("…", text) if "@" in text else text


def scrub_line(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> dict[str, Any]:
    """Scrub all values, as structlog's last processor before the renderer."""
    return {
        key: value if isinstance(value, PLAIN) else scrub(str(value)) for key, value in line.items()
    }


def _traceback(exc_info: Any) -> str:
    """Return the traceback without what its errors quote: a value may have several lines."""
    text: str = structlog.processors.format_exc_info(None, "", {"exc_info": exc_info})["exception"]
    for quoted in _quotations(exc_info[1]):
        text = text.replace(quoted, "…")
    return QUOTATION.sub("", text)


def _quotations(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        if isinstance(error, psycopg.Error):
            yield from filter(None, (error.diag.message_detail, error.diag.context))
        error = error.__cause__ or error.__context__


render_exception = structlog.processors.ExceptionRenderer(_traceback)
