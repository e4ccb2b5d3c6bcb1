"""What comes in for bookings, and what goes out, for the schema."""

from typing import Any

from rest_framework import serializers

from bookings.examples import BOOKING
from bookings.models import BookingStatus, TicketStatus
from core.http.fields import DistinctLabels, Money, StrictInteger, StrictText
from core.openapi.schema import example
from shows import labels
from shows.models import ShowStatus
from users.examples import CUSTOMER


@example(request={"show": 42, "total": "25.00"})
class BookingInput(serializers.Serializer[Any]):
    show = StrictInteger(min_value=1)
    seats = DistinctLabels(
        **labels.RULES, required=False, help_text="Exactly these seats; left out: your hold."
    )
    total = Money(digits=8, required=False, help_text="What the customer expects to pay.")


@example(request={"reason": "The projector is broken."})
class ShowCancelInput(serializers.Serializer[Any]):
    reason = StrictText(max_length=300, help_text="For the customers; it is in their mail.")


class TicketOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    seat = serializers.CharField()
    category = serializers.CharField()
    price = Money()
    status = serializers.ChoiceField(TicketStatus.choices)


class BookedMovieOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    duration_minutes = serializers.IntegerField()
    certificate = serializers.CharField()


class BookedTheaterOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    city = serializers.CharField()
    timezone = serializers.CharField()


class BookedScreenOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class BookedShowOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    movie = BookedMovieOutput()
    theater = BookedTheaterOutput()
    screen = BookedScreenOutput()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    language = serializers.CharField()
    format = serializers.CharField()
    status = serializers.ChoiceField(ShowStatus.choices)


@example(response=BOOKING)
class BookingOutput(serializers.Serializer[Any]):
    reference = serializers.CharField()
    status = serializers.ChoiceField(BookingStatus.choices)
    show = BookedShowOutput()
    tickets = TicketOutput(many=True)
    total = Money(digits=8)
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()


class CustomerOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    email = serializers.EmailField()


@example(response=BOOKING | {"customer": CUSTOMER})
class BookingWithCustomerOutput(BookingOutput):
    customer = CustomerOutput()
