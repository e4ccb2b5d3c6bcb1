"""Giving back what bookings have paid too much: derived from the books, never decided.

Locks payments, after everything else (user → voucher → show → booking → tickets → seats →
payments).
"""

from collections.abc import Sequence

from bookings.owing import settles
from core.jobs import queue
from core.postgres.rows import execute, rows_of
from payments.models import RefundReason
from payments.tasks import mail_refund, send_refund
from theaters.currencies import WITHOUT_DECIMALS

WHOLE = sorted(WITHOUT_DECIMALS)
UNEXPECTED = (RefundReason.TOO_LATE, RefundReason.PAID_TWICE)

# A ticket's sale is booked when its booking is paid, and what a void one gives back when it is void
# (`kept` is what it does not). What is nothing gets no entry.
BOOK_TICKETS = """
INSERT INTO payments_ledgerentry (key, kind, debit, credit, amount, currency, booking_id, ticket_id)
SELECT part.key || ':' || ticket.id, part.key, part.debit, part.credit,
       (part.amount * CASE WHEN theater.currency = ANY(%(whole)s::text[])
                           THEN 1 ELSE 100 END)::bigint,
       theater.currency, booking.id, ticket.id
FROM bookings_booking booking
JOIN shows_show show ON show.id = booking.show_id
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
CROSS JOIN LATERAL (VALUES
  ('sale', 'customer', 'sales', ticket.price - ticket.discount, ticket.status = 'valid'),
  ('fee', 'customer', 'fees', ticket.fee, ticket.status = 'valid'),
  ('void', 'sales', 'customer',
   ticket.price - ticket.discount - greatest(ticket.kept - ticket.fee, 0), ticket.status = 'void'),
  ('voidfee', 'fees', 'customer', ticket.fee - least(ticket.kept, ticket.fee),
   ticket.status = 'void')
) AS part (key, debit, credit, amount, is_so)
WHERE booking.id = ANY(%(bookings)s::bigint[]) AND booking.paid_at IS NOT NULL AND part.is_so
  AND part.amount > 0
  AND (ticket.status = 'valid'
       OR EXISTS (SELECT FROM payments_ledgerentry entry
                  WHERE entry.key = CASE part.key WHEN 'void' THEN 'sale:' ELSE 'fee:' END
                                    || ticket.id))
ORDER BY ticket.id
ON CONFLICT (key) DO NOTHING
"""
LOCK_PAYMENTS = """
SELECT id FROM payments_payment WHERE booking_id = ANY(%(bookings)s::bigint[])
ORDER BY id FOR NO KEY UPDATE
"""
# A statement after the lock: what it has waited for is seen. The newest payments give back first.
MAKE_REFUNDS = """
WITH owed AS MATERIALIZED (
  SELECT booking.id, coalesce((
           SELECT sum(CASE WHEN entry.credit = 'customer' THEN entry.amount ELSE -entry.amount END)
           FROM payments_ledgerentry entry
           WHERE entry.booking_id = booking.id AND 'customer' IN (entry.debit, entry.credit)), 0)
         - coalesce((SELECT sum(payment.refunding) FROM payments_payment payment
                     WHERE payment.booking_id = booking.id AND payment.problem = ''), 0) AS amount
  FROM unnest(%(bookings)s::bigint[]) AS booking (id)
), open AS MATERIALIZED (
  SELECT payment.id, owed.amount AS owed,
         payment.captured - payment.refunding - payment.refunded AS left_in_it,
         sum(payment.captured - payment.refunding - payment.refunded)
           OVER (PARTITION BY owed.id ORDER BY payment.id DESC) AS so_far
  FROM owed JOIN payments_payment payment ON payment.booking_id = owed.id
  WHERE owed.amount > 0 AND payment.problem = ''
    AND payment.captured > payment.refunding + payment.refunded
), shares AS MATERIALIZED (
  SELECT id, least(left_in_it, owed - (so_far - left_in_it)) AS amount
  FROM open WHERE owed > so_far - left_in_it
), taken AS (
  UPDATE payments_payment payment SET refunding = refunding + shares.amount
  FROM shares WHERE payment.id = shares.id
)
INSERT INTO payments_refund (payment_id, amount, reason, status)
SELECT id, amount, %(reason)s::text, 'due' FROM shares ORDER BY id
RETURNING id
"""


@settles
def settle(bookings: Sequence[int], reason: str) -> None:
    """Books what these bookings' tickets cost and give back, and makes refunds of what their
    customers have too much, less what is on its way. The bookings must be locked.

    Nothing is sent here: jobs send the refunds.
    """
    values = {"bookings": list(bookings), "whole": WHOLE, "reason": reason}
    execute(BOOK_TICKETS, values)
    execute(LOCK_PAYMENTS, values)
    made = rows_of(MAKE_REFUNDS, values)
    jobs = [{"refund_id": refund} for (refund,) in made]
    queue.defer_each(send_refund, jobs)
    if reason in UNEXPECTED:
        queue.defer_each(mail_refund, jobs)
