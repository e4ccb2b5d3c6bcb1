"""What the seat map and holds look like from outside."""

from typing import Any

from rest_framework import serializers

from core.http.fields import DistinctLabels, Money
from core.openapi.schema import example
from shows import labels
from shows.examples import HOLD, SEAT_MAP
from shows.holding import Hold
from shows.models import SeatStatus


@example(request={"seats": ["A1", "A2"]})
class HoldInput(serializers.Serializer[Any]):
    seats = DistinctLabels(**labels.RULES, help_text='Labels from the seat map, such as "A1".')


class HeldSeatOutput(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    category = serializers.CharField()
    price = Money()


@example(response=HOLD)
class HoldOutput(serializers.Serializer[Any]):
    show = serializers.IntegerField()
    seats = HeldSeatOutput(many=True)
    total = Money(digits=8)
    currency = serializers.CharField()
    expires_at = serializers.DateTimeField()
    expires_in = serializers.IntegerField(help_text="Whole seconds that are left.")


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
    label = serializers.CharField()  # type: ignore[assignment]
    row = serializers.CharField()
    number = serializers.IntegerField()
    line = serializers.IntegerField(help_text="The place in the layout from the front, from 1.")
    column = serializers.IntegerField(help_text="The place in the layout from the left, from 1.")
    category = serializers.ChoiceField(["standard", "premium", "recliner", "wheelchair"])
    price = Money()
    status = serializers.ChoiceField(SeatStatus.choices)


@example(response=SEAT_MAP)
class SeatMapOutput(serializers.Serializer[Any]):
    show = serializers.IntegerField()
    rows = serializers.IntegerField(help_text="Lines of the layout, with those that are aisles.")
    columns = serializers.IntegerField()
    currency = serializers.CharField()
    seats = SeatOutput(many=True)
