"""Serializer fields that take what the contract says and nothing that merely resembles it."""

import re
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers

MAX_ID = 2**63 - 1


class StrictInteger(serializers.IntegerField):
    """A JSON integer of at most 64 bits; no text, no 1.0, no true."""

    default_error_messages = {"out_of_range": "The number is too large."}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        if abs(data) > MAX_ID:
            self.fail("out_of_range")
        return data


class StrictText(serializers.CharField):
    """A JSON string; no number, no true."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictBoolean(serializers.BooleanField):
    """true or false; no text, no 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Money(serializers.Field[Decimal, str | int, str, Any]):
    """An amount of at most 999999.99 as a decimal string with ASCII digits: "250.00"."""

    default_error_messages = {
        "invalid": 'Write an amount as a string such as "250.00": digits, at most two decimals.',
    }
    pattern = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")

    def to_internal_value(self, data: Any) -> Decimal:
        text = str(data) if isinstance(data, int) and not isinstance(data, bool) else data
        if not isinstance(text, str) or not self.pattern.fullmatch(text):
            self.fail("invalid")
        return Decimal(text).quantize(Decimal("0.01"))

    def to_representation(self, value: Decimal) -> str:
        return f"{value:.2f}"


class IdOf(serializers.Field[Model, int, int, Any]):
    """The id of an object in `queryset`; unknown and foreign ids answer alike."""

    default_error_messages = {
        "invalid": "Write an id as a positive integer.",
        "does_not_exist": "There is no such object, or it is not yours to use.",
    }

    def __init__(self, queryset: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.queryset = queryset

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, int) or isinstance(data, bool) or data < 1:
            self.fail("invalid")
        found: Model | None = self.queryset.all().filter(pk=data).first()
        if found is None:
            self.fail("does_not_exist")
        return found

    def to_representation(self, value: Model) -> int:
        return value.pk  # type: ignore[no-any-return]
