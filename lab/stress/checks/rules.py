"""Invariants of the database: queries that must find nothing, at any moment.

They are also checked during the run, each time in one snapshot.
"""

from collections.abc import Iterator

from lab.stress.evidence import Check, Evidence, Register

RULES = {
    "one_live_ticket_per_seat": (
        "A seat of a show is sold at most once at a time.",
        """
        SELECT booking.show_id AS show, ticket.label, count(*) AS live_tickets,
               string_agg(booking.reference, ' ') AS bookings
        FROM bookings_ticket ticket JOIN bookings_booking booking ON booking.id = ticket.booking_id
        WHERE ticket.status = 'valid'
        GROUP BY booking.show_id, ticket.label HAVING count(*) > 1
        """,
    ),
    "sold_seats_have_their_ticket": (
        "A seat is booked exactly while one live ticket names it; none is held and sold at once.",
        """
        SELECT seat.show_id AS show, seat.label, seat.status, count(ticket.id) AS live_tickets
        FROM shows_seat seat
        LEFT JOIN bookings_ticket ticket ON ticket.seat_id = seat.id AND ticket.status = 'valid'
        GROUP BY seat.id HAVING count(ticket.id) <> (seat.status = 'booked')::int
        """,
    ),
    "bookings_are_whole": (
        "A booking has tickets, all live or all void as the booking is, that add up to its total.",
        """
        SELECT booking.reference, booking.status, booking.total, count(ticket.id) AS tickets,
               sum(ticket.price) AS sum
        FROM bookings_booking booking
        LEFT JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
        GROUP BY booking.id
        HAVING count(ticket.id) = 0 OR sum(ticket.price) <> booking.total
            OR bool_or((ticket.status = 'valid') <> (booking.status = 'confirmed'))
        """,
    ),
    "tickets_belong_to_their_show": (
        "The seats of a booking are seats of its show.",
        """
        SELECT booking.reference, booking.show_id AS show, seat.show_id AS show_of_seat, seat.label
        FROM bookings_ticket ticket
        JOIN bookings_booking booking ON booking.id = ticket.booking_id
        JOIN shows_seat seat ON seat.id = ticket.seat_id
        WHERE seat.show_id <> booking.show_id OR seat.label <> ticket.label
        """,
    ),
    "cancelled_shows_have_no_live_bookings": (
        "When a show is cancelled, so are all of its bookings.",
        """
        SELECT show.id AS show, booking.reference, booking.status, ticket.label, ticket.status
        FROM shows_show show
        JOIN bookings_booking booking ON booking.show_id = show.id
        JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
        WHERE show.status = 'cancelled'
          AND (booking.status IN ('pending', 'confirmed') OR ticket.status = 'valid')
        """,
    ),
    "no_hold_outlives_its_maximum": (
        "A hold lasts at most 8 minutes from now, and 16 from its first seat.",
        """
        SELECT show_id AS show, label, held_by_id, held_since, held_until FROM shows_seat
        WHERE status = 'selected' AND (
              held_until > statement_timestamp() + interval '8 minutes 1 second'
           OR held_until > held_since + interval '16 minutes')
        """,
    ),
    "chains_are_as_long_as_their_holds": (
        "A chain of holds knows what is held and until when, and lasts 16 minutes at most.",
        """
        SELECT chain.show_id AS show, chain.user_id, chain.seats, held.seats AS held
        FROM shows_holdchain chain
        LEFT JOIN LATERAL (
            SELECT count(*) AS seats, max(held_until) AS until FROM shows_seat seat
            WHERE seat.show_id = chain.show_id AND seat.held_by_id = chain.user_id
              AND seat.held_until > statement_timestamp()
        ) held ON true
        WHERE ((chain.quiet_from > statement_timestamp() AND (
                 held.seats <> chain.seats OR held.until <> chain.quiet_from))
           OR (chain.quiet_from <= statement_timestamp() AND held.seats > 0)
           OR chain.quiet_from > chain.began_at + interval '16 minutes')
          AND NOT EXISTS (
            SELECT FROM bookings_booking online
            WHERE online.user_id = chain.user_id AND online.show_id = chain.show_id
              AND online.pay_until IS NOT NULL)
        """,
    ),
    "holds_stay_within_their_limits": (
        "Nobody holds more than 10 seats of a show, or seats of more than 4 shows.",
        """
        SELECT held_by_id, max(seats) AS seats_of_a_show, count(*) AS shows
        FROM (SELECT held_by_id, show_id, count(*) AS seats FROM shows_seat
              WHERE held_until > statement_timestamp() AND held_by_id IS NOT NULL
              GROUP BY held_by_id, show_id) AS hold
        JOIN shows_show show ON show.id = hold.show_id
            AND show.status = 'scheduled' AND show.starts_at > statement_timestamp()
        GROUP BY held_by_id HAVING max(seats) > 10 OR count(*) > 4
        """,
    ),
    "no_two_shows_overlap": (
        "A screen shows one thing at a time, turnaround included.",
        """
        SELECT one.screen_id AS screen, one.id AS show, other.id AS other
        FROM shows_show one JOIN shows_show other
          ON other.screen_id = one.screen_id AND other.id > one.id
         AND tstzrange(other.starts_at, other.free_at) && tstzrange(one.starts_at, one.free_at)
        WHERE one.status = 'scheduled' AND other.status = 'scheduled'
        """,
    ),
    "shows_have_all_their_seats": (
        "A show exists with all of its seats: for each, unsold, the price that the show says.",
        """
        SELECT show.id AS show, show.price, show.prices, count(seat.id) AS seats,
               min(seat.price) AS lowest, max(seat.price) AS highest
        FROM shows_show show LEFT JOIN shows_seat seat ON seat.show_id = show.id
        WHERE show.starts_at > statement_timestamp()
        GROUP BY show.id
        HAVING count(seat.id) = 0 OR bool_or(
            seat.status <> 'booked' AND show.status = 'scheduled'
            AND seat.price <> coalesce((show.prices ->> seat.category)::numeric, show.price))
        """,
    ),
    "no_seat_is_kept_for_nobody": (
        "A seat that is kept until it is paid has a pending ticket of the booking it is kept for.",
        """
        SELECT seat.show_id AS show, seat.label, seat.kept_for FROM shows_seat seat
        WHERE seat.status = 'kept' AND seat.held_until > statement_timestamp() AND NOT EXISTS (
            SELECT FROM bookings_ticket ticket
            WHERE ticket.seat_id = seat.id AND ticket.booking_id = seat.kept_for
              AND ticket.status = 'pending')
        """,
    ),
    "what_is_sold_online_is_paid": (
        "A booking that has to be paid online is confirmed only by its money.",
        """
        SELECT booking.reference, booking.total, sum(payment.captured) AS captured
        FROM bookings_booking booking LEFT JOIN payments_payment payment
          ON payment.booking_id = booking.id AND payment.problem = ''
        WHERE booking.status = 'confirmed' AND booking.pay_until IS NOT NULL
        GROUP BY booking.id
        HAVING booking.paid_at IS NULL
            OR coalesce(sum(payment.captured), 0) < 100 * booking.total
        """,
    ),
    "no_money_is_kept_for_nothing": (
        "What came for a booking and stayed is what its tickets cost, or what void ones keep.",
        """
        SELECT booking.reference, booking.status, money.held, tickets.worth
        FROM bookings_booking booking
        JOIN LATERAL (
            SELECT sum(captured - refunding - refunded) AS held FROM payments_payment payment
            WHERE payment.booking_id = booking.id AND payment.problem = ''
        ) money ON money.held IS NOT NULL
        JOIN LATERAL (
            SELECT 100 * sum(CASE ticket.status WHEN 'valid' THEN price - discount + fee
                                                WHEN 'void' THEN kept ELSE 0 END) AS worth
            FROM bookings_ticket ticket WHERE ticket.booking_id = booking.id
        ) tickets ON true
        WHERE money.held <> CASE WHEN booking.paid_at IS NULL THEN 0 ELSE tickets.worth END
        """,
    ),
    "the_ledger_has_every_payment": (
        "What the ledger says of a payment is what the payment says.",
        """
        SELECT payment.id, payment.captured, payment.refunded, ledger.came, ledger.went
        FROM payments_payment payment
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE kind WHEN 'capture' THEN amount ELSE 0 END), 0) AS came,
                   coalesce(sum(CASE kind WHEN 'refund' THEN amount WHEN 'bounce' THEN -amount
                                          ELSE 0 END), 0) AS went
            FROM payments_ledgerentry WHERE payment_id = payment.id
        ) ledger
        WHERE ledger.came <> payment.captured OR ledger.went <> payment.refunded
        """,
    ),
    "kept_answers_tell_the_truth": (
        "A key in store has its answer, which names a booking that exists, of the same user.",
        """
        SELECT record.endpoint, record.key, answer.reference
        FROM core_idempotencyrecord record
        CROSS JOIN LATERAL (
            SELECT CASE WHEN length(record.body) > 0
                   THEN convert_from(record.body, 'UTF8')::jsonb ->> 'reference' END AS reference
        ) answer
        LEFT JOIN bookings_booking booking ON booking.reference = answer.reference
        WHERE coalesce(length(record.body), 0) = 0
           OR (answer.reference IS NOT NULL AND booking.id IS NULL)
           OR (record.status = 201 AND booking.user_id <> record.user_id)
        """,
    ),
}


def _check(name: str, promise: str, query: str) -> Check:
    def check(evidence: Evidence) -> Iterator[str]:
        for row in evidence.rows(query):
            yield ", ".join(f"{key} {value}" for key, value in row.items())

    check.__name__ = name
    check.__doc__ = promise
    return check


checks = Register()
for _name, (_promise, _query) in RULES.items():
    checks(_check(_name, _promise, _query))
