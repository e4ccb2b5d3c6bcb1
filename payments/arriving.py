"""Money that arrives: one code path whether it is in time, late, twice or wrong.

The seats decide, not the clock: a payment confirms its booking if each of its seats is free, kept
for it, or anybody's lapsed one. Otherwise the money is given back by what settling derives.
Locks: voucher → show (KEY SHARE) → booking → tickets → seats by id → payments.
"""

from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction

from bookings.booking import confirm_booking
from bookings.exchanging import complete_exchange
from bookings.models import BookingStatus
from core.failures import Busy
from core.jobs import queue
from core.postgres.rows import execute, rows_of
from payments.models import Problem, RefundReason
from payments.providers.minor_units import from_minor
from payments.receipt_mails import mail_receipt
from payments.receipts import issue_receipt
from payments.settling import settle
from payments.tasks import mail_refund, send_refund
from pricing.vouchers import lock_voucher, uses_left

log = structlog.get_logger(__name__)
Values = dict[str, Any]

OTHER_SHOW = """(SELECT seat.show_id FROM bookings_exchange exchange
        JOIN bookings_ticket wanted ON wanted.id = exchange.new_id
        JOIN shows_seat seat ON seat.id = wanted.seat_id
        WHERE exchange.booking_id = booking.id AND exchange.status = 'open'
        ORDER BY exchange.id DESC LIMIT 1)"""
READ = f"""
SELECT payment.booking_id, booking.show_id, booking.voucher_id, booking.user_id,
       payment.amount, payment.currency, {OTHER_SHOW}
FROM payments_payment payment LEFT JOIN bookings_booking booking ON booking.id = payment.booking_id
WHERE payment.id = %(payment)s
"""  # noqa: S608
READ_PLACES = f"""
SELECT booking.voucher_id, booking.show_id, {OTHER_SHOW}
FROM bookings_booking booking WHERE booking.id = %(booking)s
"""  # noqa: S608
# With the one to which a ticket is exchanged.
LOCK_SHOW = """
SELECT id, status = 'scheduled' FROM shows_show WHERE id IN (%(show)s, %(other)s::bigint)
ORDER BY id FOR KEY SHARE
"""
LOCK_BOOKING = """
SELECT status, paid_at IS NOT NULL, show_id FROM bookings_booking
WHERE id = %(booking)s FOR NO KEY UPDATE
"""
# The gate: of an event that comes many times one passes. It comes after the locks, because its
# foreign keys lock the booking.
GATE = """
INSERT INTO payments_ledgerentry
  (key, kind, debit, credit, amount, currency, booking_id, payment_id)
VALUES ('capture:' || %(payment)s::bigint, 'capture', 'provider', %(account)s, %(amount)s,
        %(currency)s, %(booking)s, %(payment)s)
ON CONFLICT (key) DO NOTHING
"""
TAKE_SEATS = """
WITH mine AS MATERIALIZED (
  SELECT id, seat_id FROM bookings_ticket
  WHERE booking_id = %(booking)s AND status = 'pending'
    AND NOT EXISTS (SELECT FROM bookings_exchange WHERE new_id = bookings_ticket.id)
  ORDER BY id FOR NO KEY UPDATE
), locked AS MATERIALIZED (
  SELECT seat.id, seat.status = 'available' OR coalesce(seat.kept_for = %(booking)s, false)
         OR seat.status IN ('selected', 'kept') AND seat.held_until <= statement_timestamp()
         AS is_free
  FROM shows_seat seat WHERE seat.id IN (SELECT seat_id FROM mine)
  ORDER BY seat.id FOR UPDATE
), verdict AS MATERIALIZED (
  SELECT count(*) > 0 AND count(*) = (SELECT count(*) FROM mine) AND bool_and(is_free) AS taken
  FROM locked
), seated AS (
  UPDATE shows_seat seat SET status = 'booked', held_by_id = NULL, held_since = NULL,
    held_until = NULL, kept_for = NULL
  FROM locked, verdict WHERE verdict.taken AND seat.id = locked.id
), validated AS (
  UPDATE bookings_ticket ticket SET status = 'valid'
  FROM mine, verdict WHERE verdict.taken AND ticket.id = mine.id
), confirmed AS (
  UPDATE bookings_booking SET status = 'confirmed', paid_at = statement_timestamp()
  FROM verdict WHERE verdict.taken AND bookings_booking.id = %(booking)s
), chain_over AS (
  DELETE FROM shows_holdchain chain USING bookings_booking booking, verdict
  WHERE verdict.taken AND booking.id = %(booking)s AND chain.user_id = booking.user_id
    AND chain.show_id = booking.show_id
)
SELECT taken FROM verdict
"""
# Not if it has become dearer by an exchange since the payment was started.
PAY = """
UPDATE bookings_booking SET paid_at = statement_timestamp()
WHERE id = %(booking)s
  AND (SELECT sum(price - discount + fee) FROM bookings_ticket
       WHERE booking_id = %(booking)s AND status = 'valid') <= %(paid)s
"""
MISSED_AN_EXCHANGE = """
SELECT EXISTS (SELECT FROM bookings_exchange
               WHERE booking_id = %(booking)s AND difference = %(paid)s AND status <> 'done')
"""
CAPTURE = """
UPDATE payments_payment
SET status = 'captured', captured = %(amount)s, captured_at = statement_timestamp(),
    problem = %(problem)s, currency = %(currency)s,
    reference = coalesce(%(reference)s::text, reference)
WHERE id = %(payment)s
"""
GIVE_BACK_WRONG = """
WITH payment AS (
  UPDATE payments_payment SET refunding = captured WHERE id = %(payment)s RETURNING id, captured
)
INSERT INTO payments_refund (payment_id, amount, reason, status)
SELECT id, captured, 'wrong', 'due' FROM payment RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money that a payment has brought, in minor units, by the provider's word."""

    payment_id: int
    amount: int
    currency: str
    reference: str | None = None
    is_wrong_mode: bool = False


def lock_places(booking_id: int) -> None:
    """Locks a booking's voucher and shows as money that comes does. Who locks the booking before it
    comes calls this first."""
    ((voucher, show, other),) = rows_of(READ_PLACES, {"booking": booking_id})
    if voucher:
        lock_voucher(voucher_id=voucher)
    rows_of(LOCK_SHOW, {"show": show, "other": other})


@transaction.atomic
def take_money(arrival: Arrival) -> bool:
    """Books money that has come, once however often it is told, and does what follows from it.

    Confirms its booking if that can be; what is left over becomes refunds. Money of the wrong
    amount or currency, or of a provider's test mode, confirms nothing: it is held apart and given
    back. Returns whether it was new. `reference` is the provider's name for it.
    """
    ((booking, show, voucher, user, amount, currency, other),) = rows_of(
        READ, {"payment": arrival.payment_id}
    )
    problem = _problem(arrival, booking, amount, currency)
    values = {
        "payment": arrival.payment_id,
        "booking": booking,
        "show": show,
        "other": other,
        "user": user,
        "amount": arrival.amount,
        "paid": from_minor(arrival.amount, arrival.currency),
        "currency": arrival.currency,
        "reference": arrival.reference,
        "problem": problem,
        "account": "suspense" if problem else "customer",
    }
    if booking is None:
        return _hold_apart(values)
    if voucher:
        lock_voucher(voucher_id=voucher)
    shows = dict(rows_of(LOCK_SHOW, values))
    ((status, is_paid, show_now),) = rows_of(LOCK_BOOKING, values)
    if problem:
        return _hold_apart(values)
    if show_now != show:  # an exchange has moved it meanwhile
        raise Busy
    if not execute(GATE, values):
        return False
    confirms = shows[show] and _confirms(status, is_paid, voucher, values)
    if status == BookingStatus.CONFIRMED and is_paid:
        complete_exchange(booking_id=booking, paid=values["paid"], shows=shows)
    execute(CAPTURE, values)
    settle([booking], _reason(status, is_paid, values))
    receipt = issue_receipt(payment_id=arrival.payment_id)
    if confirms:
        confirm_booking(booking)
    else:
        _thank(receipt, status, is_paid)
    return True


def _thank(receipt: int | None, status: str, is_paid: bool) -> None:
    """Mails the receipt of money that pays a booking whose tickets were mailed before."""
    if receipt and status == BookingStatus.CONFIRMED and not is_paid:
        queue.defer(mail_receipt, receipt_id=receipt)


def _problem(arrival: Arrival, booking: int | None, amount: int, currency: str) -> Problem:
    if booking is None:
        return Problem.NO_BOOKING
    if arrival.is_wrong_mode:
        return Problem.TEST_MODE
    if arrival.currency != currency:
        return Problem.WRONG_CURRENCY
    return Problem.NONE if arrival.amount == amount else Problem.WRONG_AMOUNT


def _confirms(status: str, is_paid: bool, voucher: int | None, values: Values) -> bool:
    """Confirms what waits for this money, and returns whether the customer has to be told."""
    if status == BookingStatus.CONFIRMED and not is_paid:
        execute(PAY, values)
        return False
    if status not in (BookingStatus.PENDING, BookingStatus.EXPIRED):
        return False
    if voucher and not uses_left(
        voucher_id=voucher, user_id=values["user"], besides=values["booking"]
    ):
        return False
    ((taken,),) = rows_of(TAKE_SEATS, values)
    return bool(taken)


def _hold_apart(values: Values) -> bool:
    if not execute(GATE, values):
        return False
    execute(CAPTURE, values)
    log.error("payment held apart", payment_id=values["payment"], problem=values["problem"])
    jobs = [{"refund_id": refund} for (refund,) in rows_of(GIVE_BACK_WRONG, values)]
    queue.defer_each(send_refund, jobs)
    queue.defer_each(mail_refund, jobs)
    return True


def _reason(status: str, is_paid: bool, values: Values) -> RefundReason:
    """Returns why money would be given back that a booking in this state gets."""
    if status == BookingStatus.CONFIRMED and is_paid:
        ((has_missed,),) = rows_of(MISSED_AN_EXCHANGE, values)
        return RefundReason.TOO_LATE if has_missed else RefundReason.PAID_TWICE
    return RefundReason.TOO_LATE
