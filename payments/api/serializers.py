"""Payments as clients ask for them."""

from typing import Any

from rest_framework import serializers

from core.http.fields import Money, OneOf, StrictText, WebAddress
from core.openapi.schema import example


@example(
    request={"provider": "stripe", "return_url": "https://tickets.example/bookings/K7M2QX9RTA"}
)
class PaymentInput(serializers.Serializer[Any]):
    provider = StrictText(
        max_length=20,
        required=False,
        help_text="One that the theater takes money through; when left out, the one that it"
        " connected last. The answer names it.",
    )
    flow = OneOf(["page", "sheet"], required=False)
    return_url = WebAddress(required=False, help_text="Where the provider's page leads back to.")


@example(request={"amount": "25.00", "method": "cash"})
class CounterPaymentInput(serializers.Serializer[Any]):
    amount = Money(digits=8, help_text="What the customer has paid: all that is due.")
    method = OneOf(["cash", "card"])


@example(request={"amount": "25.00"})
class PayOutInput(serializers.Serializer[Any]):
    amount = Money(digits=8, help_text="What was paid out: the whole refund.")
