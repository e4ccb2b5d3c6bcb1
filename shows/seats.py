"""The seats of shows: what their rows mean, making them from a layout, and their prices.

Whoever writes a statement about seats takes its rules from here. There a seat's row is named
`seat` and its show's `show`; whose turn it is, is the parameter `user`.
"""

from collections.abc import Sequence

from django.db.models import Q

from core.postgres.clock import StatementTime
from core.postgres.rows import execute
from shows.models import HoldChain, SeatStatus
from theaters.layout import places
from users.closing import cleans_up
from users.models import User

IS_LAPSED = Q(status=SeatStatus.SELECTED, held_until__lte=StatementTime())
IS_LIVE = Q(status=SeatStatus.SELECTED, held_until__gt=StatementTime())
IS_FREE = Q(status=SeatStatus.AVAILABLE) | IS_LAPSED

# The same for plain SQL: true or false of every seat, never NULL.
LAPSED = "seat.status = 'selected' AND seat.held_until <= statement_timestamp()"
FREE = f"(seat.status = 'available' OR {LAPSED})"
FREE_FOR_ME = f"(seat.status = 'selected' AND seat.held_by_id = %(user)s OR {FREE})"
LIVE = "seat.held_until > statement_timestamp()"  # of a hold: NULL where there is none

NOT_HELD = "held_by_id = NULL, held_since = NULL, held_until = NULL"
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
# In a statement of its own after the lock, so that it sees what the lock has waited for.
REPRICE_SEATS = f"""
UPDATE shows_seat seat SET price = {PRICE}
FROM shows_show show
WHERE show.id = %(show)s AND seat.show_id = show.id AND seat.status <> 'booked'
"""  # noqa: S608
RELEASE_HOLDS = f"""
UPDATE shows_seat seat SET {AVAILABLE} WHERE show_id = %(show)s AND status = 'selected'
"""  # noqa: S608
RELEASE_ALL_OF_USER = f"""
WITH held AS MATERIALIZED (
  SELECT id FROM shows_seat WHERE held_by_id = %(user)s ORDER BY id FOR NO KEY UPDATE
)
UPDATE shows_seat seat SET {AVAILABLE} FROM held WHERE seat.id = held.id
"""  # noqa: S608


def make_seats(*, shows: Sequence[int], layout: Sequence[str]) -> None:
    """All seats of these shows, which have this layout, in one statement.

    Ids rise in row and number order, which is the order in which they are locked and drawn.
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
    """Gives all seats that are not sold the price that the show's row, locked by now, names."""
    execute(LOCK_SEATS, {"show": show})
    execute(REPRICE_SEATS, {"show": show})


def release_holds(*, show: int) -> None:
    """Ends all holds on the show and their chains, and locks all of its seats.

    The row of the show is locked by now.
    """
    execute(LOCK_SEATS, {"show": show})
    execute(RELEASE_HOLDS, {"show": show})
    HoldChain.objects.filter(show=show).delete()


@cleans_up
def release_all_of(user: User) -> None:
    """Ends all holds of a user, whose row is locked by now; their chains go on."""
    execute(RELEASE_ALL_OF_USER, {"user": user.pk})


def delete_seats(*, show: int) -> None:
    """All seats of a show, whose row is locked by now, in one statement instead of by hundreds."""
    execute(LOCK_SEATS, {"show": show})
    execute("DELETE FROM shows_seat WHERE show_id = %(show)s", {"show": show})
