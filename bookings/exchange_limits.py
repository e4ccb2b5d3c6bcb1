"""What limits a customer's exchanges: until when dearer seats are kept, and how many tickets of a
show one may have. Who sells for the theater has no such limits."""

from datetime import datetime

from django.conf import settings

from bookings.booking import TooManyTickets
from core.postgres.rows import rows_of
from shows.holding import HoldExhausted

# The dearer exchanges of a booking that follow each other without a long pause share one deadline,
# whatever has become of them. While a seat is kept is no pause. After the booking's lock.
DEADLINE = """
WITH earlier AS (
  SELECT created_at, pay_until,
         max(pay_until) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW)
           + %(lasts_at_most)s > created_at AS goes_on
  FROM bookings_exchange WHERE booking_id = %(booking)s
), chain AS (
  SELECT max(created_at) FILTER (WHERE goes_on IS NOT TRUE) AS began_at,
         max(pay_until) + %(lasts_at_most)s AS over_at
  FROM earlier
), verdict AS (
  SELECT over_at, %(lasts_at_most)s + CASE WHEN over_at > statement_timestamp() THEN began_at
                                           ELSE statement_timestamp() END AS until
  FROM chain
)
SELECT until, until <= statement_timestamp(), greatest(over_at, until) FROM verdict
"""
# Without the booking that is about to come. Seats that are kept to be paid count.
TICKETS_OF_SHOW = """
SELECT count(*)
FROM bookings_booking booking
JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
JOIN shows_seat seat ON seat.id = ticket.seat_id
LEFT JOIN bookings_exchange exchange ON exchange.new_id = ticket.id
WHERE booking.user_id = %(user)s AND booking.id <> %(booking)s AND seat.show_id = %(show)s
  AND booking.status IN ('confirmed', 'pending')
  AND (ticket.status = 'valid' OR ticket.status = 'pending'
       AND coalesce(exchange.pay_until, booking.pay_until) > statement_timestamp())
"""


def deadline_of(booking_id: int) -> datetime:
    """Returns until when a dearer seat may be kept for a locked booking. Raises HoldExhausted."""
    values = {"booking": booking_id, "lasts_at_most": settings.HOLD_LASTS_AT_MOST}
    deadline: datetime
    ((deadline, is_over, over_at),) = rows_of(DEADLINE, values)
    if is_over:
        raise HoldExhausted(retry_at=over_at.isoformat())
    return deadline


def require_few_tickets(*, user_id: int, booking_id: int, show_id: int) -> None:
    """Raises TooManyTickets if the user, whose row is locked, may have no other ticket of the show,
    to which this booking is about to be moved."""
    values = {"user": user_id, "booking": booking_id, "show": show_id}
    ((count,),) = rows_of(TICKETS_OF_SHOW, values)
    most = settings.TICKETS_OF_A_SHOW_AT_MOST
    if count >= most:
        raise TooManyTickets(limit=most, left=0)
