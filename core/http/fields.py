"""Serializer fields that take what the contract says and nothing that merely resembles it."""

import re
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.validators import URLValidator
from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from core.failures import InvalidInput
from core.postgres.documents import ID
from core.text import InvisibleCharacters, readable

MAX_ID = 2**63 - 1


def read(
    kind: type[serializers.BaseSerializer[Any]], request: Request, *, row: Model | None = None
) -> dict[str, Any]:
    """The body as the serializer understands it; of a change to `row` only what was sent.

    Raises ValidationError and what the fields raise.
    """
    serializer = kind(row, data=request.data, partial=bool(row), context={"request": request})
    if isinstance(serializer, serializers.Serializer):
        _give_fields(serializer)
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


@cache
def _fields_of(
    kind: type[serializers.Serializer[Any]],
) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """The fields of a serializer, made and bound once: REST framework makes all of them anew for
    each request, which takes three quarters of the time of reading a body."""
    return dict(kind().fields)


def _give_fields(serializer: serializers.Serializer[Any]) -> None:
    fields = {name: copy(field) for name, field in _fields_of(type(serializer)).items()}
    for field in fields.values():
        field.parent = serializer
    serializer.__dict__["fields"] = fields


class Shaped:
    """A field that says itself which JSON it takes and gives, for the OpenAPI schema."""

    def shape(self, direction: str) -> dict[str, Any]:
        """JSON Schema for `request` or `response`."""
        raise NotImplementedError


class StrictInteger(serializers.IntegerField):
    """A JSON integer of at most 64 bits; no text, no 1.0, no true."""

    default_error_messages = {"out_of_range": "The number is too large."}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        if abs(data) > MAX_ID:
            self.fail("out_of_range")
        return data


@extend_schema_field(ID)
class Id(StrictInteger):
    """An id, of which the domain knows whether there is such a thing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, **kwargs)


class StrictText(Shaped, serializers.CharField):
    """A JSON string for people to read; no number, no true.

    Its length is judged before anything else looks at it, then that all of it can be seen; it is
    kept as Unicode NFC and, unless it is `of_lines`, as one line. `too_long` is the code of what is
    longer than `max_length`.
    """

    default_error_messages = {
        "max_length": "Write at most {max_length} characters.",
    }
    too_long = "max_length"
    max_length: int

    def __init__(self, *, max_length: int, of_lines: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.of_lines = of_lines

    def shape(self, direction: str) -> dict[str, Any]:
        if direction == "response":
            return {"type": "string", "maxLength": self.max_length}
        may_be_blank = self.allow_blank or not self.trim_whitespace
        shape: dict[str, Any] = {"type": "string"}
        if not self.allow_blank:
            shape["minLength"] = 1
        if not may_be_blank:
            shape["pattern"] = r"\S"
        shape["maxLength"] = self.max_length
        return shape

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str):
            if len(data) > self.max_length:
                self.fail(self.too_long, max_length=self.max_length)
        elif data is not None and data is not serializers.empty:
            self.fail("invalid")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        return self.read(super().to_internal_value(data))

    def read(self, text: str) -> str:
        """What is kept of a text of the right length. Raises InvalidInput or ValidationError."""
        try:
            return readable(text, of_lines=self.of_lines)
        except InvisibleCharacters as failure:
            raise serializers.ValidationError(failure.detail, failure.code) from None


class Verbatim(StrictText):
    """A text that programs compare, character by character: kept as it came."""

    def read(self, text: str) -> str:
        return text


class StrictBoolean(serializers.BooleanField):
    """true or false; no text, no 1."""

    default_error_messages = {"invalid": "Write true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class OneOf(serializers.ChoiceField):
    """One of these texts, which a refusal lists instead of repeating what was sent, however long.

    It takes no `help_text`: a reference with a description is an `allOf`, of which some generators
    make an empty class.
    """

    def __init__(self, choices: Sequence[str], **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        self.error_messages["invalid_choice"] = f"Choose one of: {', '.join(choices)}."

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return super().to_internal_value(data)


class ListOf(serializers.ListField):
    """A JSON list; of one with more than `max_length` items none is looked at."""

    default_error_messages = {
        "not_a_list": "Write a list.",
        "max_length": "Write at most {max_length} items.",
    }
    max_length: int

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().run_validation(data)


class DistinctLabels(Shaped, serializers.ListField):
    """1 to `max_length` labels, each once; `too_many` and `twice` are what is raised, and `of`
    is the JSON Schema of one."""

    default_error_messages = {"not_a_list": "Expected a list of labels."}
    child: Verbatim

    def __init__(
        self,
        *,
        of: dict[str, Any],
        longest: int,
        max_length: int,
        too_many: type[InvalidInput],
        twice: type[InvalidInput],
        **kwargs: Any,
    ) -> None:
        super().__init__(
            child=Verbatim(max_length=longest, trim_whitespace=False), allow_empty=False, **kwargs
        )
        self.shape_of_one, self.most, self.too_many, self.twice = of, max_length, too_many, twice

    def shape(self, direction: str) -> dict[str, Any]:
        return {
            "type": "array",
            "items": self.shape_of_one,
            "minItems": 1,
            "maxItems": self.most,
            "uniqueItems": True,
        }

    def to_internal_value(self, data: Any) -> list[str]:
        if isinstance(data, list) and len(data) > self.most:
            raise self.too_many(field=self.field_name)
        labels: list[str] = super().to_internal_value(data)
        if len(set(labels)) < len(labels):
            raise self.twice(field=self.field_name)
        return labels


class StrictDate(serializers.DateField):
    """A calendar day as "2026-12-31" (RFC 3339 full-date), and nothing else of ISO 8601."""

    pattern = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class Moment(Shaped, serializers.Field[datetime, str, str, Any]):
    """An RFC 3339 date-time. The seconds may be left out, and the offset, which then is that of the
    theater's local time."""

    default_error_messages = {
        "invalid": "Write a time as 2026-12-31T20:15:00, with an offset or without.",
    }
    pattern = re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
        r"(Z|[+-][0-9]{2}:[0-9]{2})?",
        re.IGNORECASE,
    )

    def shape(self, direction: str) -> dict[str, Any]:
        if direction == "response":
            return {"type": "string", "format": "date-time"}
        return {"type": "string", "pattern": f"^{self.pattern.pattern}$"}

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str) or not self.pattern.fullmatch(data):
            self.fail("invalid")
        try:
            return datetime.fromisoformat(data.upper())
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: datetime) -> str:
        return value.isoformat()


class WebAddress(StrictText):
    """An http or https URL of at most 500 characters. The server never fetches it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, **kwargs)
        self.validators.append(URLValidator(schemes=["http", "https"]))

    def shape(self, direction: str) -> dict[str, Any]:
        pattern = "^(https?://.+)?$" if self.allow_blank else "^https?://.+$"
        return {"type": "string", "maxLength": 500, "pattern": pattern}


class Coordinate(Shaped, serializers.Field[Decimal, float | int | str, float, Any]):
    """Degrees between -`limit` and `limit`, as a JSON number, kept to six decimals (0.1 m)."""

    default_error_messages = {"invalid": "Write degrees as a number from -{limit} to {limit}."}

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def shape(self, direction: str) -> dict[str, Any]:
        return {"type": "number", "minimum": -self.limit, "maximum": self.limit}

    def to_internal_value(self, data: Any) -> Decimal:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        if not is_number or not -self.limit <= data <= self.limit:
            self.fail("invalid", limit=self.limit)
        return round(Decimal(str(data)), 6)

    def to_representation(self, value: Decimal) -> float:
        return float(value)


class Money(Shaped, serializers.Field[Decimal, str | int, str, Any]):
    """An amount of at most 999999.99, or of more `digits`, as a decimal string: "250.00".

    A whole number is taken as a JSON integer, too. The schema says so in words: a type that is
    either of two becomes an empty class in some generated clients.
    """

    default_error_messages = {
        "invalid": 'Write an amount as a string such as "250.00": digits, at most two decimals.',
    }

    pattern = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")

    def __init__(self, *, digits: int = 6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.digits = digits
        self.pattern = re.compile(self.pattern.pattern.replace("6", str(digits)))

    def shape(self, direction: str) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": f"^{self.pattern.pattern}$",
            "example": "250.00" if self.pattern.fullmatch("250.00") else "7.00",
            "description": "A whole number may also be sent as a JSON integer.",
        }

    def to_internal_value(self, data: Any) -> Decimal:
        text = str(data) if isinstance(data, int) and not isinstance(data, bool) else data
        if not isinstance(text, str) or not self.pattern.fullmatch(text):
            self.fail("invalid")
        return Decimal(text).quantize(Decimal("0.01"))

    def to_representation(self, value: Decimal) -> str:
        return f"{value:.2f}"


@extend_schema_field(ID)
class IdOf(serializers.Field[Any, int, int, Any]):
    """The id of one of `rows`, which may depend on the caller; unknown and foreign ids answer
    alike.

    What the row that is changed refers to already may stay.
    """

    default_error_messages = {
        "invalid": "Write an id as a positive integer.",
        "does_not_exist": "There is no such object, or it is not yours to use.",
    }

    def __init__(self, rows: QuerySet[Any] | Callable[[Any], QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, int) or isinstance(data, bool) or data < 1:
            self.fail("invalid")
        rows = self.rows.all() if isinstance(self.rows, QuerySet) else self.rows(self._caller())
        found: Model | None = rows.filter(pk=data).first() or self._kept(data)
        if found is None:
            self.fail("does_not_exist")
        return found

    def _caller(self) -> Any:
        return self.context["request"].user

    def _kept(self, pk: int) -> Model | None:
        row = getattr(self.parent, "instance", None)
        is_kept = isinstance(row, Model) and row.serializable_value(str(self.source)) == pk
        return getattr(row, str(self.source)) if is_kept else None

    def get_attribute(self, instance: Any) -> Any:
        """The id that the row itself holds, without reading the other row."""
        return instance.serializable_value(self.source)

    def to_representation(self, value: int) -> int:
        return value
