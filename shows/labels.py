"""The rules for lists of seat labels, with which customers hold and book."""

from typing import Any

from django.conf import settings

from core.failures import InvalidInput
from shows.documents import SEAT_LABEL


class TooManySeats(InvalidInput):
    """These are more seats than one hold or booking may have."""

    code = "too_many_seats"
    title = "Too many seats"
    remedy = "Choose at most ten seats at once."
    example = {"field": "seats"}


class DuplicateSeats(InvalidInput):
    """The same seat is named more than once."""

    code = "duplicate_seats"
    title = "A seat is named twice"
    remedy = "Name each seat once."
    example = {"field": "seats"}


RULES: dict[str, Any] = {
    "of": SEAT_LABEL,
    "longest": 5,
    "max_length": settings.HOLD_SEATS_AT_MOST,
    "too_many": TooManySeats,
    "twice": DuplicateSeats,
}
"""Arguments of the field that reads labels; whether the show has them is checked with its seats."""
