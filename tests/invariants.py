"""Invariants of seats, bookings and tickets, each checked by one query."""

from django.db import connection

VIOLATIONS = {
    "a booked seat without exactly one valid ticket": """
        SELECT seat.id FROM shows_seat seat
        LEFT JOIN bookings_ticket ticket ON ticket.seat_id = seat.id AND ticket.status = 'valid'
        WHERE seat.status = 'booked' GROUP BY seat.id HAVING count(ticket.id) <> 1
    """,
    "a valid ticket for a seat that is not booked": """
        SELECT ticket.id FROM bookings_ticket ticket
        JOIN shows_seat seat ON seat.id = ticket.seat_id
        WHERE ticket.status = 'valid' AND seat.status <> 'booked'
    """,
    "a booking without tickets, or with valid ones if and only if it is not confirmed": """
        SELECT booking.id FROM bookings_booking booking
        LEFT JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
        GROUP BY booking.id
        HAVING bool_or(ticket.id IS NULL)
            OR bool_or(ticket.status = 'valid') <> (booking.status = 'confirmed')
    """,
    "a seat that is kept for a booking without a pending ticket for it": """
        SELECT seat.id FROM shows_seat seat
        LEFT JOIN bookings_ticket ticket ON ticket.seat_id = seat.id
          AND ticket.booking_id = seat.kept_for AND ticket.status = 'pending'
        WHERE seat.status = 'kept' AND seat.held_until > statement_timestamp()
          AND ticket.id IS NULL
    """,
    "a total that is not the sum of its tickets": """
        SELECT booking.id FROM bookings_booking booking
        JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
        WHERE NOT EXISTS (SELECT FROM bookings_ticket newer WHERE newer.replaces_id = ticket.id)
          AND NOT EXISTS (SELECT FROM bookings_exchange exchange
                          WHERE exchange.new_id = ticket.id AND exchange.status <> 'done')
        GROUP BY booking.id
        HAVING sum(ticket.price - ticket.discount + ticket.fee) <> booking.total
    """,
    "a live booking of a cancelled show": """
        SELECT booking.id FROM bookings_booking booking
        JOIN shows_show show ON show.id = booking.show_id
        WHERE show.status = 'cancelled' AND booking.status = 'confirmed'
    """,
    "a hold that outlives its maximum": """
        SELECT id FROM shows_seat WHERE held_until > held_since + interval '16 minutes'
    """,
    "a user who holds more than ten seats of a show": """
        SELECT held_by_id FROM shows_seat WHERE status = 'selected'
        GROUP BY held_by_id, show_id HAVING count(*) > 10
    """,
    "a user who holds seats of more than four shows": """
        SELECT held_by_id FROM shows_seat
        WHERE held_by_id IS NOT NULL AND held_until > statement_timestamp()
        GROUP BY held_by_id HAVING count(DISTINCT show_id) > 4
    """,
}


def violations() -> list[str]:
    """Returns the names of the invariants that do not hold."""
    broken = []
    with connection.cursor() as cursor:
        for name, query in VIOLATIONS.items():
            cursor.execute(query)
            if cursor.fetchone():
                broken.append(name)
    return broken
