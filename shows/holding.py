"""Holding seats: one customer's seats of one show, for some minutes, all or none.

Conflicts are decided on the seat's row. A customer's own parallel requests wait for their user
row, which each of these transactions locks first; then seats are locked by id, so there are no
deadlocks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core.failures import Failure, InvalidInput, NotFound
from core.postgres.clock import StatementTime
from core.postgres.documents import ID
from core.postgres.rows import rows_of
from core.throttling import PROVIDER_SHARE, network_around
from shows.choosing import require_no_single_seat
from shows.customers import lock_customer
from shows.documents import SEAT_LABEL
from shows.hold import HeldSeat, Hold
from shows.models import Seat
from shows.seats import AVAILABLE, FREE_FOR_ME, IS_LIVE, LIVE
from users.accounts import lock_user


class SeatsUnavailable(Failure):
    """Some of the seats are held or booked by others, or not for sale; nothing was changed."""

    code = "seats_unavailable"
    title = "Some of these seats are not free"
    remedy = "Choose others instead of those listed in `seats`."
    example = {"seats": ["A2"]}
    members = {
        "seats": {
            "type": "array",
            "items": SEAT_LABEL,
            "description": "Those that are not free.",
        }
    }


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
    remedy = "Book or release one of your other holds first: those on `shows`."
    example = {"shows": [7, 19, 23, 40]}
    members = {
        "shows": {
            "type": "array",
            "items": ID,
            "description": "Those whose seats you hold.",
        }
    }


class HoldExhausted(Failure):
    """You have held seats of this show for as long as is allowed, without a long pause."""

    code = "hold_exhausted"
    title = "You have held seats of this show for as long as is allowed"
    remedy = "Book free seats now, with `seats`, or hold seats again after `retry_at`."
    example = {"retry_at": "2026-12-31T20:32:00+01:00"}
    members = {"retry_at": {"type": "string", "format": "date-time"}}


class TooManySeatsHeldHere(Failure):
    """Customers at your network address together hold as many seats of this show as is allowed."""

    code = "too_many_seats_held_here"
    title = "Too many seats of this show are held from your network"
    remedy = "Book free seats now, with `seats`, or try again once others have booked or released."


class NoHold(Failure):
    """You hold no seats of this show: you never did, you released them, or the hold lapsed. 409 for
    a booking, 404 when reading the hold itself."""

    code = "no_hold"
    title = "You hold no seats of this show"
    remedy = "Choose seats first."


class HoldNotFound(NoHold):
    """NoHold, when the hold itself is read."""

    status = 404


# The labels are a query of their own: with a list as a parameter elsewhere, PostgreSQL plans the
# statement anew each time, which takes longer than executing it.
HOLD_EXACTLY = f"""
WITH wish AS MATERIALIZED (
  SELECT %(labels)s::text[] AS labels
), this_show AS MATERIALIZED (
  SELECT show.status = 'scheduled' AND show.starts_at > statement_timestamp() AS on_sale,
         theater.currency, theater.timezone,
         theater.no_single_seats AND NOT %(sells)s AS insists,
         greatest(%(address_seats)s, %(address_share)s * show.rows * show.columns)
           * %(address_factor)s AS most_from_here
  FROM shows_show show
  JOIN theaters_screen screen ON screen.id = show.screen_id
  JOIN theaters_theater theater ON theater.id = screen.theater_id
  WHERE show.id = %(show)s
), elsewhere AS MATERIALIZED (
  SELECT array_agg(DISTINCT show_id) AS shows FROM shows_seat seat
  WHERE held_by_id = %(user)s AND {LIVE} AND show_id <> %(show)s
), chain AS MATERIALIZED (
  SELECT began_at, quiet_from + %(lasts_at_most)s AS over_at FROM shows_holdchain
  WHERE user_id = %(user)s AND show_id = %(show)s
    AND quiet_from + %(lasts_at_most)s > statement_timestamp()
), neighbours AS MATERIALIZED (
  SELECT coalesce(sum(seats) FILTER (WHERE address = %(address)s), 0) AS here,
         coalesce(sum(seats), 0) AS around
  FROM shows_holdchain
  WHERE show_id = %(show)s AND network = nullif(%(network)s, '') AND user_id <> %(user)s
    AND quiet_from > statement_timestamp()
), judged AS MATERIALIZED (             -- every row that may change, locked in id order
  SELECT id, label, category, price, label = ANY((SELECT labels FROM wish)::text[]) AS wanted,
         held_by_id, held_since, {LIVE} AS live, {FREE_FOR_ME} AS free_for_me
  FROM shows_seat seat
  WHERE show_id = %(show)s
    AND (label = ANY((SELECT labels FROM wish)::text[]) OR held_by_id = %(user)s)
  ORDER BY id FOR UPDATE
), asked AS MATERIALIZED (
  SELECT count(*) FILTER (WHERE wanted) = (SELECT cardinality(labels) FROM wish)
           AND bool_and(free_for_me) FILTER (WHERE wanted) AS are_free,
         CASE WHEN %(sells)s THEN statement_timestamp() ELSE coalesce(
           least((SELECT began_at FROM chain),
                 min(held_since) FILTER (WHERE held_by_id = %(user)s AND live)),
           statement_timestamp()) END AS since
  FROM judged
), verdict AS MATERIALIZED (
  SELECT since, least(statement_timestamp() + %(lasts)s, since + %(lasts_at_most)s) AS until,
         since + %(lasts_at_most)s <= statement_timestamp() AS is_exhausted,
         are_free AND on_sale AND since + %(lasts_at_most)s > statement_timestamp()
           AND (%(sells)s OR (coalesce(cardinality(shows), 0) < %(most_shows)s
             AND here + (SELECT cardinality(labels) FROM wish) <= most_from_here
             AND around + (SELECT cardinality(labels) FROM wish)
                 <= most_from_here * %(network_factor)s
           )) AS granted
  FROM asked, this_show, elsewhere, neighbours
), changed AS (
  UPDATE shows_seat seat SET
    status     = CASE WHEN j.wanted THEN 'selected' ELSE 'available' END,
    held_by_id = CASE WHEN j.wanted THEN %(user)s::bigint END,
    held_since = CASE WHEN j.wanted THEN v.since END,
    held_until = CASE WHEN j.wanted THEN v.until END,
    kept_for   = NULL
  FROM judged j, verdict v
  WHERE seat.id = j.id AND v.granted AND (j.wanted OR j.held_by_id = %(user)s)
  RETURNING seat.id, seat.held_until
), remembered AS (
  INSERT INTO shows_holdchain (user_id, show_id, began_at, quiet_from, seats, address, network)
  SELECT %(user)s, %(show)s, since, until, (SELECT cardinality(labels) FROM wish), %(address)s,
         %(network)s
  FROM verdict WHERE granted AND NOT %(sells)s
  ON CONFLICT (user_id, show_id) DO UPDATE SET
    began_at = excluded.began_at, quiet_from = excluded.quiet_from, seats = excluded.seats,
    address = excluded.address, network = excluded.network
)
SELECT s.on_sale, s.currency, s.timezone, CASE WHEN v.granted THEN NULL ELSE e.shows END,
       v.is_exhausted, (SELECT over_at FROM chain),
       j.label, j.category, j.price, j.free_for_me,
       c.held_until, floor(extract(epoch FROM c.held_until - statement_timestamp()))::int,
       s.insists AND (SELECT bool_or(wanted <> coalesce(held_by_id = %(user)s AND live, false))
                      FROM judged)
FROM this_show s CROSS JOIN elsewhere e CROSS JOIN verdict v
LEFT JOIN judged j ON j.wanted LEFT JOIN changed c ON c.id = j.id
ORDER BY j.id
"""  # noqa: S608


@transaction.atomic
def hold_seats(*, user_id: int, show_id: int, labels: Sequence[str], address: str = "") -> Hold:
    """Makes the user's hold on the show exactly these seats: 1 to 10 labels without duplicates.

    Seats that they hold and still want are kept, all others are released. The hold lasts HOLD_LASTS
    from now, but at most HOLD_LASTS_AT_MOST from the first hold of its chain. `address` is where
    the request comes from, if known; all /64s of an IPv6 /48 together have ten times the limit of
    one. Whoever may sell for the theater has no chain, no limit of shows or of seats per address,
    and may leave single seats.
    Raises NotFound, UnknownSeats, ShowNotOnSale, TooManyHolds, HoldExhausted, SeatsUnavailable,
    TooManySeatsHeldHere or SingleSeatLeft.
    """
    network = network_around(address) or address
    customer = lock_customer(user_id=user_id, show_id=show_id, network=network)
    wish = {
        "user": user_id,
        "show": show_id,
        "labels": list(labels),
        "sells": customer.sells,
        "address": address,
        "network": network,
        "network_factor": PROVIDER_SHARE,
        "address_factor": settings.HOLD_ADDRESS_VERIFIED_FACTOR if customer.is_verified else 1,
        "address_seats": settings.HOLD_ADDRESS_SEATS_AT_LEAST,
        "address_share": settings.HOLD_ADDRESS_SHARE,
        "most_shows": settings.HOLD_SHOWS_AT_MOST,
        "lasts": settings.HOLD_LASTS,
        "lasts_at_most": settings.HOLD_LASTS_AT_MOST,
    }
    rows = [JudgedSeat(*row) for row in rows_of(HOLD_EXACTLY, wish)]
    if not rows:
        raise NotFound
    first = rows[0]
    if first.held_until is None:
        raise _refusal(rows, labels)
    if first.has_to_leave_none_single:
        require_no_single_seat(show_id=show_id, labels=labels)
    seats = [HeldSeat(row.label, row.category, row.price) for row in rows]
    return Hold(show_id, seats, first.currency, first.local(first.held_until), first.seconds_left)


class JudgedSeat(NamedTuple):
    """A row of HOLD_EXACTLY: a wanted seat, with what is the same for all of them."""

    on_sale: bool
    currency: str
    timezone: str
    shows_elsewhere: list[int] | None
    is_exhausted: bool
    chain_over_at: datetime | None
    label: str
    category: str
    price: Decimal
    is_free: bool
    held_until: datetime | None
    seconds_left: int
    has_to_leave_none_single: bool

    def local(self, moment: datetime) -> datetime:
        """Returns the moment in the theater's time zone."""
        return moment.astimezone(ZoneInfo(self.timezone))


def _refusal(rows: list[JudgedSeat], labels: Sequence[str]) -> Failure:
    first, known = rows[0], {row.label for row in rows}
    if unknown := [label for label in labels if label not in known]:
        return unknown_seats(unknown)
    if not first.on_sale:
        return ShowNotOnSale()
    if first.is_exhausted and first.chain_over_at:
        return HoldExhausted(retry_at=first.local(first.chain_over_at).isoformat())
    elsewhere = first.shows_elsewhere or []
    if len(elsewhere) >= settings.HOLD_SHOWS_AT_MOST:
        return TooManyHolds(shows=elsewhere)
    if lost := [row.label for row in rows if not row.is_free]:
        return seats_unavailable(lost)
    return TooManySeatsHeldHere()


def seats_unavailable(labels: Sequence[str]) -> SeatsUnavailable:
    """Returns the failure that names these labels, also in its member `seats`."""
    detail = f"Not free: {', '.join(labels)}. Choose other seats."
    return SeatsUnavailable(detail, seats=list(labels))


def unknown_seats(labels: Sequence[str]) -> UnknownSeats:
    """Returns the failure that names these labels."""
    return UnknownSeats(f"The show has no seats {', '.join(labels)}.", field="seats")


RELEASE = f"""
WITH mine AS MATERIALIZED (
  SELECT id FROM shows_seat WHERE show_id = %(show)s AND held_by_id = %(user)s
  ORDER BY id FOR UPDATE
), released AS (
  UPDATE shows_seat seat SET {AVAILABLE}
  FROM mine WHERE seat.id = mine.id
  RETURNING seat.id
), paused AS (
  UPDATE shows_holdchain SET quiet_from = least(quiet_from, statement_timestamp()), seats = 0
  WHERE user_id = %(user)s AND show_id = %(show)s AND EXISTS (SELECT FROM released)
)
SELECT count(*) FROM released
"""  # noqa: S608


@transaction.atomic
def release_hold(*, user_id: int, show_id: int) -> None:
    """Releases the user's held seats of the show, if there are any. Raises NotFound.

    The chain of their holds continues.
    """
    lock_user(user_id)
    ((released,),) = rows_of(RELEASE, {"user": user_id, "show": show_id})
    if not released and not rows_of("SELECT 1 FROM shows_show WHERE id = %s", [show_id]):
        raise NotFound


def hold_of(*, user_id: int, show_id: int) -> Hold:
    """Returns the user's live hold on the show. Raises HoldNotFound."""
    holds = holds_of(user_id=user_id, shows=[show_id])
    if not holds:
        raise HoldNotFound
    return holds[0]


def holds_of(*, user_id: int, shows: Sequence[int]) -> list[Hold]:
    """Returns the user's live holds on those of these shows that have one, in this order."""
    held = (
        Seat.objects.filter(IS_LIVE, show__in=shows, held_by=user_id)
        .select_related("show__screen__theater")
        .annotate(expires_at=F("held_until"), left=F("held_until") - StatementTime())
        .order_by("show_id", "pk")
    )
    found = {show: _hold(list(seats)) for show, seats in groupby(held, attrgetter("show_id"))}
    return [found[show] for show in shows if show in found]


def _hold(seats: list[Any]) -> Hold:
    """Returns the hold that consists of these seats, all of which lapse at the same time."""
    first, theater = seats[0], seats[0].show.screen.theater
    return Hold(
        first.show_id,
        seats=[HeldSeat(seat.label, seat.category, seat.price) for seat in seats],
        currency=theater.currency,
        expires_at=first.expires_at.astimezone(ZoneInfo(theater.timezone)),
        expires_in=first.left // timedelta(seconds=1),
    )
