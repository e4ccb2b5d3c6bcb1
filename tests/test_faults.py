"""A database that is down, or at one of its limits: 503, nothing half done, quick recovery."""

import time
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from rest_framework.test import APIClient

from conftest import PASSWORD
from movies.models import Movie
from tests.api import As
from tests.conftest import limited_role
from tests.problems import problem
from tests.server import Server, Switch
from users.models import User

real = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(transactional_db: None, server: Server, switch: Switch) -> Iterator[httpx.Client]:
    """A client of the real server, whose connections to the database are new."""
    switch.cut()
    until_all_have_gone()
    with httpx.Client(base_url=server.url, timeout=20) as client:
        yield client


def until_all_have_gone() -> None:
    """Ends what is left of the role's connections: a closed one counts until its process ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE usename = %s",
            [limited_role()],
        )


@pytest.fixture
def alice(alice: User) -> User:
    """She can log in at the server, which does not know the tests' fast hashing."""
    alice.password = Argon2PasswordHasher().encode(PASSWORD, "a-salt-of-the-tests")
    alice.save()
    return alice


def logs_in(client: httpx.Client) -> httpx.Response:
    body = {"email": "alice@example.com", "password": PASSWORD}
    return client.post("/api/v1/auth/login/", json=body)


@real
def test_a_database_that_is_away_is_503_until_it_is_back(
    client: httpx.Client, switch: Switch, alice: User
) -> None:
    assert logs_in(client).status_code == 200
    switch.off()
    try:
        for answer in (logs_in(client), client.get("/health/ready/"), client.get("/api/v1/shows/")):
            problem(answer, 503, "unavailable")
            assert int(answer.headers["Retry-After"]) <= 5
        assert client.get("/health/ready/").json()["detail"] == "The database is away."
        assert client.get("/health/live/").status_code == 200
        problem(client.get("/nothing"), 404)
        page = client.get("/admin/", headers={"Cookie": f"sessionid={'a' * 32}"})
        assert page.status_code == 503
        assert "We are busy" in page.text
    finally:
        switch.on()
    began = time.monotonic()
    assert logs_in(client).status_code == 200
    assert client.get("/health/ready/").status_code == 200
    assert time.monotonic() - began < 5


@real
def test_connections_that_were_cut_while_idle_are_not_noticed(
    client: httpx.Client, switch: Switch, alice: User
) -> None:
    for _ in range(3):
        assert logs_in(client).status_code == 200
        switch.cut()


@real
def test_a_connection_limit_that_is_used_up_is_busy(
    client: httpx.Client, switch: Switch, alice: User
) -> None:
    database = str(connection.settings_dict["NAME"])
    where = f"host=127.0.0.1 port={switch.port} user={limited_role()} dbname={database}"
    with psycopg.connect(where), psycopg.connect(where):
        answer = logs_in(client)
        problem(answer, 503, "busy")
        assert answer.headers["Retry-After"]
    until_all_have_gone()
    assert logs_in(client).status_code == 200


@real
def test_the_log_has_one_line_per_request_with_its_id_and_no_secret(
    client: httpx.Client, server: Server, alice: User
) -> None:
    logged_in = logs_in(client)
    token = logged_in.json()["access"]
    movies = "/api/v1/movies/"
    own = client.get(movies, params={"search": "in-the-query"}, headers=bearer(token))
    log = server.log.read_text()
    requests = [line for line in log.splitlines() if "duration_ms=" in line]
    for answer in (logged_in, own):
        (line,) = [line for line in requests if answer.headers["X-Request-ID"] in line]
    assert f"user_id={alice.pk}" in line
    for member in ("route=api/v1/movies/", "status=200", "duration_ms="):
        assert member in line
    for secret in (token, PASSWORD, "in-the-query", "alice@example.com"):
        assert secret not in log


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


RAISES = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'as the test wants it' USING ERRCODE = '{sqlstate}'; END $$;
CREATE TRIGGER fail AFTER UPDATE ON movies_movie FOR EACH ROW EXECUTE FUNCTION fail();
"""
REPAIRED = "DROP TRIGGER fail ON movies_movie; DROP FUNCTION fail"


@pytest.fixture
def ada_online(as_: As, ada: User) -> APIClient:
    client = as_(ada)
    client.raise_request_exception = False
    return client


@real
@pytest.mark.parametrize(
    ("sqlstate", "status", "code"),
    [
        ("55P03", 503, "busy"),  # lock_not_available
        ("57014", 503, "busy"),  # query_canceled
        ("40P01", 503, "busy"),  # deadlock_detected
        ("40001", 503, "busy"),  # serialization_failure
        ("53300", 503, "busy"),  # too_many_connections
        ("25P03", 503, "busy"),  # idle_in_transaction_session_timeout
        ("25P04", 503, "busy"),  # transaction_timeout
        ("57P01", 503, "unavailable"),  # admin_shutdown
        ("57P03", 503, "unavailable"),  # cannot_connect_now
        ("08006", 503, "unavailable"),  # connection_failure
        ("53100", 503, "unavailable"),  # disk_full
        ("53200", 503, "unavailable"),  # out_of_memory
        ("58030", 503, "unavailable"),  # io_error
        ("25006", 503, "unavailable"),  # read_only_sql_transaction
        ("22012", 500, "internal_error"),  # division_by_zero
        ("42P01", 500, "internal_error"),  # undefined_table
        ("23505", 500, "internal_error"),  # unique_violation that nobody expects
    ],
)
def test_what_the_database_says_decides_the_answer(
    ada_online: APIClient, movie: Movie, sqlstate: str, status: int, code: str
) -> None:
    path = f"/api/v1/movies/{movie.pk}/"
    with connection.cursor() as cursor:
        cursor.execute(RAISES.format(sqlstate=sqlstate))
    try:
        answer = ada_online.patch(path, {"title": "Changed"})
    finally:
        with connection.cursor() as cursor:
            cursor.execute(REPAIRED)
    said = problem(answer, status, code)
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "as the test wants it" not in str(said)
    movie.refresh_from_db()
    assert movie.title == "Metropolis"
    assert ada_online.patch(path, {"title": "Changed"}).status_code == 200


@real
@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
def test_waiting_for_a_lock_has_an_end(ada_online: APIClient, movie: Movie, limit: str) -> None:
    path = f"/api/v1/movies/{movie.pk}/"
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("SELECT FROM movies_movie FOR UPDATE")
        with connection.cursor() as cursor:
            cursor.execute(f"SET {limit} = '100ms'")
        answer = ada_online.patch(path, {"title": "Changed"})
        with connection.cursor() as cursor:
            cursor.execute(f"RESET {limit}")
    problem(answer, 503, "busy")
    movie.refresh_from_db()
    assert movie.title == "Metropolis"
