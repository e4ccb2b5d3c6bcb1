"""What the seat map and holds look like from outside, and the seat labels that come in."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from core.errors import InvalidInput
from core.fields import Money, StrictText
from shows.holding import Hold


class TooManySeats(InvalidInput):
    """More seats than one hold or booking may have."""

    code = "too_many_seats"
    title = "Too many seats"
    remedy = "Choose at most ten seats at once."


class DuplicateSeats(InvalidInput):
    """The same seat is named more than once."""

    code = "duplicate_seats"
    title = "A seat is named twice"
    remedy = "Name each seat once."


class SeatLabels(serializers.ListField):
    """1 to HOLD_SEATS_AT_MOST labels, each once. Whether the show has them, its seats know."""

    child = StrictText(max_length=5)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty=False, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        if isinstance(data, list) and len(data) > settings.HOLD_SEATS_AT_MOST:
            raise TooManySeats(field=self.field_name)
        labels: list[str] = super().to_internal_value(data)
        if len(set(labels)) < len(labels):
            raise DuplicateSeats(field=self.field_name)
        return labels


class HoldInput(serializers.Serializer[Any]):
    seats = SeatLabels(help_text='Labels from the seat map, such as "A1".')


class HeldSeatOutput(serializers.Serializer[Any]):
    label = StrictText()
    category = StrictText()
    price = Money()


class HoldOutput(serializers.Serializer[Any]):
    show = serializers.IntegerField()
    seats = HeldSeatOutput(many=True)
    total = Money()
    currency = StrictText()
    expires_at = serializers.DateTimeField()
    expires_in = serializers.IntegerField(help_text="Seconds.")


def hold_document(hold: Hold) -> dict[str, Any]:
    """A hold as HoldOutput describes it."""
    return {
        "show": hold.show_id,
        "seats": [
            {
                "label": seat.label,
                "category": seat.category,
                "price": f"{seat.price:.2f}",
            }
            for seat in hold.seats
        ],
        "total": f"{hold.total:.2f}",
        "currency": hold.currency,
        "expires_at": hold.expires_at.isoformat(),
        "expires_in": hold.expires_in,
    }


class SeatOutput(serializers.Serializer[Any]):
    label = StrictText()
    row = StrictText()
    number = serializers.IntegerField()
    column = serializers.IntegerField(help_text="The place in the layout, from 1.")
    category = serializers.ChoiceField(["standard", "premium", "recliner", "wheelchair"])
    price = Money()
    status = serializers.ChoiceField(["available", "selected", "booked", "blocked"])


class SeatMapOutput(serializers.Serializer[Any]):
    show = serializers.IntegerField()
    rows = serializers.IntegerField()
    columns = serializers.IntegerField()
    currency = StrictText()
    seats = SeatOutput(many=True)
