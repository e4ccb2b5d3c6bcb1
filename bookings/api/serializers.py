"""Bookings and cancellations as clients send them."""

from typing import Any

from rest_framework import serializers

from core.http.fields import DistinctLabels, Id, Money, StrictText
from core.openapi.schema import example
from shows import labels


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


@example(request={"reason": "The projector is broken."})
class ShowCancelInput(serializers.Serializer[Any]):
    reason = StrictText(max_length=300, help_text="The customers read it in their mail.")
