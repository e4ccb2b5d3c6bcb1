"""Fields of bodies in which customers say how they buy, here and when they book."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from core.http.fields import Shaped, StrictText, Verbatim

LONGEST_CODE = 30


class TypesBySeat(Shaped, serializers.DictField):
    """The names of ticket types by the labels of seats."""

    default_error_messages = {
        "not_a_dict": "Write an object: names of ticket types by seat.",
        "max_length": "Name at most {max_length} seats.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=StrictText(max_length=40), **kwargs)

    def shape(self, direction: str) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": {"type": "string", "maxLength": 40},
            "maxProperties": settings.HOLD_SEATS_AT_MOST,
            "example": {"A1": "Child"},
        }

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, dict) and len(data) > settings.HOLD_SEATS_AT_MOST:
            self.fail("max_length", max_length=settings.HOLD_SEATS_AT_MOST)
        if isinstance(data, dict) and any(len(label) > 5 for label in data):
            self.fail("not_a_dict")
        types: dict[str, str] = super().to_internal_value(data)
        return types


class VoucherCode(Verbatim):
    """A voucher's code as somebody types it: blanks and case do not matter."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_CODE, **kwargs)

    def read(self, text: str) -> str:
        return "".join(text.split()).upper()
