"""`python -m lab.bench.reports`: how long reports of a year take, of a theater with ten screens and
a million tickets.

Exits with 1 if one takes a second or more.
"""

import sys
import time
from datetime import date
from statistics import median
from typing import Any

from lab.bench import servers
from lab.bench.__main__ import say

LIMIT_SECONDS = 1.0
YEAR = date(2025, 1, 1), date(2025, 12, 31)
# 10 screens, 5 shows a day, 55 tickets a show, two a booking, a fee each; one in fifty given back.
FILL = (
    "SET session_replication_role = replica",
    "SET statement_timeout = 0",
    """
INSERT INTO users_user (email, name, password, role, is_active, email_verified)
SELECT 'user' || n || '@example.com', 'User ' || n, '!',
       CASE WHEN n = 1 THEN 'owner' ELSE 'user' END, true, true
FROM generate_series(1, 5000) n
""",
    """
INSERT INTO movies_movie (title, description, duration_minutes, language, genres, certificate,
                          release_date, poster_url, trailer_url, "cast")
SELECT 'Film ' || n, '', 120, 'English', '{drama}', 'PG', DATE '2025-01-01', '', '', '{}'
FROM generate_series(1, 200) n
""",
    """
INSERT INTO theaters_theater (name, address, city, timezone, currency, owner_id)
SELECT 'Theater', '1 Main Street', 'Berlin', 'Europe/Berlin', 'EUR', min(id) FROM users_user
""",
    """
INSERT INTO theaters_membership (theater_id, user_id, role)
SELECT theater.id, theater.owner_id, 'owner' FROM theaters_theater theater
""",
    """
INSERT INTO theaters_screen (theater_id, name, layout, turnaround_minutes)
SELECT theater.id, 'Screen ' || n, array_fill(repeat('s', 10), ARRAY[10]), 15
FROM theaters_theater theater, generate_series(1, 10) n
""",
    """
INSERT INTO shows_show (movie_id, screen_id, starts_at, ends_at, free_at, local_date, language,
                        format, price, prices, rows, columns, status, cancel_reason)
SELECT (SELECT min(id) FROM movies_movie) + (n / 70 + screen.id) % 200, screen.id, at,
       at + interval '2 hours', at + interval '2 hours 15 minutes', at::date, 'English', '2D', 12,
       '{}', 10, 10, 'scheduled', ''
FROM theaters_screen screen, generate_series(0, 5 * 365 - 1) n,
     LATERAL (SELECT timestamptz '2025-01-01 10:00Z' + n / 5 * interval '1 day'
                     + n % 5 * interval '150 minutes') AS start (at)
""",
    """
INSERT INTO shows_seat (show_id, label, row, number, line, "column", category, price, status)
SELECT show.id, chr(64 + line) || place, chr(64 + line), place, line, place, 'standard', 12,
       CASE WHEN 10 * line + place <= 65 THEN 'booked' ELSE 'available' END
FROM shows_show show, generate_series(1, 10) line, generate_series(1, 10) place
""",
    """
INSERT INTO bookings_booking (reference, user_id, show_id, status, channel, total, created_at,
                              paid_at, language)
SELECT show.id || 'B' || n, (SELECT min(id) FROM users_user) + (show.id * 28 + n) % 5000, show.id,
       'confirmed', (ARRAY['online', 'counter', 'box_office'])[1 + n % 3], 26,
       show.starts_at - n * interval '3 hours', show.starts_at - n * interval '3 hours', 'de'
FROM shows_show show, generate_series(1, 28) n
""",
    """
INSERT INTO bookings_ticket (booking_id, seat_id, code, label, category, type, price, fee, tax_rate,
                             tax, status, used_at)
SELECT booking.id, NULL, booking.reference || n, 'A' || n, 'standard',
       (ARRAY['Adult', 'Child', 'Student', 'Senior'])[1 + (booking.id + n) % 4], 12, 1, 7, 0.85,
       CASE WHEN (booking.id + n) % 50 = 0 THEN 'void' ELSE 'valid' END, booking.created_at
FROM bookings_booking booking, generate_series(1, 2) n
""",
    """
INSERT INTO payments_payment (attempt, booking_id, provider, method, amount, currency, status,
                              captured, created_at, captured_at, taken_by_id)
SELECT 1, id, CASE channel WHEN 'online' THEN 'stripe' ELSE 'counter' END,
       CASE channel WHEN 'online' THEN '' ELSE 'cash' END, 2600, 'EUR', 'captured', 2600, paid_at,
       paid_at, CASE channel WHEN 'online' THEN NULL ELSE (SELECT min(id) FROM users_user) END
FROM bookings_booking ORDER BY paid_at
""",
    """
INSERT INTO payments_ledgerentry (key, kind, debit, credit, amount, currency, booking_id,
                                  payment_id, ticket_id, at)
SELECT kind || ':' || id, kind, debit, credit, amount, 'EUR', booking_id, payment_id, ticket_id, at
FROM (
  SELECT 'capture' AS kind, 'provider' AS debit, 'customer' AS credit, amount, booking_id,
         id AS payment_id, NULL::bigint AS ticket_id, id, captured_at AS at
  FROM payments_payment
  UNION ALL
  SELECT part.kind, part.debit, part.credit, part.amount, booking.id, NULL, ticket.id, ticket.id,
         booking.paid_at
  FROM bookings_ticket ticket JOIN bookings_booking booking ON booking.id = ticket.booking_id,
       LATERAL (VALUES ('sale', 'customer', 'sales', 1200, true),
                       ('fee', 'customer', 'fees', 100, true),
                       ('void', 'sales', 'customer', 1200, ticket.status = 'void')
       ) AS part (kind, debit, credit, amount, is_so)
  WHERE part.is_so
) entry ORDER BY at
""",
    """
INSERT INTO payments_receipt (theater_id, number, kind, booking_id, payment_id, amount, currency,
                              seller, customer, lines, taxes, fiscal, issued_at)
SELECT theater.id, row_number() OVER (ORDER BY payment.id), 'receipt', booking_id, payment.id, 2600,
       'EUR', '{}', '{}', '[]', '[{"rate": "7.00", "net": 2430, "tax": 170, "gross": 2600}]', '{}',
       captured_at
FROM payments_payment payment, theaters_theater theater
""",
    "SET session_replication_role = DEFAULT",
    "SET statement_timeout = '10s'",
)


def main() -> int:
    """Fills a database, closes its days, reads each report by each of its splits."""
    url = servers.database("reports")
    env = servers.environment(url)
    servers.deploy(env)
    import os

    os.environ.update(env)
    import django

    django.setup()
    from core.postgres.rows import execute, rows_of

    for number, statement in enumerate(FILL, start=1):
        execute(statement)
        say(f"filled {number} of {len(FILL)}")
    execute("ANALYZE")
    ((tickets,),) = rows_of("SELECT count(*) FROM bookings_ticket")
    return reported(tickets)


def reported(tickets: int) -> int:
    from core.postgres.rows import execute, rows_of
    from reports.closing import close_days
    from reports.kinds import KINDS
    from reports.reading import read_report
    from users.models import User

    began = time.perf_counter()
    close_days()
    closed = time.perf_counter() - began
    execute("ANALYZE")
    ((stored,),) = rows_of("SELECT count(*) FROM reports_daysales")
    owner = User.objects.get(role="owner")
    slowest: tuple[float, str] = (0.0, "")
    for name, kind in KINDS.items():
        for by in kind.splits:
            first, last = (date(2025, 12, 1) if by == "show" else YEAR[0]), YEAR[1]
            asked: dict[str, Any] = {"kind": kind, "first": first, "last": last, "by": by}
            times = []
            for _ in range(3):
                began = time.perf_counter()
                found = read_report(user=owner, **asked)
                times.append(time.perf_counter() - began)
            slowest = max(slowest, (median(times), f"{name} by {by}"))
            print(f"{1000 * median(times):6.0f} ms  {name} by {by}: {len(found['rows'])} rows")
    print(f"{tickets:,} tickets; all days closed in {closed:.1f} s, {stored:,} rows of sales")
    print(f"slowest: {slowest[1]}, {slowest[0]:.2f} s of {LIMIT_SECONDS:.0f}")
    return 1 if slowest[0] >= LIMIT_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
