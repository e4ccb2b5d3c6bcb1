"""Booking seats: one statement makes the booking and its tickets and marks the seats as booked.

Reserving seats and confirming the booking are two steps. Nothing has to be paid between them, so
they share a transaction, and the statement that reserves stores the booking as confirmed.

Every transaction here first locks the customer's user row, then the show against cancelling and
moving (`FOR KEY SHARE`), then the seats by id: user → show → booking → seats.
"""

import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from bookings.tasks import mail_booking_confirmed
from core.failures import DoesNotExist, Failure
from core.jobs import queue
from core.postgres.documents import Shape, money_shape
from core.postgres.rows import rows_of
from shows.customers import lock_customer
from shows.holding import NoHold, ShowNotOnSale, seats_unavailable, unknown_seats
from shows.models import Show
from shows.seats import FREE_FOR_ME, LIVE, NOT_HELD

READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 10
LIMIT_AND_LEFT: Shape = {
    "limit": {"type": "integer", "minimum": 0, "description": "Tickets that are allowed."},
    "left": {"type": "integer", "minimum": 0, "description": "How many more are possible."},
}


class HoldExpired(Failure):
    """Your hold lapsed before it was booked; somebody else may have the seats by now."""

    code = "hold_expired"
    title = "Your hold has expired"
    remedy = "Choose your seats again."


class TooManyTickets(Failure):
    """You would have more tickets of this show than one customer may have; you can book `left`
    more."""

    code = "too_many_tickets"
    title = "You would have too many tickets of this show"
    remedy = "Choose at most `left` seats, or ask the theater, which sells to groups."
    example = {"limit": 20, "left": 2}
    members = LIMIT_AND_LEFT


class AddressNotVerified(Failure):
    """An account whose e-mail address is not verified may have only a few tickets; you can book
    `left` more."""

    code = "address_not_verified"
    title = "Your e-mail address is not verified"
    remedy = (
        "Send the code from our mail to `auth/email/verify/`; `auth/email/resend/` mails another."
    )
    example = {"limit": 4, "left": 1}
    members = LIMIT_AND_LEFT


class PriceChanged(Failure):
    """The price is not the `total` that you expected; nothing was booked."""

    code = "price_changed"
    title = "The price has changed"
    remedy = "Show the customer the new `total`, and book again with it."
    example = {"total": "27.00"}
    members = {"total": money_shape(digits=8) | {"description": "What it costs now."}}


# The labels are a query of their own for the reason given at `shows.holding.HOLD_EXACTLY`.
BOOK = f"""
WITH wish AS MATERIALIZED (
  SELECT %(labels)s::text[] AS labels
), on_sale AS MATERIALIZED (
  SELECT id FROM shows_show
  WHERE id = %(show)s AND status = 'scheduled' AND starts_at > statement_timestamp()
  FOR KEY SHARE
), judged AS MATERIALIZED (             -- every row that may change, locked in id order
  SELECT id, label, category, price,
         coalesce(label = ANY((SELECT labels FROM wish)::text[]), true) AS wanted,
         CASE WHEN (SELECT labels FROM wish) IS NULL THEN {LIVE} ELSE {FREE_FOR_ME} END AS mine
  FROM shows_seat seat
  WHERE show_id = (SELECT id FROM on_sale)
    AND (label = ANY((SELECT labels FROM wish)::text[]) OR held_by_id = %(user)s)
  ORDER BY id FOR UPDATE
), before AS MATERIALIZED (
  SELECT (SELECT count(*) FROM bookings_booking booking
          JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
          WHERE booking.user_id = %(user)s AND booking.show_id = %(show)s
            AND ticket.status = 'valid') AS of_show,
         CASE WHEN %(most_unverified)s::int IS NOT NULL THEN
         (SELECT count(*) FROM bookings_booking booking
          JOIN shows_show show ON show.id = booking.show_id
          JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
          WHERE booking.user_id = %(user)s AND show.ends_at > statement_timestamp()
            AND ticket.status = 'valid') END AS of_all
), booked AS (
  INSERT INTO bookings_booking (reference, user_id, show_id, status, total)
  SELECT %(reference)s, %(user)s, %(show)s, 'confirmed', sum(price) FROM judged WHERE wanted
  HAVING bool_and(mine)
     AND coalesce(count(*) + (SELECT of_show FROM before) <= %(most_tickets)s::int, true)
     AND coalesce(count(*) + (SELECT of_all FROM before) <= %(most_unverified)s::int, true)
     AND count(*) = coalesce((SELECT cardinality(labels) FROM wish), count(*))
     AND sum(price) = coalesce(%(total)s::numeric, sum(price))
  RETURNING id
), tickets AS (                         -- gen_random_uuid() draws 122 bits from a CSPRNG
  INSERT INTO bookings_ticket (booking_id, seat_id, code, label, category, price, status)
  SELECT booked.id, j.id, encode(uuid_send(gen_random_uuid()), 'hex'),
         j.label, j.category, j.price, 'valid'
  FROM booked, judged j WHERE j.wanted ORDER BY j.id
), taken AS (
  UPDATE shows_seat seat
  SET status = CASE WHEN j.wanted THEN 'booked' ELSE 'available' END, {NOT_HELD}
  FROM booked, judged j WHERE seat.id = j.id
), chain_over AS (
  DELETE FROM shows_holdchain USING booked WHERE user_id = %(user)s AND show_id = %(show)s
)
SELECT (SELECT count(*) FROM on_sale) > 0 AS is_on_sale, booked.id, before.of_show, before.of_all,
       j.label, j.price, j.mine
FROM before LEFT JOIN booked ON true LEFT JOIN judged j ON j.wanted ORDER BY j.id
"""  # noqa: S608


@transaction.atomic(savepoint=False)
def book_seats(
    *,
    user_id: int,
    show_id: int,
    labels: Sequence[str] | None = None,
    total: Decimal | None = None,
) -> int:
    """Reserves seats as `reserve_seats` does, confirms the booking at once and returns its id."""
    booking_id = reserve_seats(user_id=user_id, show_id=show_id, labels=labels, total=total)
    confirm_booking(booking_id)
    return booking_id


def reserve_seats(
    *, user_id: int, show_id: int, labels: Sequence[str] | None, total: Decimal | None
) -> int:
    """Books the user's hold on the show, or exactly the seats `labels`, and returns the booking's
    id. The caller has to confirm it in the same transaction.

    With `labels`, the rest of the hold is released. `total` is what the customer expects to pay.
    Whoever may sell for the theater may have any number of tickets.
    Raises DoesNotExist, ShowNotOnSale, NoHold, HoldExpired, UnknownSeats, SeatsUnavailable,
    TooManyTickets, AddressNotVerified or PriceChanged, and then changes nothing.
    """
    customer = lock_customer(user_id=user_id, show_id=show_id)
    is_unlimited = customer.sells or customer.is_verified
    wish = {
        "user": user_id,
        "show": show_id,
        "labels": None if labels is None else list(labels),
        "total": total,
        "reference": new_reference(),
        "most_tickets": None if customer.sells else settings.TICKETS_OF_A_SHOW_AT_MOST,
        "most_unverified": None if is_unlimited else settings.UNVERIFIED_TICKETS_AT_MOST,
    }
    rows = [WantedSeat(*row) for row in rows_of(BOOK, wish)]
    booking_id = rows[0].booking_id
    if booking_id is None:
        raise _refusal(rows, wish)
    return booking_id


def confirm_booking(booking_id: int) -> None:
    """Enqueues the mail of a booking that this transaction has made and stored as confirmed."""
    queue.defer(mail_booking_confirmed, booking_id=booking_id)


class WantedSeat(NamedTuple):
    """A row of BOOK: a wanted seat, if there is any, with what is the same for all of them."""

    on_sale: bool
    booking_id: int | None
    tickets_of_show: int
    tickets_of_all: int | None
    label: str | None
    price: Decimal
    is_mine: bool


def new_reference() -> str:
    """Returns ten characters that can be read out, one of about 10^15 combinations."""
    return "".join(secrets.choice(READABLE) for _ in range(REFERENCE_LENGTH))


def _refusal(rows: list[WantedSeat], wish: Mapping[str, Any]) -> Failure:
    if not rows[0].on_sale:
        return (
            ShowNotOnSale()
            if Show.objects.filter(pk=wish["show"]).exists()
            else DoesNotExist(field="show")
        )
    labels, seats = wish["labels"], {row.label: row for row in rows if row.label}
    lost = [label for label, row in seats.items() if not row.is_mine]
    if labels is None and not seats:
        return NoHold()
    if labels is None and lost:
        return HoldExpired()
    if unknown := [label for label in labels or () if label not in seats]:
        return unknown_seats(unknown)
    if lost:
        return seats_unavailable(lost)
    return _limit_reached(rows[0], len(seats), wish) or PriceChanged(
        total=f"{sum(row.price for row in seats.values()):.2f}"
    )


def _limit_reached(first: WantedSeat, count: int, wish: Mapping[str, Any]) -> Failure | None:
    """Returns the failure of the limit that `count` more tickets would exceed."""
    most, few = wish["most_tickets"], wish["most_unverified"]
    if most is not None and first.tickets_of_show + count > most:
        return TooManyTickets(limit=most, left=max(0, most - first.tickets_of_show))
    if few is not None and first.tickets_of_all is not None:
        left = max(0, few - first.tickets_of_all)
        return AddressNotVerified(limit=few, left=left) if count > left else None
    return None
