"""Filters of lists that refuse with 400 what they do not understand, rather than ignore it."""

from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

import django_filters
from django import forms
from django.core.validators import RegexValidator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.filters import SearchFilter, search_smart_split
from rest_framework.request import Request

from core.http.fields import MAX_ID

LONGEST_TEXT = 100
TOO_LONG = f"Write at most {LONGEST_TEXT} characters."


class IdField(forms.CharField):
    """A positive integer in ASCII digits; one that no row can have is taken and finds nothing."""

    default_validators = [
        RegexValidator(r"\A[1-9][0-9]{0,18}\Z", "Write an id as a positive integer.")
    ]

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        return min(int(text), MAX_ID) if text else None


class DayField(forms.DateField):
    """A calendar day as `2026-12-31` (RFC 3339 full-date)."""

    default_validators = []

    def to_python(self, value: Any) -> Any:
        if value and not (str(value).isascii() and len(value) == 10):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class WantedText(forms.CharField):
    """A text of at most LONGEST_TEXT characters, in the spelling in which texts are kept."""

    def clean(self, value: Any) -> str:
        if value and len(value) > LONGEST_TEXT:
            raise forms.ValidationError(TOO_LONG, code="max_length")
        text: str = super().clean(value)
        return normalize("NFC", text)


@extend_schema_field({"type": "string", "maxLength": LONGEST_TEXT})
class TextFilter(django_filters.CharFilter):
    """A text of at most LONGEST_TEXT characters."""

    field_class = WantedText


class Search(SearchFilter):
    """`?search=` in the view's `search_fields`, each word of it, within LONGEST_TEXT characters."""

    def get_search_terms(self, request: Request) -> Any:
        text = request.query_params.get(self.search_param, "")
        if len(text) > LONGEST_TEXT:
            raise serializers.ValidationError(
                {self.search_param: ErrorDetail(TOO_LONG, "max_length")}
            )
        return search_smart_split(normalize("NFC", text))  # type: ignore[arg-type]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """For the OpenAPI schema."""
        names = " and ".join(f"`{name}`" for name in view.search_fields)
        shape = {"type": "string", "maxLength": LONGEST_TEXT}
        what = f"Words that {names} have."
        return [{"name": self.search_param, "in": "query", "schema": shape, "description": what}]


@extend_schema_field(OpenApiTypes.INT)
class IdFilter(django_filters.Filter):
    """The id of a related object."""

    field_class = IdField


@extend_schema_field(OpenApiTypes.DATE)
class DayFilter(django_filters.DateFilter):
    """A day, written as in RFC 3339."""

    field_class = DayField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


class OneOfFilter(django_filters.ChoiceFilter):
    """One of the choices, which a refusal lists."""

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        known = ", ".join(value for value, _ in choices)
        says = {"invalid_choice": f"Choose one of: {known}."}
        super().__init__(*args, choices=choices, error_messages=says, **kwargs)


@extend_schema_field(OpenApiTypes.BOOL)
class FlagFilter(django_filters.TypedChoiceFilter):
    """`true` or `false`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args,
            choices=[("true", "true"), ("false", "false")],
            coerce=lambda text: text == "true",
            error_messages={"invalid_choice": "Write true or false."},
            **kwargs,
        )
