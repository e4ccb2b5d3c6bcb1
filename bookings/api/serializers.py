"""Bookings and cancellations as clients send them."""

from typing import Any

from rest_framework import serializers

from core.http.fields import (
    DistinctLabels,
    Id,
    ListOf,
    Moment,
    Money,
    OneOf,
    StrictBoolean,
    StrictInteger,
    StrictText,
    Verbatim,
)
from core.openapi.schema import example
from pricing.fields import TypesBySeat, VoucherCode
from shows import labels
from users import examples as shown
from users import tokens
from users.fields import EmailAddress


@example(request={"show": 42, "total": "25.00"})
class BookingInput(serializers.Serializer[Any]):
    show = Id()
    seats = DistinctLabels(
        **labels.RULES, required=False, help_text="Exactly these seats; left out: your hold."
    )
    total = Money(
        digits=8,
        required=False,
        help_text="What the customer expects to pay; a whole number may be a JSON integer.",
    )
    pay = OneOf(["online", "counter"], required=False)
    types = TypesBySeat(required=False, help_text="Ticket types by seat, as in a quote.")
    voucher = VoucherCode(required=False, allow_blank=True)
    at_counter = StrictBoolean(
        required=False, help_text="Sell to somebody at the counter; for who sells for the theater."
    )
    name = StrictText(max_length=80, required=False, help_text="Whom the booking is for.")
    email = EmailAddress(required=False, help_text="Where its mails go, if not to the account.")


@example(request={"reference": "K7M2QX9RTA", "key": "5f2b8c1d9e7a4f60b3c2d1e0f9a8b7c6"})
class BookingKeyInput(serializers.Serializer[Any]):
    reference = StrictText(max_length=10)
    key = StrictText(max_length=32)


@example(request={"token": shown.ACCESS})
class GuestHoldsInput(serializers.Serializer[Any]):
    token = Verbatim(
        max_length=tokens.LONGEST,
        required=False,
        help_text="The guest's access token; left out: the guest of the cookie that comes along.",
    )


@example(request={"tickets": ["9f2c4e7ab1d84c5ea6f03b7d2e918c45"], "refund": "12.50"})
class CancelInput(serializers.Serializer[Any]):
    tickets = ListOf(
        child=StrictText(max_length=32),
        required=False,
        min_length=1,
        max_length=100,
        help_text="Codes of single tickets; left out: the whole booking.",
    )
    refund = Money(digits=8, required=False, help_text="What the customer expects to get back.")


@example(request={"ticket": "9f2c4e7ab1d84c5ea6f03b7d2e918c45", "seat": "E5", "total": "12.50"})
class ExchangeInput(serializers.Serializer[Any]):
    ticket = StrictText(max_length=32, help_text="The code of the ticket that is given back.")
    seat = StrictText(max_length=5, help_text="The label of the seat that is wanted for it.")
    show = Id(required=False, help_text="Another show of the theater; left out: the same one.")
    total = Money(
        digits=8, required=False, help_text="What the new ticket is expected to cost, with its fee."
    )


@example(request={"reason": "The projector is broken.", "refund": "1250.00"})
class ShowCancelInput(serializers.Serializer[Any]):
    reason = StrictText(max_length=300, help_text="The customers read it in their mail.")
    refund = Money(digits=8, required=False, help_text="What you expect to give back.")
    share = StrictInteger(
        required=False,
        min_value=0,
        max_value=100,
        help_text="Percent of the prices that go back, of a show that was broken off.",
    )
    vouchers = StrictBoolean(
        required=False, help_text="Give a voucher for what does not go back; `share` is then 0."
    )


@example(request={"starts_at": "2026-12-31T20:45:00", "reason": "The film arrives late."})
class ShowMoveInput(serializers.Serializer[Any]):
    starts_at = Moment()
    reason = StrictText(max_length=300, help_text="The customers read it in their mail.")
