"""The seat map: read more often than all else, so rows become bytes without model instances."""

import orjson

from core.failures import NotFound
from core.postgres.documents import (
    Document,
    Many,
    Rows,
    identifier,
    integer,
    money,
    one_of,
    text,
)
from core.postgres.rows import rows_of
from shows.documents import CURRENCY, category, seat_label
from shows.models import SeatStatus
from shows.seats import FREE

STATUS = (
    f"CASE WHEN {FREE} THEN 'available' WHEN seat.status = 'kept' THEN 'selected'"
    " ELSE seat.status END"
)
SHOWN = [choice for choice in SeatStatus.choices if choice[0] != SeatStatus.KEPT]
SEAT = Document(
    "Seat",
    {
        "label": seat_label("seat.label", example="A1"),
        "row": text('seat."row"', example="A"),
        "number": integer("seat.number", example=1),
        "line": integer(
            "seat.line", example=1, description="The line in the layout from the front, from 1."
        ),
        "column": integer(
            'seat."column"', example=1, description="The place in the line from the left, from 1."
        ),
        "category": category("seat.category"),
        "price": money("seat.price", example="12.50"),
        "status": one_of(SHOWN, STATUS, example="available"),
    },
)
EXAMPLES = (
    ("A1", "A", 1, 1, 1, "standard", "12.50", "available"),
    ("A2", "A", 2, 1, 2, "standard", "12.50", "available"),
    ("A3", "A", 3, 1, 3, "standard", "12.50", "booked"),
    ("A4", "A", 4, 1, 4, "standard", "12.50", "available"),
    ("B1", "B", 1, 3, 1, "premium", "15.00", "selected"),
    ("B2", "B", 2, 3, 4, "premium", "15.00", "available"),
)
SEAT_MAP = Document(
    "SeatMap",
    {
        "show": identifier(example=42),
        "rows": integer(
            "show.rows", example=3, description="Lines of the layout, including aisles."
        ),
        "columns": integer("show.columns", example=4),
        "currency": CURRENCY,
        "seats": Many(SEAT, [dict(zip(SEAT.fields, seat, strict=True)) for seat in EXAMPLES]),
    },
)
SEATS = Rows(SEAT_MAP)
SELECT_SEATS = f"""
SELECT {SEATS.columns}
FROM shows_show show
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
JOIN shows_seat seat ON seat.show_id = show.id
WHERE show.id = %s
ORDER BY seat.id
"""  # columns of a description  # noqa: S608  # nosec B608


def seat_map(show_id: int) -> bytes:
    """Returns all that a client needs to draw the show's seats, as JSON. Raises NotFound."""
    if rows := rows_of(SELECT_SEATS, [show_id]):
        return orjson.dumps(SEATS.document(rows, show=show_id))
    raise NotFound
