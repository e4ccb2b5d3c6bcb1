"""The best seats of a show that are free, and choices that leave a single one.

A theater can insist on the latter. It is a courtesy, not a rule of integrity: what others choose at
the same time is not waited for.
"""

from collections.abc import Sequence
from typing import Any

from core.failures import Failure, NotFound
from core.postgres.documents import Document, Field, Many, identifier, money
from core.postgres.rows import rows_of
from shows.best import Spot, Wish, best_seats, better_choice, free_places, singles_left
from shows.documents import CURRENCY, SEAT_LABEL
from shows.hold import HELD_SEAT
from shows.seats import FREE

LABELS = {"type": "array", "items": SEAT_LABEL}


class SingleSeatLeft(Failure):
    """A single free seat would be left between others, which this theater does not want, and other
    seats that are as good would leave none: those in `instead`. Nothing was changed."""

    code = "single_seat_left"
    title = "A single seat would be left"
    remedy = "Choose the seats in `instead`, or others that leave no single one."
    example = {"singles": ["A3"], "instead": ["A2", "A3"]}
    members = {
        "singles": LABELS | {"description": "Seats that would be left alone."},
        "instead": LABELS | {"description": "As many seats, near to those, that leave none."},
    }


BEST = Document(
    "BestSeats",
    {
        "show": identifier(example=42),
        "seats": Many(HELD_SEAT, [HELD_SEAT.example, HELD_SEAT.example | {"label": "A2"}]),
        "total": money(example="25.00", digits=8),
        "currency": CURRENCY,
        "singles": Field(
            LABELS
            | {
                "description": "Seats that would be left alone; empty unless that cannot be "
                "avoided.",
            },
            [],
        ),
    },
)
SELECT_SPOTS = f"""
SELECT seat.label, seat.line, seat."column", seat.category, {FREE}, seat.price,
       show.rows, show.columns, theater.currency
FROM shows_show show
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
JOIN shows_seat seat ON seat.show_id = show.id
WHERE show.id = %s
"""  # noqa: S608


def best_of_show(show_id: int, wish: Wish) -> dict[str, Any]:
    """Returns the best free seats as BEST describes them, for orjson. Raises NotFound."""
    read = rows_of(SELECT_SPOTS, [show_id])
    if not read:
        raise NotFound
    spots, prices = [Spot(*row[:5]) for row in read], {row[0]: row[5] for row in read}
    rows, columns, currency = read[0][6:]
    seats = best_seats(spots, rows=rows, columns=columns, wish=wish)
    return {
        "show": show_id,
        "seats": [
            {"label": each.label, "category": each.category, "price": f"{prices[each.label]:.2f}"}
            for each in seats
        ],
        "total": f"{sum(prices[each.label] for each in seats):.2f}",
        "currency": currency,
        "singles": singles_left(free_places(spots), seats),
    }


def require_no_single_seat(*, show_id: int, labels: Sequence[str]) -> None:
    """Raises SingleSeatLeft if these seats, which may be taken already, leave a single one, and
    others that are as good do not.

    So it is never raised for the last seats, or where nothing else is possible.
    """
    wanted = set(labels)
    read = rows_of(SELECT_SPOTS, [show_id])
    spots = [
        Spot(label, line, column, category, is_free or label in wanted)
        for label, line, column, category, is_free, *_ in read
    ]
    chosen = [spot for spot in spots if spot.label in wanted]
    free = free_places(spots)
    if instead := better_choice(free, chosen):
        singles = singles_left(free, chosen)
        detail = (
            f"Nobody would take {', '.join(singles)} alone. Choose {', '.join(instead)} instead."
        )
        raise SingleSeatLeft(detail, singles=singles, instead=instead)
