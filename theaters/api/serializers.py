"""Theaters and screens as clients send and see them."""

from typing import Any

from rest_framework import serializers

from core.http.fields import (
    Coordinate,
    IdOf,
    ListOf,
    StrictInteger,
    StrictText,
    Verbatim,
    WebAddress,
)
from core.openapi.schema import example
from theaters.examples import NEW_SCREEN, NEW_THEATER, SCREEN, THEATER
from theaters.layout import MOST_COLUMNS, MOST_ROWS, check_layout, grid
from theaters.models import MOST_TURNAROUND_MINUTES, PHONE, Screen, Theater, is_phone
from theaters.policy import may_own
from users.fields import EmailAddress
from users.models import User

TEN_BY_TEN = (10, 10)


class PhoneNumber(StrictText):
    """A phone number of at most 40 characters, with blanks and punctuation."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.validators.append(is_phone)

    def shape(self, direction: str) -> dict[str, Any]:
        pattern = f"^({PHONE})?$" if self.allow_blank else f"^{PHONE}$"
        return {"type": "string", "maxLength": self.max_length, "pattern": pattern}


@example(request=NEW_THEATER, change={"name": "Babylon Mitte"}, response=THEATER)
class TheaterSerializer(serializers.ModelSerializer[Theater]):
    """A theater as an owner sends it; `owner` is then the caller."""

    name = StrictText(max_length=120)
    address = StrictText(max_length=300, allow_blank=True, required=False)
    city = StrictText(max_length=80)
    timezone = Verbatim(
        max_length=64,
        required=False,
        help_text="IANA name, such as `Europe/Berlin`; UTC when left out.",
    )
    latitude = Coordinate(limit=90, allow_null=True, required=False)
    longitude = Coordinate(limit=180, allow_null=True, required=False)
    currency = Verbatim(
        max_length=3,
        required=False,
        help_text="ISO 4217, with at most two decimals; USD when left out.",
    )
    phone = PhoneNumber(allow_blank=True, required=False, help_text="For customers, and public.")
    email = EmailAddress(allow_blank=True, required=False, help_text="For customers, and public.")
    website = WebAddress(allow_blank=True, required=False)
    owner: serializers.Field[Any, Any, Any, Any] = IdOf(User.objects.none(), read_only=True)

    class Meta:
        model = Theater
        fields = [
            "id",
            "name",
            "address",
            "city",
            "timezone",
            "latitude",
            "longitude",
            "currency",
            "phone",
            "email",
            "website",
            "owner",
        ]


class AdminTheaterSerializer(TheaterSerializer):
    """A theater as an admin sends it, who may give it to another owner."""

    owner = IdOf(
        User.objects.filter(may_own()),
        required=False,
        help_text="Id of an owner or admin; set by admins only.",
    )


@example(request=NEW_SCREEN, change={"turnaround_minutes": 20}, response=SCREEN)
class ScreenSerializer(serializers.ModelSerializer[Screen]):
    """A screen, described by a `layout` or, if that is a plain grid, by `rows` and `columns`."""

    theater = IdOf(Theater.objects.none(), read_only=True)
    name = StrictText(max_length=60)
    rows = StrictInteger(min_value=1, max_value=MOST_ROWS, required=False)
    columns = StrictInteger(min_value=1, max_value=MOST_COLUMNS, required=False)
    layout = ListOf(
        child=Verbatim(max_length=MOST_COLUMNS, trim_whitespace=False),
        max_length=MOST_ROWS,
        required=False,
        help_text="From the front, one string per row: s standard, p premium, r recliner, "
        "w wheelchair, x not for sale, _ gap.",
    )
    turnaround_minutes = StrictInteger(
        min_value=0, max_value=MOST_TURNAROUND_MINUTES, required=False
    )

    class Meta:
        model = Screen
        fields = [
            "id",
            "theater",
            "name",
            "rows",
            "columns",
            "layout",
            "turnaround_minutes",
        ]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Turns `rows` and `columns` into a `layout`. Raises InvalidLayout."""
        rows, columns = attrs.pop("rows", None), attrs.pop("columns", None)
        if "layout" in attrs:
            check_layout(attrs["layout"])
            self._check_size(attrs["layout"], rows, columns)
        elif rows or columns:
            now = (self.instance.rows, self.instance.columns) if self.instance else None
            size = (rows or (now or TEN_BY_TEN)[0], columns or (now or TEN_BY_TEN)[1])
            if size != now:
                attrs["layout"] = grid(*size)
        return attrs

    def _check_size(self, layout: list[str], rows: int | None, columns: int | None) -> None:
        for name, sent, actual in (
            ("rows", rows, len(layout)),
            ("columns", columns, len(layout[0])),
        ):
            if sent is not None and sent != actual:
                raise serializers.ValidationError(
                    {name: f"The layout has {actual} {name}; leave `{name}` out."}
                )
