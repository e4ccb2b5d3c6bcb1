"""Exchanges that wait for their difference, as all statements see them.

One that was not paid in time is over without a job: readers derive that from the clock and from the
tickets.
"""

JOINS = """bookings_exchange exchange
JOIN bookings_ticket given ON given.id = exchange.old_id
JOIN bookings_ticket wanted ON wanted.id = exchange.new_id"""
CAN_BE_DONE = """exchange.status = 'open' AND given.status = 'valid' AND given.used_at IS NULL
AND wanted.status = 'pending'"""
IS_OPEN = f"{CAN_BE_DONE} AND exchange.pay_until > statement_timestamp()"
# The one that is open of the row `booking`; there is at most one.
OPEN_OF_BOOKING = f"""
SELECT given.code, wanted.label, seat.show_id, exchange.difference, exchange.pay_until
FROM {JOINS} JOIN shows_seat seat ON seat.id = wanted.seat_id
WHERE exchange.booking_id = booking.id AND booking.paid_at IS NOT NULL AND {IS_OPEN}
ORDER BY exchange.id DESC LIMIT 1
"""  # noqa: S608
