"""Filters of lists that refuse with 400 what they do not understand, rather than ignore it."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from core.fields import MAX_ID


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


@extend_schema_field({"type": "string", "maxLength": 100})
class TextFilter(django_filters.CharFilter):
    """A text of at most 100 characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=100, **kwargs)


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
