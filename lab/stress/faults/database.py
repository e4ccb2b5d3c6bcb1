"""Faults of the database: its processes, its limits, its disks, its schema."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import psycopg

from lab.stress.checks.ownership import LAPSE
from lab.stress.cluster import MAX_CONNECTIONS
from lab.stress.faults.kinds import Skipped, fault
from lab.stress.program import manage
from lab.stress.system import System


@fault("kill -9 of the postmaster")
def kill_postmaster(system: System, random: Random) -> str:
    return _restart(system, signal.SIGKILL, random.uniform(0, 3))


@fault("immediate restart of the database")
def immediate_restart(system: System, random: Random) -> str:
    return _restart(system, signal.SIGQUIT, random.uniform(0, 2))


@fault("fast restart of the database")
def fast_restart(system: System, random: Random) -> str:
    return _restart(system, signal.SIGINT, random.uniform(0, 4))


def _restart(system: System, number: signal.Signals, away: float) -> str:
    system.cluster.signal(number)
    system.cluster.wait_until_down()
    time.sleep(away)
    system.cluster.start()
    return f"{away:.1f} s away"


@fault("kill -9 of a database backend")
def kill_backend(system: System, random: Random) -> str:
    with system.cluster.connect() as database:
        backends = database.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND pid <> pg_backend_pid() ORDER BY state = 'active' DESC, pid"
        ).fetchall()
    os.kill(random.choice(backends[:4])[0], signal.SIGKILL)
    time.sleep(0.1)
    system.cluster.start()
    return ""


@fault("all database connections terminated")
def terminate_all(system: System, random: Random) -> str:
    with system.cluster.connect() as database:
        found = database.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return f"{found[0] if found else 0} connections"


@fault("the connection limit is used up")
def use_up_connections(system: System, random: Random) -> str:
    hogs: list[psycopg.Connection[tuple[object, ...]]] = []
    try:
        hogs.extend(_all_connections(system))
        _terminate_program(hogs)
        hogs.extend(_all_connections(system))
        time.sleep(random.uniform(1, 4))
    finally:
        for hog in hogs:
            hog.close()
    return f"{len(hogs)} connections taken"


def _all_connections(system: System) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Yield all connections that are left."""
    with suppress(psycopg.OperationalError):
        for _ in range(MAX_CONNECTIONS):
            yield system.cluster.connect(autocommit=True)


def _terminate_program(hogs: list[psycopg.Connection[tuple[object, ...]]]) -> None:
    """End the program's own connections, so that it needs new ones."""
    mine = [hog.info.backend_pid for hog in hogs]
    hogs[0].execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> ALL(%s)",
        [mine],
    )


@fault("a migration under load", excuses=False)
def migrate(system: System, random: Random) -> str:
    """Add and drop a column and an index while the program is running, as a migration would."""
    manage(system.env, "migrate", "--noinput")
    table = random.choice(["bookings_booking", "shows_seat", "shows_show", "users_user"])
    with system.cluster.connect(autocommit=True) as database:
        database.execute("SET lock_timeout = '2s'")
        for statement in (
            f"ALTER TABLE {table} ADD COLUMN stressed integer NOT NULL DEFAULT 7",
            f"CREATE INDEX CONCURRENTLY stressed ON {table} (stressed)",
            "DROP INDEX CONCURRENTLY stressed",
            f"ALTER TABLE {table} DROP COLUMN stressed",
        ):
            _until_it_gets_the_lock(database, statement)
    return table


def _until_it_gets_the_lock(
    database: psycopg.Connection[tuple[object, ...]], statement: str
) -> None:
    while True:
        try:
            database.execute(statement.encode())
        except psycopg.errors.LockNotAvailable:
            time.sleep(0.1)
        else:
            return


@fault(LAPSE, excuses=False)
def lapse_holds(system: System, random: Random) -> str:
    """Let 33 minutes pass for all holds, chains and unpaid bookings, so that all are over."""
    with system.cluster.connect() as database:
        holders = database.execute(LOCK_HOLDERS).fetchall()
        cursor = database.execute(AGE_HOLDS, {"users": [pk for (pk,) in holders]})
    with system.cluster.connect() as database:
        database.execute(LOCK_PENDING)
        database.execute(AGE_PENDING)
    return f"{cursor.rowcount} seats"


LOCK_HOLDERS = """
SELECT id FROM users_user WHERE id IN (SELECT user_id FROM shows_holdchain)
ORDER BY id FOR NO KEY UPDATE
"""
AGE_HOLDS = """
WITH held AS MATERIALIZED (
  SELECT id FROM shows_seat WHERE held_by_id = ANY(%(users)s) ORDER BY id FOR UPDATE
), aged AS (
  UPDATE shows_holdchain SET began_at = began_at - interval '33 minutes',
                             quiet_from = quiet_from - interval '33 minutes'
  WHERE user_id = ANY(%(users)s) AND (SELECT count(*) FROM held) >= 0
)
UPDATE shows_seat seat SET held_since = held_since - interval '33 minutes',
                           held_until = held_until - interval '33 minutes'
FROM held WHERE seat.id = held.id AND seat.held_by_id IS NOT NULL
"""

LOCK_PENDING = "SELECT FROM bookings_booking WHERE status = 'pending' ORDER BY id FOR NO KEY UPDATE"
AGE_PENDING = """
WITH aged AS (
  UPDATE bookings_booking SET pay_until = pay_until - interval '33 minutes'
  WHERE status = 'pending' RETURNING id
), kept AS MATERIALIZED (
  SELECT id FROM shows_seat WHERE kept_for IN (SELECT id FROM aged) ORDER BY id FOR UPDATE
), lapsed AS (
  UPDATE shows_seat seat SET held_until = held_until - interval '33 minutes'
  FROM kept WHERE seat.id = kept.id
)
UPDATE payments_payment payment SET expires_at = expires_at - interval '33 minutes'
FROM aged WHERE payment.booking_id = aged.id AND payment.status IN ('created', 'open', 'failed')
"""


@fault("the data disk is full")
def fill_data_disk(system: System, random: Random) -> str:
    return _fill(system, "data", random.uniform(2, 5))


@fault("the disk of the write-ahead log is full")
def fill_wal_disk(system: System, random: Random) -> str:
    return _fill(system, "wal", random.uniform(1, 3))


def _fill(system: System, disk: str, seconds: float) -> str:
    if not system.cluster.has_disks:
        raise Skipped("needs root and tmpfs")
    with system.cluster.full_disk(disk):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(psycopg.Error), system.cluster.connect(autocommit=True) as database:
                database.execute("SELECT pg_switch_wal()")
            time.sleep(0.1)
    system.cluster.start()
    return f"{seconds:.1f} s"
