"""Cancelling bookings and single tickets, which is idempotent.

Only seats whose valid ticket is voided by the same statement are freed, or that are kept for the
booking, so never somebody else's. Locks: show, bookings, tickets, seats by id, payments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from django.db import transaction

from bookings.models import BookingStatus
from bookings.owing import settle
from bookings.refund_policy import Terms, TooLate, terms_by_policy
from bookings.tasks import mail_booking_cancelled
from core.failures import Failure, InvalidInput, NotFound
from core.jobs import queue
from core.postgres.documents import money_shape
from core.postgres.rows import rows_of
from shows.scheduling import AlreadyCancelled
from shows.seats import AVAILABLE, PRICE
from theaters.currencies import digits_of
from theaters.policy import Action, may_sql
from users.models import User


class AlreadyUsed(Failure):
    """One of the tickets has been used; nothing was cancelled."""

    code = "already_used"
    title = "A ticket has been used"
    remedy = "Cancel the others, or ask the theater."


class BookingPending(Failure):
    """Tickets can be cancelled one by one only when the booking is paid."""

    code = "booking_pending"
    title = "The booking is not paid yet"
    remedy = "Cancel all of it, and book what you want."


class UnknownTickets(InvalidInput):
    """The booking has no live tickets with these codes."""

    code = "unknown_tickets"
    title = "The booking has no such tickets"
    remedy = "Send codes of its valid tickets."
    example = {"field": "tickets"}


class RefundChanged(Failure):
    """It does not give back what you expected; nothing was cancelled."""

    code = "refund_changed"
    title = "Another amount would come back"
    remedy = "Show the customer the new `refund`, and cancel again with it."
    example = {"refund": "12.50"}
    members = {"refund": money_shape(digits=8) | {"description": "What comes back now."}}


# `Booking.visible_to` in SQL. The show is locked before the booking, in the order of the clauses.
LOCK_BOOKING = f"""
SELECT booking.id, booking.status, booking.paid_at IS NOT NULL, booking.free_cancellation,
       sells.it, waives.it, extract(epoch FROM show.starts_at - statement_timestamp())::float8,
       theater.currency, theater.refund_policy, theater.fee_refundable, show.id
FROM bookings_booking booking
JOIN shows_show show ON show.id = booking.show_id
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
JOIN users_user account ON account.id = %(user)s
CROSS JOIN LATERAL (
  SELECT {may_sql(Action.SELL, account="account", theater="screen.theater_id")}
) sells (it)
CROSS JOIN LATERAL (
  SELECT {may_sql(Action.WAIVE, account="account", theater="screen.theater_id")}
) waives (it)
WHERE booking.reference = %(reference)s AND (booking.user_id = account.id OR sells.it)
FOR KEY SHARE OF show FOR NO KEY UPDATE OF booking
"""  # noqa: S608
TICKETS_OF = """
SELECT id, code, label, status, used_at IS NOT NULL, price - discount, fee
FROM bookings_ticket ticket
WHERE booking_id = %s AND (status = 'valid' OR status = 'pending'
  AND NOT EXISTS (SELECT FROM bookings_exchange WHERE new_id = ticket.id))
ORDER BY id
"""
# A statement after the bookings' locks, so that it sees what they have waited for. It judges
# `used_at` on the tickets' locked rows, and voids all or none of those wanted, with what they were
# about to be exchanged for. The ids are a query
# of their own for the reason given at `shows.holding.HOLD_EXACTLY`.
CANCEL = f"""
WITH wish AS MATERIALIZED (
  SELECT %(bookings)s::bigint[] AS bookings, %(codes)s::text[] AS codes
), live AS MATERIALIZED (
  SELECT ticket.id, ticket.booking_id, ticket.seat_id, ticket.status, ticket.fee,
         ticket.price - ticket.discount AS price, ticket.used_at IS NOT NULL AS is_used,
         coalesce(ticket.code = ANY((SELECT codes FROM wish)::text[]), true) AS is_named,
         coalesce(ticket.code = ANY((SELECT codes FROM wish)::text[])
                  OR ticket.status = 'pending' AND EXISTS (
                    SELECT FROM bookings_exchange exchange
                    JOIN bookings_ticket given ON given.id = exchange.old_id
                    WHERE exchange.new_id = ticket.id
                      AND given.code = ANY((SELECT codes FROM wish)::text[])), true) AS is_wanted
  FROM bookings_ticket ticket
  WHERE ticket.booking_id = ANY((SELECT bookings FROM wish)::bigint[])
    AND ticket.status <> 'void'
  ORDER BY ticket.id FOR NO KEY UPDATE
), wanted AS MATERIALIZED (
  SELECT * FROM live
  WHERE is_wanted
    AND (%(used_too)s OR NOT EXISTS (SELECT FROM live WHERE is_wanted AND is_used))
), voided AS (
  UPDATE bookings_ticket ticket
  SET status = 'void',
      kept = CASE WHEN booking.paid_at IS NOT NULL AND wanted.status = 'valid' THEN
               wanted.price - round(wanted.price * %(share)s / 100, %(digits)s)
               + CASE WHEN %(fee_too)s THEN 0 ELSE wanted.fee END
             ELSE 0 END
  FROM wanted JOIN bookings_booking booking ON booking.id = wanted.booking_id
  WHERE ticket.id = wanted.id
), locked AS MATERIALIZED (
  SELECT seat.id FROM shows_seat seat JOIN wanted ON wanted.seat_id = seat.id
  WHERE wanted.status = 'valid' OR seat.kept_for = wanted.booking_id
  ORDER BY seat.id FOR UPDATE OF seat
), freed AS (
  UPDATE shows_seat seat SET {AVAILABLE}, price = {PRICE}
  FROM locked, shows_show show WHERE seat.id = locked.id AND show.id = seat.show_id
), cancelled AS (
  UPDATE bookings_booking booking
  SET status = 'cancelled', cancelled_at = statement_timestamp()
  WHERE id = ANY((SELECT bookings FROM wish)::bigint[]) AND status <> 'cancelled'
    AND ((SELECT codes FROM wish) IS NULL
         OR EXISTS (SELECT FROM wanted WHERE booking_id = booking.id))
    AND NOT EXISTS (SELECT FROM live WHERE booking_id = booking.id AND NOT is_wanted)
    AND (%(used_too)s OR NOT EXISTS (SELECT FROM live WHERE is_wanted AND is_used))
  RETURNING id
)
SELECT (SELECT array_agg(id ORDER BY id) FROM cancelled),
       (SELECT count(*) FROM live WHERE is_named), (SELECT count(*) FROM wanted)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class LockedBooking:
    """A booking and its show, both locked, with what decides about its refund."""

    id: int
    status: str
    is_paid: bool
    is_free_to_cancel: bool
    sells: bool
    waives: bool
    seconds_left: float
    currency: str
    policy: str
    fee_refundable: bool
    show_id: int


@transaction.atomic(savepoint=False)
def cancel_booking(
    *,
    user: User,
    reference: str,
    tickets: Sequence[str] | None = None,
    refund: Decimal | None = None,
) -> int:
    """Cancels the booking, or those of its tickets that have these codes, frees their seats at once
    and returns the booking's id. What its theater's policy gives back follows.

    Customers, and those who sell for the theater, may do so as long as the policy gives something
    back or says so; those who may waive it until the start; what was not paid goes at any time
    before it, at the counter only if it is not the customer who asks. `refund` is what is expected
    to come back.
    Raises NotFound, AlreadyCancelled, TooLate, AlreadyUsed, BookingPending, UnknownTickets or
    RefundChanged, and then changes nothing.
    """
    booking = lock_booking(user=user, reference=reference)
    if tickets is not None and booking.status != BookingStatus.CONFIRMED:
        raise BookingPending
    terms = terms_of(booking)
    if refund is not None:
        _require_refund(booking, terms, tickets, refund)
    done = cancel_tickets(
        bookings=[booking.id], terms=terms, codes=tickets, digits=digits_of(booking.currency)
    )
    if tickets is not None and done.wanted != len(set(tickets)):
        raise UnknownTickets(field="tickets")
    if done.wanted and not done.voided:
        raise AlreadyUsed
    if booking.is_paid:
        settle([booking.id], "cancelled")
    queue.defer(mail_booking_cancelled, booking_id=booking.id)
    return booking.id


def lock_booking(*, user: User, reference: str) -> LockedBooking:
    """Locks a booking that the user may change, and its show before it.

    Raises NotFound or AlreadyCancelled.
    """
    values = {"reference": reference, "user": user.pk}
    # One that an exchange has just moved to another show is found by a second look.
    rows = rows_of(LOCK_BOOKING, values) or rows_of(LOCK_BOOKING, values)
    if not rows:
        raise NotFound
    booking = LockedBooking(*rows[0])
    if booking.status == BookingStatus.CANCELLED:
        raise AlreadyCancelled
    return booking


def terms_of(booking: LockedBooking) -> Terms:
    """Returns what cancelling the booking gives back now. Raises TooLate."""
    if booking.seconds_left <= 0:
        raise TooLate
    if booking.is_free_to_cancel:
        return Terms(100, True)
    is_pending = booking.status != BookingStatus.CONFIRMED
    if booking.waives or (not booking.is_paid and (is_pending or booking.sells)):
        return Terms(100, booking.fee_refundable)
    return terms_by_policy(
        orjson.loads(booking.policy), booking.seconds_left, fee=booking.fee_refundable
    )


def cancel_tickets(
    *,
    bookings: Sequence[int],
    terms: Terms,
    digits: int,
    codes: Sequence[str] | None = None,
    used_too: bool = False,
) -> "Done":
    """Voids the live tickets of bookings that are locked, or those with these codes, all or none,
    and frees their seats; a booking without live tickets is cancelled.

    None is void if one of them was used and `used_too` is false.
    """
    values = {
        "bookings": list(bookings),
        "codes": None if codes is None else list(codes),
        "share": terms.share,
        "fee_too": terms.with_fee,
        "digits": digits,
        "used_too": used_too,
    }
    ((cancelled, wanted, voided),) = rows_of(CANCEL, values)
    return Done(cancelled or [], wanted, voided)


class Done(NamedTuple):
    """The ids of bookings that are cancelled now, how many tickets were wanted, and are void."""

    cancelled: list[int]
    wanted: int
    voided: int


def _require_refund(
    booking: LockedBooking, terms: Terms, codes: Sequence[str] | None, expected: Decimal
) -> None:
    actual = refund_of(tickets_of(booking.id), booking, terms, codes)
    if actual != expected:
        raise RefundChanged(refund=f"{actual:.2f}")


class LiveTicket(NamedTuple):
    """A ticket that is not void; `price` is without the discount."""

    id: int
    code: str
    label: str
    status: str
    is_used: bool
    price: Decimal
    fee: Decimal


def tickets_of(booking_id: int) -> list[LiveTicket]:
    """Returns the live tickets of a booking."""
    return [LiveTicket(*row) for row in rows_of(TICKETS_OF, [booking_id])]


def refund_of(
    tickets: Sequence[LiveTicket],
    booking: LockedBooking,
    terms: Terms,
    codes: Sequence[str] | None = None,
) -> Decimal:
    """Returns what comes back for these tickets, or for those with the codes."""
    if not booking.is_paid:
        return Decimal(0)
    digits = digits_of(booking.currency)
    chosen = (ticket for ticket in tickets if codes is None or ticket.code in codes)
    return sum((terms.given_back(each.price, each.fee, digits) for each in chosen), Decimal(0))


@transaction.atomic
def quote_refund(
    *, user: User, reference: str, codes: Sequence[str] | None = None
) -> dict[str, Any]:
    """Returns what `cancel_booking` would give back now, line by line. Raises what it raises."""
    booking = lock_booking(user=user, reference=reference)
    terms, digits = terms_of(booking), digits_of(booking.currency)
    live = tickets_of(booking.id)
    chosen = [ticket for ticket in live if codes is None or ticket.code in codes]
    if any(ticket.is_used for ticket in chosen):
        raise AlreadyUsed
    if codes is not None and len(chosen) != len(set(codes)):
        raise UnknownTickets(field="tickets")
    paid = 1 if booking.is_paid else 0
    lines = [
        (
            each,
            paid * terms.given_back(each.price, each.fee, digits),
            paid * (each.price + each.fee),
        )
        for each in chosen
    ]
    back = sum((line[1] for line in lines), Decimal(0))
    return {
        "lines": [
            {
                "ticket": ticket.code,
                "seat": ticket.label,
                "refund": f"{given:.2f}",
                "kept": f"{cost - given:.2f}",
            }
            for ticket, given, cost in lines
        ],
        "total": f"{back:.2f}",
        "kept": f"{sum((line[2] for line in lines), Decimal(0)) - back:.2f}",
        "currency": booking.currency,
        "share": terms.share,
    }
