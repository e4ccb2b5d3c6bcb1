"""Fills the twin's empty database with the same data as lab.bench.data the program's.

`python -m lab.bench.twin.fill WORLD.json --shows 10000 --users 100000`
"""

import argparse
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction

from lab.bench import data

FILL = (
    """
INSERT INTO auth_user (username, email, password, first_name, last_name, is_active, is_staff,
                       is_superuser, date_joined)
SELECT 'user' || n, 'user' || n || '@example.com', '!', 'User', n::text, true, false, false, now()
FROM generate_series(1, %(users)s) n
""",
    """
INSERT INTO twin_movie (title, duration_minutes, certificate)
SELECT 'The ' || n, 120, 'PG' FROM generate_series(1, %(movies)s) n
""",
    """
INSERT INTO twin_theater (name, city, timezone, currency)
SELECT 'Theater ' || n, CASE WHEN (n - 1) / %(theaters_a_city)s = 0 THEN %(city)s
                             ELSE 'City ' || (n - 1) / %(theaters_a_city)s END,
       'Europe/Berlin', 'EUR'
FROM generate_series(1, %(theaters)s) n
""",
    """
INSERT INTO twin_screen (theater_id, name)
SELECT theater.id, 'Screen ' || n
FROM twin_theater theater, generate_series(1, %(screens_a_theater)s) n
""",
    """
INSERT INTO twin_show (movie_id, screen_id, starts_at, ends_at, price, rows, columns, status)
SELECT (SELECT min(id) FROM twin_movie) + (n + screen.id) %% %(movies)s, screen.id, at,
       at + interval '2 hours', 12.50, 10, 10, 'scheduled'
FROM twin_screen screen, generate_series(0, %(shows_a_screen)s - 1) n,
     LATERAL (SELECT (date_trunc('day', now()) + interval '2 days 9 hours'
                      + n / %(shows_a_day)s * interval '1 day'
                      + n %% %(shows_a_day)s * interval '2 hours 30 minutes')) times (at)
ORDER BY at, screen.id
""",
    """
INSERT INTO twin_seat (show_id, label, "row", number, "column", category, price, status)
SELECT show.id, chr(65 + r) || n, chr(65 + r), n, n, 'standard', 12.50,
       CASE WHEN chr(65 + r) = ANY(string_to_array(%(rows_sold)s, NULL)) THEN 'booked'
            ELSE 'available' END
FROM twin_show show, generate_series(0, 9) r, generate_series(1, 10) n
ORDER BY show.id, r, n
""",
)
FACTS = """
SELECT show.id, show.starts_at::date::text FROM twin_show show
JOIN twin_screen screen ON screen.id = show.screen_id
JOIN twin_theater theater ON theater.id = screen.theater_id
WHERE theater.city = %s ORDER BY show.id
"""


def world(clients: int) -> dict[str, Any]:
    """Return what lab.bench.flows.World takes."""
    from django.contrib.auth.models import User
    from rest_framework_simplejwt.tokens import AccessToken

    with connection.cursor() as cursor:
        cursor.execute(FACTS, [data.CITY])
        shows = cursor.fetchall()
    users = list(User.objects.order_by("id")[:clients])
    return {
        "shows": [show for show, _ in shows],
        "days": sorted({day for _, day in shows}),
        "labels": data.LABELS,
        "city": data.CITY,
        "searches": [],
        "emails": [],
        "password": "",
        "users": [user.pk for user in users],
        "access": [lasting(AccessToken.for_user(user)) for user in users],
        "refresh": [],
    }


def lasting(token: Any) -> str:
    """Lengthen a token's lifetime: the default of five minutes is shorter than the benchmark."""
    token.set_exp(lifetime=timedelta(hours=1))
    return str(token)


def main() -> None:
    """Make the tables, fill them and write the world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--shows", type=int, required=True)
    parser.add_argument("--users", type=int, default=2000)
    options = parser.parse_args()
    django.setup()
    for run_syncdb in (False, True):  # apps with migrations first: the tables here refer to them
        call_command("migrate", run_syncdb=run_syncdb, interactive=False, verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, data.sizes(options.shows, options.users))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    options.file.write_text(json.dumps(world(data.CLIENTS)))


if __name__ == "__main__":
    main()
