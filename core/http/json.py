"""JSON in and out: one strict reading of a body, one fast writing of an answer."""

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

import orjson
from django.utils.http import parse_header_parameters
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from core.failures import (
    BadRequest,
    InvalidInput,
    MalformedJSON,
    UnsupportedMediaType,
)

MAX_DEPTH = 16
MAX_DIGITS = 100
TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same key twice")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is out of range")
    return number


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number has more than {MAX_DIGITS} digits")
    return int(text)


DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_members,
    parse_constant=_refuse_constant,
    parse_float=_finite,
    parse_int=_integer,
)


def _refuse_what_cannot_be_kept(value: Any) -> None:
    """Depth, and the NUL and lone surrogates that escapes bring and PostgreSQL cannot hold."""
    waiting = [(value, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            _refuse_unstorable_text(value)
        elif isinstance(value, dict | list):
            if depth == MAX_DEPTH:
                raise ValueError(TOO_DEEP)
            inner = [*value, *value.values()] if isinstance(value, dict) else value
            waiting.extend((member, depth + 1) for member in inner)


def _refuse_unstorable_text(text: str) -> None:
    if "\0" in text:
        raise ValueError("a text holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a text holds half of a surrogate pair") from None


def _text(body: bytes) -> str:
    text = body.decode()
    if text.startswith("\ufeff"):
        raise ValueError("it begins with a byte order mark (BOM)")
    return text


def parse(body: bytes) -> Any:
    """One JSON value (RFC 8259), read so that no two readers could disagree about it.

    Raises MalformedJSON for anything else: bad UTF-8, duplicate keys, NaN, depth, huge numbers.
    """
    try:
        value = DECODER.decode(_text(body))
        if b"\\u" in body or body.count(b"[") + body.count(b"{") > MAX_DEPTH:
            _refuse_what_cannot_be_kept(value)
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise _malformed(TOO_DEEP) from None
    except ValueError as error:
        raise _malformed(str(error)) from None
    return value


def _malformed(reason: str) -> MalformedJSON:
    return MalformedJSON(f"The body is not valid JSON: {reason}.")


def _length(context: Mapping[str, Any] | None) -> int:
    request = (context or {})["request"]
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _read(stream: Any, length: int) -> bytes:
    """A whole body; half of one, of a client that hung up, would be another request."""
    body: bytes = stream.read(length)
    if len(body) < length:
        raise BadRequest("The body ended before its Content-Length.")
    return body


class StrictJSONParser(BaseParser):
    """Reads an object; no body is an empty one."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        parameters = parse_header_parameters(media_type or "")[1]
        if parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise UnsupportedMediaType
        body = _read(stream, _length(parser_context))
        value = parse(body) if body.strip() else {}
        if not isinstance(value, dict):
            raise InvalidInput("Send one JSON object, with the fields as its members.")
        return value


class FastJSONRenderer(BaseRenderer):
    """Writes with orjson, which is several times faster than the standard library."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str)
