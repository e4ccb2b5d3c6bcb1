"""Fills an empty, migrated database with theaters and shows, and writes what clients need to know.

`python -m lab.bench.data WORLD.json --shows 10000 --users 100000` in the program's environment.
It takes few statements; tokens are made with the program's own functions.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import django
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from lab.bench import films

CITY = "Berlin"
SHOWS_A_DAY = 5  # on one screen
SHOWS_A_SCREEN = 50
SCREENS_A_THEATER = 4
THEATERS_A_CITY = 10
MOVIES = 10_000
PASSWORD = "correct-horse-battery"
CLIENTS = 2000
ROWS_SOLD = "ABC"
LABELS = [f"{row}{number}" for row in "DEFGHIJ" for number in range(1, 10)]  # not sold

FILL = (
    """
INSERT INTO users_user (email, name, password, role, is_active, email_verified)
SELECT 'user' || n || '@example.com', 'User ' || n, %(hash)s,
       CASE WHEN n = 1 THEN 'owner' ELSE 'user' END, true, true
FROM generate_series(1, %(users)s) n
""",
    """
INSERT INTO movies_movie (title, description, duration_minutes, language, genres, certificate,
                          release_date, poster_url, trailer_url, "cast")
SELECT title, 'A film.', 120, 'English', ARRAY['drama'], 'PG', DATE '2025-01-01', '', '',
       string_to_array(people, ', ')
FROM unnest(%(titles)s::text[], %(casts)s::text[]) films (title, people)
""",
    """
INSERT INTO theaters_theater (name, address, city, timezone, currency, owner_id)
SELECT 'Theater ' || n, n || ' Main Street',
       CASE WHEN (n - 1) / %(theaters_a_city)s = 0 THEN %(city)s
            ELSE 'City ' || (n - 1) / %(theaters_a_city)s END,
       'Europe/Berlin', 'EUR', (SELECT min(id) FROM users_user)
FROM generate_series(1, %(theaters)s) n
""",
    """
INSERT INTO theaters_screen (theater_id, name, layout, turnaround_minutes)
SELECT theater.id, 'Screen ' || n, array_fill(repeat('s', %(columns)s), ARRAY[%(rows)s]), 15
FROM theaters_theater theater, generate_series(1, %(screens_a_theater)s) n
""",
    """
INSERT INTO shows_show (movie_id, screen_id, starts_at, ends_at, free_at, local_date, language,
                        format, price, prices, rows, columns, status, cancel_reason)
SELECT (SELECT min(id) FROM movies_movie) + (n + screen.id) %% %(movies)s, screen.id, at,
       at + interval '2 hours', at + interval '2 hours 15 minutes',
       (at AT TIME ZONE 'Europe/Berlin')::date, 'English', '2D', 12.50, '{}', %(rows)s, %(columns)s,
       'scheduled', ''
FROM theaters_screen screen, generate_series(0, %(shows_a_screen)s - 1) n,
     LATERAL (SELECT (date_trunc('day', now()) + interval '2 days 9 hours'
                      + n / %(shows_a_day)s * interval '1 day'
                      + n %% %(shows_a_day)s * interval '2 hours 30 minutes')) times (at)
ORDER BY at, screen.id
""",
    """
INSERT INTO shows_seat (show_id, label, "row", number, "column", category, price, status)
SELECT show.id, chr(65 + r) || n, chr(65 + r), n, n, 'standard', 12.50,
       CASE WHEN chr(65 + r) = ANY(string_to_array(%(rows_sold)s, NULL)) THEN 'booked'
            ELSE 'available' END
FROM shows_show show, generate_series(0, %(rows)s - 1) r, generate_series(1, %(columns)s) n
ORDER BY show.id, r, n
""",
    """
INSERT INTO bookings_booking (reference, user_id, show_id, status, total)
SELECT lpad((row_number() OVER ())::text, 10, '0'),
       (SELECT min(id) FROM users_user) + (show.id * 10 + n) %% %(users)s, show.id,
       'confirmed', 37.50
FROM shows_show show, generate_series(1, 10) n
""",
    """
INSERT INTO bookings_ticket (booking_id, seat_id, code, label, category, price, status)
SELECT booking.id, seat.id, encode(uuid_send(gen_random_uuid()), 'hex'), seat.label,
       seat.category, seat.price, 'valid'
FROM shows_seat seat
JOIN (SELECT id, show_id, row_number() OVER (PARTITION BY show_id ORDER BY id) AS number
      FROM bookings_booking) booking
  ON booking.show_id = seat.show_id AND booking.number = seat.number
WHERE seat.status = 'booked'
""",
)
SESSIONS = """
INSERT INTO users_session (user_id, address, generation, expires_at)
SELECT id, '192.0.2.1', 0, now() + interval '14 days' FROM users_user WHERE role = 'user'
ORDER BY id DESC LIMIT %s RETURNING id, user_id
"""
FACTS = """
SELECT show.id, show.local_date::text FROM shows_show show
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
WHERE theater.city = %s ORDER BY show.id
"""


def sizes(shows: int, users: int, rows: int = 10, columns: int = 10) -> dict[str, Any]:
    """Return the parameters of FILL; `shows` is rounded up to whole theaters."""
    theaters = -(-shows // (SHOWS_A_SCREEN * SCREENS_A_THEATER))
    return {
        "users": users,
        "movies": MOVIES,
        "city": CITY,
        "theaters": theaters,
        "theaters_a_city": THEATERS_A_CITY,
        "screens_a_theater": SCREENS_A_THEATER,
        "shows_a_screen": min(SHOWS_A_SCREEN, -(-shows // (theaters * SCREENS_A_THEATER))),
        "shows_a_day": SHOWS_A_DAY,
        "rows_sold": ROWS_SOLD,
        "rows": rows,
        "columns": columns,
    }


def fill(values: dict[str, Any]) -> None:
    """Insert all but sessions in one transaction, then gather statistics as autovacuum would."""
    catalogue = list(films.films(MOVIES))
    values |= {
        "hash": make_password(PASSWORD),
        "titles": [film.title for film in catalogue],
        "casts": [", ".join(film.cast) for film in catalogue],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in FILL[: None if values["rows_sold"] else -2]:
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def labels(rows: int, columns: int) -> list[str]:
    """Return the labels of a plain grid of at most 26 rows."""
    return [f"{chr(65 + row)}{number}" for row in range(rows) for number in range(1, columns + 1)]


def world(clients: int) -> dict[str, Any]:
    """Return what lab.bench.flows.World takes, with a new session for each of `clients` users."""
    from users import tokens
    from users.models import Session

    with connection.cursor() as cursor:
        cursor.execute(SESSIONS, [clients])
        sessions = [Session(pk=pk, user_id=user_id) for pk, user_id in cursor.fetchall()]
        cursor.execute(FACTS, [CITY])
        shows = cursor.fetchall()
        cursor.execute("SELECT email FROM users_user WHERE role = 'user' ORDER BY id LIMIT 20000")
        emails = [email for (email,) in cursor.fetchall()]
    pairs = [tokens.pair(session) for session in sessions]
    return {
        "shows": [show for show, _ in shows],
        "days": sorted({day for _, day in shows}),
        "labels": LABELS,
        "city": CITY,
        "searches": list(films.searches(MOVIES)),
        "emails": emails,
        "password": PASSWORD,
        "users": [session.user_id for session in sessions],
        "sessions": [session.pk for session in sessions],
        "access": [pair["access"] for pair in pairs],
        "refresh": [pair["refresh"] for pair in pairs],
    }


def main() -> None:
    """Fill the database if it is empty, and write the world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--shows", type=int, default=0, help="0: there is data already")
    parser.add_argument("--users", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--empty", type=int, nargs=2, help="rows and columns; nothing is sold yet")
    options = parser.parse_args()
    django.setup()
    if options.shows:
        values = sizes(options.shows, options.users, *(options.empty or ()))
        fill(values | ({"rows_sold": ""} if options.empty else {}))
    facts = world(options.clients)
    if options.empty:
        facts["labels"] = labels(*options.empty)
    options.file.write_text(json.dumps(facts))


if __name__ == "__main__":
    main()
