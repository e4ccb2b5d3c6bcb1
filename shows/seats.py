"""The seats of shows: conditions on their rows, and making, pricing, releasing and deleting them.

All statements about seats take their conditions from here. They name a seat's row `seat`, its
show's row `show`, and the customer's id is the parameter `user`.
"""

from collections.abc import Sequence

from django.db.models import Q

from core.postgres.clock import StatementTime
from core.postgres.rows import execute
from shows.models import HoldChain, SeatStatus
from theaters.layout import places
from users.closing import cleans_up
from users.models import User

IS_LAPSED = Q(status__in=[SeatStatus.SELECTED, SeatStatus.KEPT], held_until__lte=StatementTime())
IS_LIVE = Q(status=SeatStatus.SELECTED, held_until__gt=StatementTime())
IS_SOLD = Q(status=SeatStatus.BOOKED) | Q(status=SeatStatus.KEPT, held_until__gt=StatementTime())
IS_FREE = Q(status=SeatStatus.AVAILABLE) | IS_LAPSED

# The same for plain SQL; true or false for every seat, never NULL.
LAPSED = "seat.status IN ('selected', 'kept') AND seat.held_until <= statement_timestamp()"
FREE = f"(seat.status = 'available' OR {LAPSED})"
FREE_FOR_ME = f"(seat.status = 'selected' AND seat.held_by_id = %(user)s OR {FREE})"
LIVE = "seat.held_until > statement_timestamp()"  # NULL without a hold

NOT_HELD = "held_by_id = NULL, held_since = NULL, held_until = NULL, kept_for = NULL"
AVAILABLE = f"status = 'available', {NOT_HELD}"
PRICE = "coalesce((show.prices ->> seat.category)::numeric, show.price)"

MAKE_SEATS = f"""
INSERT INTO shows_seat (show_id, label, "row", number, line, "column", category, price, status)
SELECT show.id, seat.label, seat."row", seat.number, seat.line, seat."column", seat.category,
       {PRICE}, CASE WHEN seat.is_for_sale THEN 'available' ELSE 'blocked' END
FROM shows_show show,
     unnest(%(labels)s::text[], %(rows)s::text[], %(numbers)s::int[], %(lines)s::int[],
            %(columns)s::int[], %(categories)s::text[], %(for_sale)s::bool[])
     WITH ORDINALITY
     AS seat (label, "row", number, line, "column", category, is_for_sale, position)
WHERE show.id = ANY(%(shows)s)
ORDER BY show.id, seat.position
"""  # noqa: S608

LOCK_SEATS = "SELECT FROM shows_seat WHERE show_id = %(show)s ORDER BY id FOR UPDATE"
# A statement of its own after the lock, so that it sees what the lock has waited for.
REPRICE_SEATS = f"""
UPDATE shows_seat seat SET price = {PRICE}
FROM shows_show show
WHERE show.id = %(show)s AND seat.show_id = show.id AND seat.status <> 'booked'
"""  # noqa: S608
RELEASE_HOLDS = f"""
UPDATE shows_seat seat SET {AVAILABLE}
WHERE show_id = %(show)s AND (status = 'selected' OR status = 'kept' AND %(kept_too)s)
"""  # noqa: S608
RELEASE_ALL_OF_USER = f"""
WITH held AS MATERIALIZED (
  SELECT id FROM shows_seat WHERE held_by_id = %(user)s ORDER BY id FOR NO KEY UPDATE
)
UPDATE shows_seat seat SET {AVAILABLE} FROM held WHERE seat.id = held.id
"""  # noqa: S608


def make_seats(*, shows: Sequence[int], layout: Sequence[str]) -> None:
    """Makes the seats of these shows from the layout, in one statement.

    Ids increase by row and number, which is the order in which they are locked and drawn.
    """
    seats = list(places(layout))
    execute(
        MAKE_SEATS,
        {
            "shows": list(shows),
            "labels": [seat.label for seat in seats],
            "rows": [seat.row for seat in seats],
            "numbers": [seat.number for seat in seats],
            "lines": [seat.line for seat in seats],
            "columns": [seat.column for seat in seats],
            "categories": [seat.category for seat in seats],
            "for_sale": [seat.is_for_sale for seat in seats],
        },
    )


def reprice_seats(*, show: int) -> None:
    """Gives all unsold seats the price in the show's row, which must be locked."""
    execute(LOCK_SEATS, {"show": show})
    execute(REPRICE_SEATS, {"show": show})


def release_holds(*, show: int, kept_too: bool = True) -> None:
    """Frees all seats of the show that are held or, unless not `kept_too`, kept for a booking to be
    paid, and ends the chains of holds. The show's row must be locked; locks its seats."""
    execute(LOCK_SEATS, {"show": show})
    execute(RELEASE_HOLDS, {"show": show, "kept_too": kept_too})
    HoldChain.objects.filter(show=show).delete()


@cleans_up
def release_holds_of(user: User) -> None:
    """Ends all holds of a user, whose row must be locked; their chains continue."""
    execute(RELEASE_ALL_OF_USER, {"user": user.pk})


def delete_seats(*, show: int) -> None:
    """Deletes all seats of a show, whose row must be locked, in one statement."""
    execute(LOCK_SEATS, {"show": show})
    execute("DELETE FROM shows_seat WHERE show_id = %(show)s", {"show": show})
