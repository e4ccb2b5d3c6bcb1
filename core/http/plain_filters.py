"""Filters as plain functions, for the lists that are read most.

Validating a form would cost more than reading 20 rows does.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple
from unicodedata import normalize

from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import ErrorDetail, ValidationError

from core.http.fields import MAX_ID
from core.http.filters import LONGEST_TEXT, TOO_LONG

ID = re.compile(r"[1-9][0-9]{0,18}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FLAGS = {"true": True, "false": False}


def an_id(text: str) -> int:
    """One that no row can have is taken and finds nothing."""
    if not ID.fullmatch(text):
        raise ValueError("Write an id as a positive integer.")
    return min(int(text), MAX_ID)


def a_day(text: str) -> date:
    """RFC 3339 full-date."""
    if not DAY.fullmatch(text):
        raise ValueError("Write a day as 2026-12-31.")
    return date.fromisoformat(text)


def a_flag(text: str) -> bool:
    if text not in FLAGS:
        raise ValueError("Write true or false.")
    return FLAGS[text]


def a_text(text: str) -> str:
    """In the spelling in which texts are kept."""
    if "\0" in text:
        raise ValueError("Leave out the NUL character.")
    return normalize("NFC", text)


class Filter(NamedTuple):
    """A parameter of the address: how it is read, and what it is for."""

    read: Callable[[str], Any]
    help: str


FORMS: dict[Any, Any] = {
    an_id: {"type": "integer", "minimum": 1, "maximum": MAX_ID},
    a_day: {"type": "string", "format": "date"},
    a_flag: {"type": "boolean"},
    a_text: {"type": "string", "maxLength": LONGEST_TEXT},
}


def parameters_of(
    filters: Mapping[str, Filter], forms: Mapping[Any, Any] = FORMS
) -> list[OpenApiParameter]:
    """For the OpenAPI schema; `forms` say what each way of reading takes."""
    return [
        OpenApiParameter(name, forms[f.read], description=f.help) for name, f in filters.items()
    ]


def read_filters(filters: Mapping[str, Filter], parameters: Mapping[str, str]) -> dict[str, Any]:
    """The filters among the parameters; an empty one is none. Raises ValidationError."""
    chosen, errors = {}, {}
    for name in filters.keys() & parameters.keys():
        text = parameters[name]
        if len(text) > LONGEST_TEXT:
            errors[name] = [ErrorDetail(TOO_LONG, code="max_length")]
        elif text := text.strip():
            try:
                chosen[name] = filters[name].read(text)
            except ValueError as error:
                errors[name] = [ErrorDetail(str(error), code="invalid")]
    if errors:
        raise ValidationError(errors)
    return chosen
