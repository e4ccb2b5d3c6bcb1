"""Seat labels as they come in, for holding and for booking."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from core.errors import InvalidInput
from core.fields import Shaped, Verbatim


class TooManySeats(InvalidInput):
    """More seats than one hold or booking may have."""

    code = "too_many_seats"
    title = "Too many seats"
    remedy = "Choose at most ten seats at once."
    example = {"field": "seats"}


class DuplicateSeats(InvalidInput):
    """The same seat is named more than once."""

    code = "duplicate_seats"
    title = "A seat is named twice"
    remedy = "Name each seat once."
    example = {"field": "seats"}


class SeatLabels(Shaped, serializers.ListField):
    """1 to HOLD_SEATS_AT_MOST labels, each once. Whether the show has them, its seats know."""

    default_error_messages = {"not_a_list": "Expected a list of labels."}
    child = Verbatim(max_length=5, trim_whitespace=False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty=False, **kwargs)

    def shape(self, direction: str) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 5},
            "minItems": 1,
            "maxItems": settings.HOLD_SEATS_AT_MOST,
            "uniqueItems": True,
        }

    def to_internal_value(self, data: Any) -> list[str]:
        if isinstance(data, list) and len(data) > settings.HOLD_SEATS_AT_MOST:
            raise TooManySeats(field=self.field_name)
        labels: list[str] = super().to_internal_value(data)
        if len(set(labels)) < len(labels):
            raise DuplicateSeats(field=self.field_name)
        return labels
