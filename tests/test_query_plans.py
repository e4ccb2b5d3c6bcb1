"""No request of a customer reads a whole table, or more pages than it needs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from movies.models import Movie
from shows.models import Show
from shows.seats import make_seats
from tests.api import As
from theaters.models import Screen
from users.models import User

SHOWS = 300
MOVIES = 5000
MOST_PAGES = 1500  # of 8 kB, all in memory; a scan of the seats alone would be a third more
GROWING = {
    "bookings_booking",
    "bookings_ticket",
    "core_idempotencyrecord",
    "core_ratecounter",
    "movies_movie",
    "movies_word",
    "movies_wordofmovie",
    "shows_seat",
    "shows_show",
    "users_session",
    "users_user",
}


@pytest.fixture
def many_shows(movie: Movie, screen: Screen) -> list[Show]:
    """Three hundred shows of a hundred seats, and users, sessions and bookings in proportion."""
    start = timezone.now() + timedelta(days=1)
    shows = Show.objects.bulk_create(
        Show(
            movie=movie,
            screen=screen,
            starts_at=start + timedelta(hours=3 * number),
            ends_at=start + timedelta(hours=3 * number + 2),
            free_at=start + timedelta(hours=3 * number + 2, minutes=15),
            local_date=(start + timedelta(hours=3 * number)).date(),
            price=12,
            rows=10,
            columns=10,
        )
        for number in range(SHOWS)
    )
    make_seats(shows=[show.pk for show in shows], layout=screen.layout)
    with connection.cursor() as cursor:
        for statement in PEOPLE:
            cursor.execute(statement)
        for table in sorted(GROWING):
            cursor.execute(f"ANALYZE {table}")
    return shows


PEOPLE = (
    """
INSERT INTO users_user (email, name, password, role, is_active, email_verified)
SELECT n || '@example.com', 'n', '!', 'user', true, true FROM generate_series(1, 5000) n
""",
    """
INSERT INTO users_session (user_id, address, generation, expires_at)
SELECT id, '192.0.2.1', 0, now() + interval '1 day' FROM users_user
""",
    """
INSERT INTO bookings_booking (reference, user_id, show_id, status, total)
SELECT show.id || 'X' || n, (SELECT max(id) FROM users_user) - n, show.id, 'confirmed', 12
FROM shows_show show, generate_series(1, 20) n
""",
    """
INSERT INTO bookings_ticket (booking_id, code, label, category, price, status)
SELECT id, encode(uuid_send(gen_random_uuid()), 'hex'), 'A1', 'standard', 12, 'valid'
FROM bookings_booking
""",
    """
INSERT INTO core_idempotencyrecord (user_id, endpoint, key, payload_hash)
SELECT id, '/api/v1/bookings/', id, '' FROM users_user
""",
    """
INSERT INTO core_ratecounter ("limit", subject, window_ends_at, count)
SELECT 'hold', id, now(), 1 FROM users_user
""",
)


@contextmanager
def plans() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Explains each statement before it is executed, where scans are the last resort.

    In tables as small as these, a scan can be the cheaper way; what counts is that none is needed.
    """
    found: list[tuple[str, dict[str, Any]]] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(SELECT|WITH|INSERT|UPDATE)", sql):
            text = psycopg.ClientCursor(connection.connection).mogrify(sql, params)
            with connection.connection.cursor() as cursor:
                cursor.execute("SAVEPOINT plan")
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}")
                found.append((text, cursor.fetchone()[0][0]["Plan"]))
                cursor.execute("ROLLBACK TO SAVEPOINT plan")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield found


def scans(plan: dict[str, Any]) -> Iterator[str]:
    """The growing tables that a plan reads from end to end."""
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in GROWING:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from scans(part)


def judge(found: list[tuple[str, dict[str, Any]]]) -> None:
    assert found
    for text, plan in found:
        assert not list(scans(plan)), text
        pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        assert pages <= MOST_PAGES, f"{pages} pages: {text}"


def test_reading_finds_its_rows_by_indexes(
    anyone: APIClient, as_: As, alice: User, many_shows: list[Show]
) -> None:
    middle = many_shows[SHOWS // 2]
    client = as_(alice)
    with plans() as found:
        for path in (
            f"shows/{middle.pk}/seats/",
            f"shows/?city=Berlin&date={middle.local_date}",
            f"programme/?city=Berlin&date={middle.local_date}",
            f"shows/{middle.pk}/",
            "bookings/",
        ):
            assert client.get(f"/api/v1/{path}").status_code == 200
    judge(found)


def test_holding_booking_and_cancelling_find_their_rows_by_indexes(
    as_: As, alice: User, many_shows: list[Show]
) -> None:
    client, show = as_(alice), many_shows[SHOWS // 2]
    hold = f"/api/v1/shows/{show.pk}/hold/"
    with plans() as found:
        assert client.put(hold, {"seats": ["A1", "A2", "A3"]}).status_code == 200
        assert client.get(hold).status_code == 200
        assert client.delete(hold).status_code == 204
        wish = {"show": show.pk, "seats": ["B1", "B2", "B3"]}
        booked = client.post("/api/v1/bookings/", wish, headers={"Idempotency-Key": "once"})
        assert booked.status_code == 201
        cancel = f"/api/v1/bookings/{booked.json()['reference']}/cancel/"
        assert client.post(cancel).status_code == 200
    judge(found)


@pytest.fixture
def many_movies(db: None) -> None:
    """Five thousand of 2,000 words; every second one is called "The"."""
    random = Random(1)
    syllables = [a + b for a in "bdfglmprstvz" for b in ("a", "en", "ir", "o", "ul")]
    words = ["".join(random.choices(syllables, k=random.randint(2, 4))) for _ in range(2000)]
    words[:2] = ["quixotry", "hyperion"]
    Movie.objects.bulk_create(
        Movie(
            title=f"{'The ' * (n % 2)}{' '.join(random.choices(words, k=3))}",
            cast=[" ".join(random.choices(words, k=2)) for _ in range(5)],
            duration_minutes=90,
        )
        for n in range(MOVIES)
    )
    with connection.cursor() as cursor:
        for table in ("movies_movie", "movies_word", "movies_wordofmovie"):
            cursor.execute(f"ANALYZE {table}")


def test_movies_are_found_by_their_words_and_listed_by_their_titles(
    anyone: APIClient, many_movies: None
) -> None:
    with plans() as found:
        assert anyone.get("/api/v1/movies/").json()["count"] == MOVIES
        for query in ("quixotry", "quixorty", "the quixotry", "hyperoin quixotry"):
            assert anyone.get("/api/v1/movies/", {"search": query}).json()["count"]
    judge(found)
