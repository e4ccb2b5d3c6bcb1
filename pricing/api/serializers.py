"""Ticket types and vouchers as clients send and see them, and what is to be quoted."""

from typing import Any
from zoneinfo import ZoneInfo

from rest_framework import serializers

from core.http.fields import IdOf, ListOf, Moment, Money, OneOf, StrictInteger, StrictText
from core.openapi.schema import example
from movies.models import Movie
from pricing.examples import NEW_TICKET_TYPE, NEW_VOUCHER, TICKET_TYPE, VOUCHER
from pricing.fields import TypesBySeat, VoucherCode
from pricing.models import MOST_MOVIES, VOUCHER_KINDS, PriceKind, TicketType, Voucher
from pricing.vouchers import code_of
from theaters.layout import CATEGORY_NAMES
from theaters.models import Theater

VALUE = (
    "With the `kind` `share`, so many percent of the seat's price; with `amount` so much, whatever "
    "the seat costs; 0 with `as_is`, which is the kind unless it is sent: the seat's price."
)


@example(request={"types": {"A1": "Adult", "A2": "Child"}, "voucher": "SAVE10"})
class QuoteInput(serializers.Serializer[Any]):
    types = TypesBySeat(required=False, help_text="Ticket types by seat; see `ticket-types/`.")
    voucher = VoucherCode(required=False, allow_blank=True)


@example(request=NEW_TICKET_TYPE, change={"value": "40.00"}, response=TICKET_TYPE)
class TicketTypeSerializer(serializers.ModelSerializer[TicketType]):
    """Whom a ticket is for, and what that makes of the seat's price."""

    theater = IdOf(Theater.objects.none(), read_only=True)
    name = StrictText(max_length=40)
    kind = OneOf(PriceKind.values, required=False)
    value = Money(required=False, help_text=VALUE)
    categories = ListOf(
        child=OneOf(CATEGORY_NAMES),
        max_length=len(CATEGORY_NAMES),
        required=False,
        help_text="Of the seats that it is for; all of them if empty.",
    )
    at_most = StrictInteger(
        min_value=1, max_value=100, allow_null=True, required=False, help_text="In one booking."
    )
    position = StrictInteger(
        min_value=0, max_value=1000, required=False, help_text="Types are listed in this order."
    )

    class Meta:
        model = TicketType
        fields = ["id", "theater", "name", "kind", "value", "categories", "at_most", "position"]

    def validate_categories(self, categories: list[str]) -> list[str]:
        return list(dict.fromkeys(categories))


class NewVoucherCode(VoucherCode):
    """A code that people can type."""

    default_error_messages = {"pattern": "Write 3 to 30 letters from A to Z, digits and hyphens."}

    def shape(self, direction: str) -> dict[str, Any]:
        return super().shape(direction) | {"pattern": "^[A-Za-z0-9 -]+$"}

    def read(self, text: str) -> str:
        code = code_of(text)
        if code is None:
            self.fail("pattern")
        return code


class MovieIds(ListOf):
    """Ids of movies."""

    def __init__(self, **kwargs: Any) -> None:
        child = IdOf(Movie.objects.all())
        super().__init__(child=child, max_length=MOST_MOVIES, source="movie_ids", **kwargs)


@example(request=NEW_VOUCHER, change={"uses_at_most": 1000}, response=VOUCHER)
class VoucherSerializer(serializers.ModelSerializer[Voucher]):
    """A code that takes something off the prices of a booking's seats, but not off its fees."""

    theater = IdOf(Theater.objects.none(), read_only=True)
    code = NewVoucherCode(help_text="Kept in upper case.")
    kind = OneOf(VOUCHER_KINDS, required=False)
    value = Money(
        help_text="With the `kind` `share`, which it is unless it is sent, so many percent of each "
        "price; with `amount` so much of their sum."
    )
    valid_from = Moment(allow_null=True, required=False)
    valid_until = Moment(allow_null=True, required=False)
    movies = MovieIds(required=False, help_text="It is for these only; for all if empty.")
    uses_at_most = StrictInteger(
        min_value=1, max_value=1_000_000, allow_null=True, required=False, help_text="Bookings."
    )
    uses_per_customer = StrictInteger(min_value=1, max_value=1000, allow_null=True, required=False)
    uses = serializers.IntegerField(
        read_only=True, help_text="Its bookings that are confirmed, or to be paid in time."
    )

    class Meta:
        model = Voucher
        fields = [
            "id",
            "theater",
            "code",
            "kind",
            "value",
            "valid_from",
            "valid_until",
            "movies",
            "uses_at_most",
            "uses_per_customer",
            "uses",
        ]

    def to_internal_value(self, data: Any) -> Any:
        read: dict[str, Any] = super().to_internal_value(data)
        if "movie_ids" in read:
            read["movies"] = read.pop("movie_ids")
        return read

    def to_representation(self, instance: Voucher) -> dict[str, Any]:
        """Returns times in the time zone of the theater."""
        shown: dict[str, Any] = super().to_representation(instance)
        zone = ZoneInfo(instance.theater.timezone)
        for name in ("valid_from", "valid_until"):
            moment = getattr(instance, name)
            shown[name] = moment.astimezone(zone).isoformat() if moment else None
        return shown
