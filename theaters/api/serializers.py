"""Theaters and screens as clients send and see them."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.http.fields import (
    Coordinate,
    IdOf,
    ListOf,
    Money,
    OneOf,
    StrictBoolean,
    StrictInteger,
    StrictText,
    Verbatim,
    WebAddress,
)
from core.openapi.schema import example
from theaters.accent import ACCENT, is_accent
from theaters.examples import NEW_SCREEN, NEW_THEATER, SCREEN, SELLING, THEATER
from theaters.layout import MOST_COLUMNS, MOST_ROWS, check_layout, grid
from theaters.models import MOST_TURNAROUND_MINUTES, PHONE, Screen, Theater, is_phone
from theaters.payment_settings import MOST_STEPS
from theaters.policy import may_own
from theaters.selling import MOST_MINUTES, Pays
from users.fields import EmailAddress
from users.models import User

TEN_BY_TEN = (10, 10)
A_DAY = 24 * 60
POLICY = (
    "From the earliest step on, what cancelling gives back; what no step covers cannot be "
    "cancelled. If there are none, all comes back until `cancel_until_minutes` of `limits/`."
)


class PhoneNumber(StrictText):
    """A phone number of at most 40 characters, with blanks and punctuation."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.validators.append(is_phone)

    def shape(self, direction: str) -> dict[str, Any]:
        pattern = f"^({PHONE})?$" if self.allow_blank else f"^{PHONE}$"
        return {"type": "string", "maxLength": self.max_length, "pattern": pattern}


class AccentColor(StrictText):
    """A color, `#rrggbb`, on which white text can be read; it may be empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=7, allow_blank=True, **kwargs)
        self.validators.append(is_accent)

    def shape(self, direction: str) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.max_length, "pattern": f"^({ACCENT})?$"}


class RefundStepSerializer(serializers.Serializer[Any]):
    """A step of a theater's policy: the share of the price that comes back until then."""

    until_minutes = StrictInteger(
        min_value=0, max_value=MOST_MINUTES, help_text="Before the start of the show."
    )
    share = StrictInteger(min_value=0, max_value=100, help_text="Percent of the price.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demands both members in a PATCH, too: it replaces the whole policy."""
        for name in self.fields.keys() - attrs.keys():
            self.fields[name].fail("required")
        return attrs


class SellerOutput(serializers.ModelSerializer[Theater]):
    """Who sells. Show it before the customer orders, with links to terms and privacy; each member
    may be empty."""

    class Meta:
        model = Theater
        fields = ["legal_name", "legal_address", "tax_id", "terms_url", "privacy_url"]
        read_only_fields = fields


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
    accent = AccentColor(
        required=False,
        help_text="Color of its pages, `#rrggbb` or empty; white text on it must have a contrast "
        "of at least 4.5:1 (WCAG 2.2).",
    )
    owner: serializers.Field[Any, Any, Any, Any] = IdOf(User.objects.none(), read_only=True)
    pays = OneOf(Pays.values, read_only=True)
    refund_policy = RefundStepSerializer(many=True, read_only=True, help_text=POLICY)
    fee_refundable = serializers.BooleanField(read_only=True)
    seller = SellerOutput(source="*", read_only=True)

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
            "accent",
            "owner",
            "pays",
            "refund_policy",
            "fee_refundable",
            "seller",
        ]


class TaxRate(Money):
    """Percent of tax, from 0 to 99."""

    default_error_messages = {"too_high": "Write at most 99 percent."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(digits=2, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        rate = super().to_internal_value(data)
        if rate > 99:
            self.fail("too_high")
        return rate


@example(request=SELLING, change={"pays": "both", "booking_fee": "0.70"}, response=SELLING)
class PaymentSettingsSerializer(serializers.ModelSerializer[Theater]):
    """How a theater sells. Minutes are before the start of a show, unless it says otherwise."""

    pays = OneOf(Pays.values, required=False)
    pay_within_minutes = StrictInteger(
        min_value=5, max_value=60, required=False, help_text="How long an online payment may take."
    )
    counter_until_minutes = StrictInteger(
        min_value=0,
        max_value=MOST_MINUTES,
        allow_null=True,
        required=False,
        help_text="When seats that are to be paid at the counter and are not are free again; null: "
        "they stay booked.",
    )
    admits_unpaid = StrictBoolean(
        required=False, help_text="Whether tickets that are not paid yet are let in."
    )
    booking_fee = Money(required=False, help_text="For each ticket, tax included.")
    tax_rate = TaxRate(required=False, help_text="Percent of tax that is in all prices.")
    refund_policy = ListOf(
        child=RefundStepSerializer(), max_length=MOST_STEPS, required=False, help_text=POLICY
    )
    fee_refundable = StrictBoolean(
        required=False, help_text="Whether the fee comes back when a customer cancels."
    )
    checkin_from_minutes = StrictInteger(
        min_value=0, max_value=A_DAY, required=False, help_text="When doors open."
    )
    online_until_minutes = StrictInteger(
        min_value=0, max_value=A_DAY, required=False, help_text="After the start."
    )
    counter_sells_until_minutes = StrictInteger(
        min_value=0, max_value=A_DAY, required=False, help_text="After the start."
    )
    no_single_seats = StrictBoolean(
        required=False,
        help_text="Whether customers are refused seats that leave a single free one, where others "
        "that are as good do not.",
    )
    legal_name = StrictText(max_length=200, allow_blank=True, required=False)
    legal_address = StrictText(max_length=300, of_lines=True, allow_blank=True, required=False)
    tax_id = StrictText(max_length=40, allow_blank=True, required=False)
    terms_url = WebAddress(allow_blank=True, required=False)
    privacy_url = WebAddress(allow_blank=True, required=False)
    terms_version = StrictText(
        max_length=40,
        allow_blank=True,
        required=False,
        help_text="Of the terms at `terms_url`; each booking keeps the one it was made under.",
    )

    class Meta:
        model = Theater
        fields = list(SELLING)


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
