"""Holding seats: one customer's seats of one show, for some minutes, all or none.

The seat's row is the referee. A customer's own parallel requests queue on their user row, which
each of these transactions locks first; then seats are locked by id, so nobody waits in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from core.errors import Failure, InvalidInput, NotFound
from core.postgres.rows import rows_of
from users.services import lock_user


class SeatsUnavailable(Failure):
    """Some of the seats are held or booked by others, or not for sale; nothing was changed."""

    code = "seats_unavailable"
    title = "Some of these seats are not free"
    remedy = "Choose others instead of those listed in `seats`."
    example = {"seats": ["A2"]}


class UnknownSeats(InvalidInput):
    """The show has no seats with these labels."""

    code = "unknown_seats"
    title = "The show has no such seats"
    remedy = "Use the labels of the show's seat map, such as A1."
    example = {"field": "seats"}


class ShowNotOnSale(Failure):
    """The show has started or was cancelled."""

    code = "show_not_on_sale"
    title = "This show is not on sale"
    remedy = "Choose another show."


class TooManyHolds(Failure):
    """You hold seats of as many shows at once as is allowed."""

    code = "too_many_holds"
    title = "You hold seats of too many shows"
    remedy = "Book or release one of your other holds first."


class NoHold(Failure):
    """You hold no seats of this show: never did, released them, or the hold lapsed. 409 to a
    booking, 404 to a question for the hold itself."""

    code = "no_hold"
    title = "You hold no seats of this show"
    remedy = "Choose seats first."


class HoldNotFound(NoHold):
    """The same, as the answer to a question for the hold itself."""

    status = 404


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat in a hold, with the price it has now."""

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


# The wish is a query of its own, for a list among a statement's parameters makes PostgreSQL plan
# it anew each time, which takes longer than to do it.
HOLD_EXACTLY = """
WITH wish AS MATERIALIZED (
  SELECT %(labels)s::text[] AS labels
), this_show AS MATERIALIZED (
  SELECT show.status = 'scheduled' AND show.starts_at > statement_timestamp() AS on_sale,
         theater.currency, theater.timezone
  FROM shows_show show
  JOIN theaters_screen screen ON screen.id = show.screen_id
  JOIN theaters_theater theater ON theater.id = screen.theater_id
  WHERE show.id = %(show)s
), elsewhere AS MATERIALIZED (
  SELECT count(DISTINCT show_id) AS shows FROM shows_seat
  WHERE held_by_id = %(user)s AND held_until > statement_timestamp() AND show_id <> %(show)s
), touched AS MATERIALIZED (            -- every row that may change, locked in id order
  SELECT id, label, category, price, label = ANY((SELECT labels FROM wish)::text[]) AS wanted,
         status, held_by_id, held_since, held_until > statement_timestamp() AS live
  FROM shows_seat
  WHERE show_id = %(show)s
    AND (label = ANY((SELECT labels FROM wish)::text[]) OR held_by_id = %(user)s)
  ORDER BY id FOR UPDATE
), judged AS MATERIALIZED (
  SELECT *, status = 'available'
            OR (status = 'selected' AND (held_by_id = %(user)s OR NOT live)) AS free_for_me
  FROM touched
), verdict AS MATERIALIZED (
  SELECT count(*) FILTER (WHERE wanted) = (SELECT cardinality(labels) FROM wish)
           AND bool_and(free_for_me) FILTER (WHERE wanted)
           AND (SELECT on_sale FROM this_show)
           AND (SELECT shows FROM elsewhere) < %(most_shows)s AS granted,
         coalesce(min(held_since) FILTER (WHERE held_by_id = %(user)s AND live),
                  statement_timestamp()) AS since
  FROM judged
), changed AS (
  UPDATE shows_seat seat SET
    status     = CASE WHEN j.wanted THEN 'selected' ELSE 'available' END,
    held_by_id = CASE WHEN j.wanted THEN %(user)s::bigint END,
    held_since = CASE WHEN j.wanted THEN v.since END,
    held_until = CASE WHEN j.wanted THEN
                 least(statement_timestamp() + %(lasts)s, v.since + %(lasts_at_most)s) END
  FROM judged j, verdict v
  WHERE seat.id = j.id AND v.granted AND (j.wanted OR j.held_by_id = %(user)s)
  RETURNING seat.id, seat.held_until
)
SELECT s.on_sale, s.currency, s.timezone, e.shows, j.label, j.category, j.price, j.free_for_me,
       c.held_until, floor(extract(epoch FROM c.held_until - statement_timestamp()))::int
FROM this_show s CROSS JOIN elsewhere e
LEFT JOIN judged j ON j.wanted LEFT JOIN changed c ON c.id = j.id
ORDER BY j.id
"""


@transaction.atomic
def hold_seats(*, user_id: int, show_id: int, labels: Sequence[str]) -> Hold:
    """Makes the user's hold on the show exactly these seats: 1 to 10 labels without duplicates.

    What they had and still want is kept, what they no longer want is released. The hold lasts
    HOLD_LASTS from now, but HOLD_LASTS_AT_MOST from the first of an unbroken chain of holds.
    Raises NotFound, UnknownSeats, ShowNotOnSale, TooManyHolds, SeatsUnavailable.
    """
    lock_user(user_id)
    wish = {
        "user": user_id,
        "show": show_id,
        "labels": list(labels),
        "most_shows": settings.HOLD_SHOWS_AT_MOST,
        "lasts": settings.HOLD_LASTS,
        "lasts_at_most": settings.HOLD_LASTS_AT_MOST,
    }
    rows = rows_of(HOLD_EXACTLY, wish)
    if not rows:
        raise NotFound
    on_sale, currency, zone, shows_elsewhere, *_, expires_at, expires_in = rows[0]
    if expires_at is None:
        raise _refusal(rows, labels, on_sale, shows_elsewhere)
    seats = [HeldSeat(row[4], row[5], row[6]) for row in rows]
    return Hold(show_id, seats, currency, expires_at.astimezone(ZoneInfo(zone)), expires_in)


def _refusal(
    rows: list[Any], labels: Sequence[str], on_sale: bool, shows_elsewhere: int
) -> Failure:
    known = {row[4] for row in rows}
    if unknown := [label for label in labels if label not in known]:
        return unknown_seats(unknown)
    if not on_sale:
        return ShowNotOnSale()
    if shows_elsewhere >= settings.HOLD_SHOWS_AT_MOST:
        return TooManyHolds()
    return seats_unavailable([row[4] for row in rows if not row[7]])


def seats_unavailable(labels: Sequence[str]) -> SeatsUnavailable:
    """The failure that names these labels, also in its member `seats`."""
    detail = f"Not free: {', '.join(labels)}. Choose other seats."
    return SeatsUnavailable(detail, seats=list(labels))


def unknown_seats(labels: Sequence[str]) -> UnknownSeats:
    """The failure that names these labels."""
    return UnknownSeats(f"The show has no seats {', '.join(labels)}.", field="seats")


RELEASE = """
WITH mine AS MATERIALIZED (
  SELECT id FROM shows_seat WHERE show_id = %(show)s AND held_by_id = %(user)s
  ORDER BY id FOR UPDATE
)
UPDATE shows_seat seat
SET status = 'available', held_by_id = NULL, held_since = NULL, held_until = NULL
FROM mine WHERE seat.id = mine.id
"""


@transaction.atomic
def release_hold(*, user_id: int, show_id: int) -> None:
    """Gives the user's held seats of the show back, if there are any. Raises NotFound."""
    lock_user(user_id)
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, {"user": user_id, "show": show_id})
        if cursor.rowcount == 0:
            cursor.execute("SELECT FROM shows_show WHERE id = %s", [show_id])
            if cursor.rowcount == 0:
                raise NotFound


MY_HOLD = """
SELECT theater.currency, theater.timezone, seat.label, seat.category, seat.price, seat.held_until,
       floor(extract(epoch FROM seat.held_until - statement_timestamp()))::int
FROM shows_seat seat
JOIN shows_show show ON show.id = seat.show_id
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
WHERE seat.show_id = %(show)s AND seat.held_by_id = %(user)s
  AND seat.held_until > statement_timestamp()
ORDER BY seat.id
"""


def hold_of(*, user_id: int, show_id: int) -> Hold:
    """The user's live hold on the show. Raises HoldNotFound."""
    rows = rows_of(MY_HOLD, {"user": user_id, "show": show_id})
    if not rows:
        raise HoldNotFound
    currency, zone, *_, expires_at, expires_in = rows[0]
    seats = [HeldSeat(*row[2:5]) for row in rows]
    return Hold(show_id, seats, currency, expires_at.astimezone(ZoneInfo(zone)), expires_in)
