"""A hold, and how its customer sees it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.postgres.documents import Document, Many, identifier, integer, moment, money
from shows.documents import CURRENCY, category, seat_label

HELD_SEAT = Document(
    "HeldSeat",
    {
        "label": seat_label(example="A1"),
        "category": category(),
        "price": money(example="12.50"),
    },
)
HOLD = Document(
    "Hold",
    {
        "show": identifier(example=42),
        "seats": Many(HELD_SEAT, [HELD_SEAT.example, HELD_SEAT.example | {"label": "A2"}]),
        "total": money(example="25.00", digits=8),
        "currency": CURRENCY,
        "expires_at": moment(example="2026-12-31T18:10:05.123456+01:00"),
        "expires_in": integer(example=480, description="Whole seconds left."),
    },
)


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat in a hold, with its current price."""

    label: str
    category: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Hold:
    """One customer's seats of one show. `expires_in` is in seconds, by the database's clock."""

    show_id: int
    seats: list[HeldSeat]
    currency: str
    expires_at: datetime
    expires_in: int

    @property
    def total(self) -> Decimal:
        return sum((seat.price for seat in self.seats), Decimal(0))


def hold_document(hold: Hold) -> dict[str, Any]:
    """Returns a hold as HOLD describes it, for orjson."""
    return {
        "show": hold.show_id,
        "seats": [
            {"label": seat.label, "category": seat.category, "price": f"{seat.price:.2f}"}
            for seat in hold.seats
        ],
        "total": f"{hold.total:.2f}",
        "currency": hold.currency,
        "expires_at": hold.expires_at,
        "expires_in": hold.expires_in,
    }
