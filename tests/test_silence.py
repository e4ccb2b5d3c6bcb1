"""A database that accepts statements and never answers: 503 in time, and quick recovery."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Thread

import httpx
import psycopg
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from conftest import PASSWORD
from core.postgres.connection import Connection, Silent, wait_at_most
from tests.problems import problem
from tests.server import Server, Switch, environment, serving
from users.models import User

PATIENCE = 1.0
CONNECT_TIMEOUT = 3
real = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def wire(django_db_setup: None) -> Switch:
    """What stands between the impatient server and its database."""
    database = connection.settings_dict
    return Switch(database["HOST"] or "/var/run/postgresql", int(database["PORT"] or 5432))


def through(wire: Switch) -> str:
    database = connection.settings_dict
    return f"postgresql://{database['USER']}@127.0.0.1:{wire.port}/{database['NAME']}"


@pytest.fixture(scope="module")
def impatient(wire: Switch) -> Iterator[Server]:
    """gunicorn that waits a second for each answer of its database."""
    variables = environment(
        DATABASE_URL=through(wire), DEVELOPMENT="true", DATABASE_ANSWERS_WITHIN=str(PATIENCE)
    )
    with serving(variables, arguments=("-w", "1", "--threads", "2")) as running:
        yield running


@pytest.fixture
def client(impatient: Server, wire: Switch) -> Iterator[httpx.Client]:
    """A client of it, whose connections to the database are new."""
    wire.cut()
    with httpx.Client(base_url=impatient.url, timeout=20) as client:
        yield client
    wire.swallows, wire.loses_reply_to = False, None


@pytest.fixture
def alice(alice: User) -> User:
    """She can log in at the server, which does not know the tests' fast hashing."""
    alice.password = Argon2PasswordHasher().encode(PASSWORD, "a-salt-of-the-tests")
    alice.save()
    return alice


def logs_in(client: httpx.Client) -> httpx.Response:
    body = {"email": "alice@example.com", "password": PASSWORD}
    return client.post("/api/v1/auth/login/", json=body)


def unavailable(answer: httpx.Response) -> None:
    problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) <= 5


def is_back(client: httpx.Client) -> None:
    began = time.monotonic()
    while logs_in(client).status_code != 200:
        assert time.monotonic() - began < 5
        time.sleep(0.1)


@real
def test_a_database_that_swallows_a_statement_is_503_in_time_and_back_at_once(
    client: httpx.Client, wire: Switch, alice: User
) -> None:
    assert logs_in(client).status_code == 200
    wire.swallows = True
    began = time.monotonic()
    unavailable(logs_in(client))
    assert time.monotonic() - began < max(PATIENCE, CONNECT_TIMEOUT) + 1
    wire.swallows = False
    is_back(client)


@real
def test_a_commit_whose_reply_is_lost_is_503_though_it_is_done(
    client: httpx.Client, wire: Switch
) -> None:
    wire.deaf.clear()
    wire.loses_reply_to = b"COMMIT"
    for name in ("carl", "carla", "carlo"):  # patience may end before COMMIT on a busy machine
        body = {"email": f"{name}@example.com", "password": PASSWORD, "name": "Carl"}
        unavailable(client.post("/api/v1/auth/register/", json=body))
        if wire.deaf:
            break
    wire.loses_reply_to = None
    assert User.objects.filter(email=body["email"]).exists()
    problem(client.post("/api/v1/auth/register/", json=body), 400, "email_taken")


@real
def test_while_the_database_is_silent_only_one_thread_waits_for_a_connection(
    client: httpx.Client, wire: Switch, alice: User
) -> None:
    wire.swallows = True
    with ThreadPoolExecutor(20) as pool:
        began = time.monotonic()
        for answer in pool.map(client.get, ["/api/v1/shows/"] * 20):
            unavailable(answer)
    assert time.monotonic() - began < 8, "20 at 3 s each by 2 threads are 30 s"
    wire.swallows = False
    is_back(client)


def ask(where: str, kind: type[psycopg.Connection]) -> None:
    with kind.connect(where, autocommit=True) as asker:
        asker.execute("SELECT 'a question'")


def ask_until_cut(where: str) -> None:
    with suppress(psycopg.OperationalError):
        ask(where, psycopg.Connection)


@pytest.fixture
def quiet_wire(wire: Switch) -> Iterator[Switch]:
    """It passes questions on and no answer back."""
    wire.loses_reply_to = b"a question"
    yield wire
    wire.loses_reply_to = None


@real
def test_without_a_limit_the_same_wait_has_no_end(quiet_wire: Switch) -> None:
    patient = Thread(target=ask_until_cut, args=[through(quiet_wire)])
    wait_at_most(timedelta(seconds=PATIENCE / 2))
    try:
        with pytest.raises(Silent):
            ask(through(quiet_wire), Connection)
        patient.start()
        patient.join(PATIENCE * 2)
        assert patient.is_alive()
    finally:
        wait_at_most(None)
        quiet_wire.cut()
        patient.join()


@real
def test_statements_that_lift_the_limit_may_take_longer() -> None:
    wait_at_most(None)
    with Connection.connect(**connection.get_connection_params() | {"cursor_factory": None}) as own:
        own.execute("SELECT pg_sleep(0.2)")
        wait_at_most(timedelta(seconds=0.1))
        try:
            with pytest.raises(Silent, match=r"within 0\.1 s"):
                own.execute("SELECT pg_sleep(2)")
        finally:
            wait_at_most(None)
        assert own.closed
