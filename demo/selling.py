"""Turns sales into bookings, tickets and holds: staged by COPY, then one statement per table."""

from collections.abc import Iterable, Iterator
from random import Random

from django.conf import settings
from django.db import connection

from bookings.booking import READABLE, REFERENCE_LENGTH
from core.postgres.rows import execute
from demo.audience import Sale

STAGE = """
CREATE TEMP TABLE demo_sale (
    reference text, user_id bigint, show_id bigint, status text,
    created_at timestamptz, cancelled_at timestamptz, labels text[]
)
"""
COPY = "COPY demo_sale FROM STDIN"
FIND_SEATS = """
CREATE TEMP TABLE demo_seat AS
SELECT sale.reference, sale.status AS sale_status, sale.user_id,
       seat.id, seat.show_id, seat.label, seat.category, seat.price
FROM demo_sale sale
CROSS JOIN unnest(sale.labels) AS wanted (label)
JOIN shows_seat seat ON seat.show_id = sale.show_id AND seat.label = wanted.label
"""
MAKE_BOOKINGS = """
INSERT INTO bookings_booking (reference, user_id, show_id, status, total, created_at, cancelled_at)
SELECT sale.reference, sale.user_id, sale.show_id, sale.status, seats.total,
       sale.created_at, sale.cancelled_at
FROM demo_sale sale
JOIN (SELECT reference, sum(price) AS total FROM demo_seat GROUP BY reference) AS seats
     USING (reference)
WHERE sale.status <> 'held'
ORDER BY sale.created_at, sale.reference
"""
MAKE_TICKETS = """
INSERT INTO bookings_ticket (booking_id, seat_id, code, label, category, price, status)
SELECT booking.id, seat.id, md5(%(seed)s || booking.reference || seat.label),
       seat.label, seat.category, seat.price,
       CASE booking.status WHEN 'confirmed' THEN 'valid' ELSE 'void' END
FROM bookings_booking booking JOIN demo_seat seat USING (reference)
ORDER BY booking.id, seat.id
"""
TAKE_SEATS = """
UPDATE shows_seat seat SET status = 'booked'
FROM demo_seat sold WHERE sold.id = seat.id AND sold.sale_status = 'confirmed'
"""
HOLD_SEATS = """
UPDATE shows_seat seat
SET status = 'selected', held_by_id = held.user_id,
    held_since = statement_timestamp() - held.age,
    held_until = statement_timestamp() - held.age + %(lasts)s
FROM (SELECT *, user_id * 37 %% 300 * interval '1 second' AS age FROM demo_seat) AS held
JOIN shows_show show ON show.id = held.show_id AND show.starts_at > statement_timestamp()
WHERE held.id = seat.id AND held.sale_status = 'held'
"""


def stage(sales: Iterable[Sale], *, seed: int) -> None:
    """Streams the sales to a temporary table, and looks up their seats."""
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(COPY) as copy:
            for reference, sale in zip(references(seed), sales, strict=False):
                copy.write_row((reference, *sale))
        cursor.execute("ANALYZE demo_sale, shows_seat, shows_show, users_user")
        cursor.execute(FIND_SEATS)
        cursor.execute("ANALYZE demo_seat")


def make_bookings() -> int:
    """Makes the bookings of all staged sales in chronological order, and returns their number."""
    return execute(MAKE_BOOKINGS)


def make_tickets(*, seed: int) -> int:
    """Makes the tickets of all staged bookings, and returns their number."""
    return execute(MAKE_TICKETS, {"seed": str(seed)})


def take_seats() -> int:
    """Marks the booked and held seats and returns their number; drops the temporary tables."""
    taken = execute(TAKE_SEATS) + execute(HOLD_SEATS, {"lasts": settings.HOLD_LASTS})
    execute("DROP TABLE demo_sale, demo_seat")
    return taken


def references(seed: int) -> Iterator[str]:
    """Yields distinct references of bookings, scrambled by invertible steps."""
    bits = REFERENCE_LENGTH * 5
    whole, rng = (1 << bits) - 1, Random(f"{seed}/references")
    number, step, factor = (rng.getrandbits(bits) | 1 for _ in range(3))
    while True:
        number = (number + step) & whole
        mixed = (number ^ number >> bits // 2) * factor & whole
        mixed ^= mixed >> bits // 2
        yield "".join(READABLE[mixed >> shift & 31] for shift in range(0, bits, 5))
