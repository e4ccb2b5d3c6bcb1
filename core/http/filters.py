"""What lists can be narrowed by: parameters that are refused with 400 where they make no sense,
rather than ignored.

They are plain functions: validating a form would cost more than reading 20 rows does.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from unicodedata import normalize

from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.serializers import ErrorDetail, ValidationError

from core.http.fields import MAX_ID
from core.postgres.documents import ID as ID_SHAPE

LONGEST_TEXT = 100
TOO_LONG = f"Write at most {LONGEST_TEXT} characters."
A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AN_ID = re.compile(r"[1-9][0-9]{0,18}")
FLAGS = {"true": True, "false": False}


class Kind(NamedTuple):
    """How a value is written (JSON Schema) and read; `read` raises ValueError for what it does not
    take."""

    shape: dict[str, Any]
    read: Callable[[str], Any]


class Filter(NamedTuple):
    """A parameter of a list. `narrow` makes of all rows, the value and the request those that are
    wanted: without it, those with the value in the column of that name. `code` is of a refusal."""

    kind: Kind
    help: str
    narrow: Callable[[Any, Any, Request], Any] | None = None
    code: str = "invalid"


def read_id(text: str) -> int:
    """One that no row can have is taken and finds nothing."""
    if not AN_ID.fullmatch(text):
        raise ValueError("Write an id as a positive integer.")
    return min(int(text), MAX_ID)


def read_day(text: str) -> date:
    """RFC 3339 full-date."""
    if not A_DAY.fullmatch(text):
        raise ValueError("Write a day as 2026-12-31.")
    return date.fromisoformat(text)


def read_usual_day(text: str) -> date:
    """Reads a day that has a day before and after it."""
    day = read_day(text)
    if not 1 < day.year < 9999:
        raise ValueError("Choose a year from 2 to 9998.")
    return day


def read_flag(text: str) -> bool:
    if text not in FLAGS:
        raise ValueError("Write true or false.")
    return FLAGS[text]


def read_text(text: str) -> str:
    """In the spelling in which texts are kept."""
    return normalize("NFC", text)


ID = Kind(ID_SHAPE, read_id)
DAY = Kind({"type": "string", "format": "date"}, read_day)
USUAL_DAY = Kind(DAY.shape, read_usual_day)
FLAG = Kind({"type": "boolean"}, read_flag)
TEXT = Kind({"type": "string", "maxLength": LONGEST_TEXT}, read_text)


def one_of(values: Sequence[str]) -> Kind:
    """One of these values, which a refusal lists."""

    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"Choose one of: {', '.join(values)}.")
        return text

    return Kind({"type": "string", "enum": list(values)}, read)


def read_filters(filters: Mapping[str, Filter], parameters: Mapping[str, str]) -> dict[str, Any]:
    """The filters among the parameters; an empty one is none. Raises ValidationError."""
    chosen, errors = {}, {}
    for name in filters.keys() & parameters.keys():
        text = parameters[name]
        if len(text) > LONGEST_TEXT:
            errors[name] = [ErrorDetail(TOO_LONG, code="max_length")]
        elif text := text.strip():
            try:
                chosen[name] = filters[name].kind.read(text)
            except ValueError as error:
                errors[name] = [ErrorDetail(str(error), code=filters[name].code)]
    if errors:
        raise ValidationError(errors)
    return chosen


class Filters(BaseFilterBackend):
    """Narrows a list by the view's `filters`."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filters = getattr(view, "filters", {})
        for name, value in read_filters(filters, request.query_params).items():
            narrow = filters[name].narrow
            queryset = (
                narrow(queryset, value, request) if narrow else queryset.filter(**{name: value})
            )
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """For the OpenAPI schema."""
        return [
            {"in": "query", "name": name, "schema": each.kind.shape, "description": each.help}
            for name, each in getattr(view, "filters", {}).items()
        ]
