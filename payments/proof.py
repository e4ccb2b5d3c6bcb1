"""The proof that the books are right: for every booking and for the whole, in any snapshot."""

from core.postgres.rows import rows_of
from theaters.currencies import WITHOUT_DECIMALS

# One statement, so one snapshot. What a paid booking's payments hold, less what is on its way back,
# is what its valid tickets cost and its void ones kept; one that is not paid holds nothing.
BOOKINGS = """
WITH money AS (
  SELECT booking_id, sum(captured) AS captured, sum(refunded) AS refunded,
         sum(refunding) AS refunding
  FROM payments_payment WHERE problem = '' AND booking_id IS NOT NULL GROUP BY booking_id
), books AS (
  SELECT booking_id,
         sum(CASE WHEN credit = 'customer' THEN amount WHEN debit = 'customer' THEN -amount
                  ELSE 0 END) AS customer,
         sum(CASE WHEN kind = 'capture' AND credit = 'customer' THEN amount ELSE 0 END)
           AS captured,
         sum(CASE WHEN kind = 'refund' AND debit = 'customer' THEN amount
                  WHEN kind = 'bounce' AND credit = 'customer' THEN -amount ELSE 0 END)
           AS refunded
  FROM payments_ledgerentry WHERE booking_id IS NOT NULL GROUP BY booking_id
), tickets AS (
  SELECT ticket.booking_id,
         sum(CASE ticket.status WHEN 'valid' THEN price - discount + fee
                                WHEN 'void' THEN kept ELSE 0 END) AS worth
  FROM bookings_ticket ticket JOIN money USING (booking_id) GROUP BY ticket.booking_id
), judged AS (
  SELECT booking.id, booking.reference, theater.currency,
         coalesce(money.captured, 0) AS captured, coalesce(money.refunded, 0) AS refunded,
         coalesce(money.refunding, 0) AS refunding,
         coalesce(books.captured, 0) AS booked, coalesce(books.refunded, 0) AS booked_back,
         coalesce(books.customer, 0) AS customer,
         CASE WHEN booking.paid_at IS NULL THEN 0
              ELSE (tickets.worth * CASE WHEN theater.currency = ANY(%(whole)s::text[]) THEN 1
                                         ELSE 100 END)::bigint END AS worth
  FROM bookings_booking booking
  JOIN shows_show show ON show.id = booking.show_id
  JOIN theaters_screen screen ON screen.id = show.screen_id
  JOIN theaters_theater theater ON theater.id = screen.theater_id
  LEFT JOIN money ON money.booking_id = booking.id
  LEFT JOIN books ON books.booking_id = booking.id
  LEFT JOIN tickets ON tickets.booking_id = booking.id
  WHERE money.booking_id IS NOT NULL OR books.booking_id IS NOT NULL
)
SELECT reference, captured, refunded, refunding, worth, booked, booked_back, customer
FROM judged
WHERE captured - refunded - refunding <> worth OR captured <> booked OR refunded <> booked_back
   OR customer <> refunding
ORDER BY id
"""
APART = """
WITH books AS (
  SELECT payment_id,
         sum(CASE WHEN credit = 'suspense' THEN amount ELSE -amount END) AS held
  FROM payments_ledgerentry WHERE 'suspense' IN (debit, credit) GROUP BY payment_id
)
SELECT payment.id, payment.captured - payment.refunded, coalesce(books.held, 0)
FROM payments_payment payment LEFT JOIN books ON books.payment_id = payment.id
WHERE payment.problem <> '' AND payment.captured - payment.refunded <> coalesce(books.held, 0)
ORDER BY payment.id
"""
REFUNDS = """
SELECT payment.id, payment.refunding, payment.refunded, found.open, found.done
FROM payments_payment payment
CROSS JOIN LATERAL (
  SELECT coalesce(sum(amount) FILTER (WHERE status <> 'succeeded'), 0) AS open,
         coalesce(sum(amount) FILTER (WHERE status = 'succeeded'), 0) AS done
  FROM payments_refund WHERE payment_id = payment.id
) found
WHERE payment.refunding <> found.open OR payment.refunded <> found.done
ORDER BY payment.id
"""
SUMS = """
SELECT account, currency, sum(amount)::bigint FROM (
  SELECT credit AS account, currency, amount FROM payments_ledgerentry
  UNION ALL SELECT debit, currency, -amount FROM payments_ledgerentry
) moved GROUP BY account, currency ORDER BY account, currency
"""


def faults() -> list[str]:
    """Returns what is wrong with the books, a sentence each; nothing if they are right."""
    bookings = rows_of(BOOKINGS, {"whole": sorted(WITHOUT_DECIMALS)})
    found = [
        f"Booking {reference}: {captured} came, {refunded} went back, {refunding} is on its way, "
        f"its tickets are worth {worth}; the ledger has {booked} in, {back} back, and owes the "
        f"customer {customer}."
        for reference, captured, refunded, refunding, worth, booked, back, customer in bookings
    ]
    found += [
        f"Payment {pk}: {kept} is held apart, the ledger has {held}."
        for pk, kept, held in rows_of(APART)
    ]
    found += [
        f"Payment {pk}: {refunding} on its way back and {refunded} given back, its refunds say "
        f"{opened} and {done}."
        for pk, refunding, refunded, opened, done in rows_of(REFUNDS)
    ]
    return found


def sums() -> list[tuple[str, str, int]]:
    """Returns the balance of each account by currency, in minor units; they add up to nothing."""
    return [(account, currency, total) for account, currency, total in rows_of(SUMS)]
