"""JSON in and out: one strict reading of a body, one fast writing of an answer."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import orjson
from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from core.errors import MalformedJSON, PayloadTooLarge


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same key twice")
    return members


def _refuse_unstorable_text(value: Any) -> None:
    """Only escapes can bring in NUL and lone surrogates, which PostgreSQL text cannot hold."""
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a text holds a NUL character")
        value.encode()
    elif isinstance(value, dict):
        for key, member in value.items():
            _refuse_unstorable_text(key)
            _refuse_unstorable_text(member)
    elif isinstance(value, list):
        for item in value:
            _refuse_unstorable_text(item)


def parse(body: bytes) -> Any:
    """One JSON value (RFC 8259), read so that no two readers could disagree about it.

    Raises MalformedJSON for anything else: bad UTF-8, duplicate keys, NaN, depth, huge numbers.
    """
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_unique_members,
            parse_constant=_refuse_constant,
        )
        if b"\\u" in body:
            _refuse_unstorable_text(value)
    except RecursionError:
        raise MalformedJSON(
            "The body is not valid JSON: it is nested too deep."
        ) from None
    except ValueError as error:
        raise MalformedJSON(f"The body is not valid JSON: {error}.") from None
    return value


class StrictJSONParser(BaseParser):
    """Reads a body of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes; an empty one is an empty object."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise PayloadTooLarge
        return parse(body) if body.strip() else {}


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
