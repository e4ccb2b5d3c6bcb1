"""The seats of shows, made with them from a layout and priced by category."""

from collections.abc import Sequence

from django.db import connection

from theaters.layout import places

MAKE_SEATS = """
INSERT INTO shows_seat (show_id, label, "row", number, line, "column", category, price, status)
SELECT show.id, place.label, place."row", place.number, place.line, place."column", place.category,
       coalesce((show.prices ->> place.category)::numeric, show.price),
       CASE WHEN place.is_for_sale THEN 'available' ELSE 'blocked' END
FROM shows_show show,
     unnest(%(labels)s::text[], %(rows)s::text[], %(numbers)s::int[], %(lines)s::int[],
            %(columns)s::int[], %(categories)s::text[], %(for_sale)s::bool[])
     WITH ORDINALITY
     AS place (label, "row", number, line, "column", category, is_for_sale, position)
WHERE show.id = ANY(%(shows)s)
ORDER BY show.id, place.position
"""

LOCK_SEATS = "SELECT FROM shows_seat WHERE show_id = %(show)s ORDER BY id FOR UPDATE"
# In a statement of its own after the lock, so that it sees what the lock has waited for.
REPRICE_SEATS = """
UPDATE shows_seat seat SET price = coalesce((show.prices ->> seat.category)::numeric, show.price)
FROM shows_show show
WHERE show.id = %(show)s AND seat.show_id = show.id AND seat.status <> 'booked'
"""
RELEASE_HOLDS = """
UPDATE shows_seat SET status = 'available', held_by_id = NULL, held_since = NULL, held_until = NULL
WHERE show_id = %(show)s AND status = 'selected'
"""


def make_seats(*, shows: Sequence[int], layout: Sequence[str]) -> None:
    """All seats of these shows, which have this layout, in one statement.

    Ids rise in row and number order, which is the order in which they are locked and drawn.
    """
    seats = list(places(layout))
    with connection.cursor() as cursor:
        cursor.execute(
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
    with connection.cursor() as cursor:
        cursor.execute(LOCK_SEATS, {"show": show})
        cursor.execute(REPRICE_SEATS, {"show": show})


def release_holds(*, show: int) -> None:
    """Ends all holds on the show and their chains, and locks all of its seats.

    The row of the show is locked by now.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_SEATS, {"show": show})
        cursor.execute(RELEASE_HOLDS, {"show": show})
        cursor.execute("DELETE FROM shows_holdchain WHERE show_id = %(show)s", {"show": show})


def delete_seats(*, show: int) -> None:
    """All seats of a show, whose row is locked by now, in one statement instead of by hundreds."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_SEATS, {"show": show})
        cursor.execute("DELETE FROM shows_seat WHERE show_id = %(show)s", {"show": show})
