"""What is done to the program: each function injects one fault, waits, and takes it away.

It returns a few words about what it did, once the cause is gone, and may raise `Skipped` with the
reason where the machine does not allow it. `excuses`: requests may fail meanwhile.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import psycopg

from torture.chamber import Chamber
from torture.checks.ownership import LAPSE
from torture.cluster import MAX_CONNECTIONS
from torture.program import manage, other_clock

Inject = Callable[[Chamber, Random], str]


class Skipped(Exception):
    """This machine does not allow the fault; the message says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault that can be injected."""

    name: str
    inject: Inject
    excuses: bool
    weight: int


FAULTS: list[Kind] = []
MASTER_BACK_WITHIN_SECONDS = 15


def fault(name: str, *, excuses: bool = True, weight: int = 1) -> Callable[[Inject], Inject]:
    """Make a function one of the faults, `weight` times as frequent as the plain ones."""

    def add(inject: Inject) -> Inject:
        FAULTS.append(Kind(name, inject, excuses, weight))
        return inject

    return add


@fault("kill -9 of a web worker")
def kill_web_worker(chamber: Chamber, random: Random) -> str:
    """Some of its requests are under way: the clients never pause long."""
    victim = random.choice(chamber.web.children())
    os.kill(victim, signal.SIGKILL)
    return ""


@fault("kill -9 of the web server's master")
def kill_web_master(chamber: Chamber, random: Random) -> str:
    """Its orphans must give the port to the next master, which is started at once."""
    os.kill(chamber.web.pid, signal.SIGKILL)
    started = time.monotonic()
    time.sleep(0.5)
    with suppress(TimeoutError):
        chamber.wait_until_alive(MASTER_BACK_WITHIN_SECONDS)
    return f"answering again after {time.monotonic() - started:.1f} s"


@fault("graceful reload of the web server", excuses=True)
def reload_web(chamber: Chamber, random: Random) -> str:
    os.kill(chamber.web.pid, signal.SIGHUP)
    time.sleep(random.uniform(1, 2))
    return ""


@fault("SIGSTOP of a web worker", excuses=True)
def stop_web_worker(chamber: Chamber, random: Random) -> str:
    victim, seconds = random.choice(chamber.web.children()), random.uniform(1, 6)
    os.kill(victim, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGCONT)
    return f"{seconds:.1f} s"


@fault("kill -9 of the job worker", excuses=False)
def kill_job_worker(chamber: Chamber, random: Random) -> str:
    os.kill(chamber.worker.pid, signal.SIGKILL)
    return ""


@fault("two job workers, one stopped in its jobs", excuses=False)
def two_job_workers(chamber: Chamber, random: Random) -> str:
    chamber.second.start()
    time.sleep(random.uniform(2, 4))
    stopped = chamber.worker.pid
    os.kill(stopped, signal.SIGSTOP)
    with chamber.cluster.connect(autocommit=True) as database:
        database.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
        )
    time.sleep(random.uniform(2, 4))
    with suppress(ProcessLookupError):
        os.kill(stopped, signal.SIGCONT)
    chamber.second.stop(patience=5)
    return ""


@fault("kill -9 of the postmaster")
def kill_postmaster(chamber: Chamber, random: Random) -> str:
    return _restart(chamber, signal.SIGKILL, random.uniform(0, 3))


@fault("immediate restart of the database")
def immediate_restart(chamber: Chamber, random: Random) -> str:
    return _restart(chamber, signal.SIGQUIT, random.uniform(0, 2))


@fault("fast restart of the database")
def fast_restart(chamber: Chamber, random: Random) -> str:
    return _restart(chamber, signal.SIGINT, random.uniform(0, 4))


def _restart(chamber: Chamber, number: signal.Signals, away: float) -> str:
    chamber.cluster.signal(number)
    chamber.cluster.wait_until_down()
    time.sleep(away)
    chamber.cluster.start()
    return f"{away:.1f} s away"


@fault("kill -9 of a database backend")
def kill_backend(chamber: Chamber, random: Random) -> str:
    with chamber.cluster.connect() as database:
        backends = database.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND pid <> pg_backend_pid() ORDER BY state = 'active' DESC, pid"
        ).fetchall()
    os.kill(random.choice(backends[:4])[0], signal.SIGKILL)
    time.sleep(0.1)
    chamber.cluster.start()
    return ""


@fault("all database connections terminated")
def terminate_all(chamber: Chamber, random: Random) -> str:
    with chamber.cluster.connect() as database:
        found = database.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return f"{found[0] if found else 0} connections"


@fault("the network to the database is slow", excuses=False)
def delay(chamber: Chamber, random: Random) -> str:
    chamber.proxy.delay = random.uniform(0.01, 0.08)
    time.sleep(random.uniform(2, 5))
    milliseconds, chamber.proxy.delay = chamber.proxy.delay * 1000, 0
    return f"{milliseconds:.0f} ms each way"


@fault("connections to the database are reset")
def reset(chamber: Chamber, random: Random) -> str:
    return f"{chamber.proxy.reset()} connections"


@fault("the network refuses connections")
def refuse(chamber: Chamber, random: Random) -> str:
    chamber.proxy.refuses = True
    chamber.proxy.reset()
    time.sleep(random.uniform(1, 4))
    chamber.proxy.refuses = False
    return ""


@fault("the network swallows everything")
def swallow(chamber: Chamber, random: Random) -> str:
    chamber.proxy.swallows = True
    time.sleep(random.uniform(1, 6))
    chamber.proxy.swallows = False
    return f"{chamber.proxy.reset(only_damaged=True)} connections reset after it"


@fault("the reply to a COMMIT is lost", weight=3)
def cut_after_commit(chamber: Chamber, random: Random) -> str:
    return _cut_commits(chamber, random.randint(5, 40), before=False)


@fault("a COMMIT is lost before it arrives")
def cut_before_commit(chamber: Chamber, random: Random) -> str:
    return _cut_commits(chamber, random.randint(1, 8), before=True)


def _cut_commits(chamber: Chamber, count: int, *, before: bool) -> str:
    had = chamber.proxy.cut
    chamber.proxy.cuts_before = before
    chamber.proxy.commits_to_cut = count
    deadline = time.monotonic() + 5
    while chamber.proxy.commits_to_cut > 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    chamber.proxy.commits_to_cut = 0
    return f"{chamber.proxy.cut - had} commits"


@fault("the connection limit is used up")
def use_up_connections(chamber: Chamber, random: Random) -> str:
    hogs: list[psycopg.Connection[tuple[object, ...]]] = []
    try:
        hogs.extend(_all_connections(chamber))
        _terminate_program(hogs)
        hogs.extend(_all_connections(chamber))
        time.sleep(random.uniform(1, 4))
    finally:
        for hog in hogs:
            hog.close()
    return f"{len(hogs)} connections taken"


def _all_connections(chamber: Chamber) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Every connection that there still is."""
    with suppress(psycopg.OperationalError):
        for _ in range(MAX_CONNECTIONS):
            yield chamber.cluster.connect(autocommit=True)


def _terminate_program(hogs: list[psycopg.Connection[tuple[object, ...]]]) -> None:
    """End the program's own connections, so that it needs new ones."""
    mine = [hog.info.backend_pid for hog in hogs]
    hogs[0].execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> ALL(%s)",
        [mine],
    )


@fault("slow clients", excuses=False)
def slow_clients(chamber: Chamber, random: Random) -> str:
    body = b'{"show": 1, "seats": ["A1"]}'
    clients = [_start_request(chamber, len(body)) for _ in range(8)]
    for byte in body[: random.randint(5, 20)]:
        for client in clients:
            with suppress(OSError):
                client.send(bytes([byte]))
        time.sleep(0.2)
    for client in clients:
        client.close()
    return f"{len(clients)} clients"


@fault("clients hang up in mid-body", excuses=False)
def hang_up(chamber: Chamber, random: Random) -> str:
    count = random.randint(5, 30)
    for _ in range(count):
        client = _start_request(chamber, 1000)
        with suppress(OSError):
            client.send(b'{"show": 1, "se')
        client.close()
    return f"{count} clients"


def _start_request(chamber: Chamber, length: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", chamber.port), timeout=5)
    head = (
        f"POST /api/v1/bookings/ HTTP/1.1\r\nHost: 127.0.0.1:{chamber.port}\r\n"
        f"Authorization: Bearer {chamber.customers[0].person.access}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
    client.sendall(head.encode())
    return client


@fault("a migration under load", excuses=False)
def migrate(chamber: Chamber, random: Random) -> str:
    """What a migration does: a column and an index more, and less, with the program running."""
    manage(chamber.env, "migrate", "--noinput")
    table = random.choice(["bookings_booking", "shows_seat", "shows_show", "users_user"])
    with chamber.cluster.connect(autocommit=True) as database:
        database.execute("SET lock_timeout = '2s'")
        for statement in (
            f"ALTER TABLE {table} ADD COLUMN tortured integer NOT NULL DEFAULT 7",
            f"CREATE INDEX CONCURRENTLY tortured ON {table} (tortured)",
            "DROP INDEX CONCURRENTLY tortured",
            f"ALTER TABLE {table} DROP COLUMN tortured",
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
def lapse_holds(chamber: Chamber, random: Random) -> str:
    """17 minutes pass for all who hold seats; locks in the program's order."""
    with chamber.cluster.connect(autocommit=True) as database:
        cursor = database.execute(
            "WITH held AS MATERIALIZED (SELECT id FROM shows_seat WHERE held_by_id IS NOT NULL"
            " ORDER BY id FOR UPDATE)"
            " UPDATE shows_seat seat SET held_since = held_since - interval '17 minutes',"
            " held_until = held_until - interval '17 minutes' FROM held"
            " WHERE seat.id = held.id AND seat.held_by_id IS NOT NULL"
        )
    return f"{cursor.rowcount} seats"


@fault("a customer is disabled", excuses=False)
def throw_out(chamber: Chamber, random: Random) -> str:
    customer = random.choice(chamber.customers)
    chamber.admin.person.close()
    chamber.admin.person.come_in()
    chamber.admin.throw_out(customer.person, random.uniform(0.5, 2))
    return customer.person.name


@fault("the data disk is full")
def fill_data_disk(chamber: Chamber, random: Random) -> str:
    return _fill(chamber, "data", random.uniform(2, 5))


@fault("the disk of the write-ahead log is full")
def fill_wal_disk(chamber: Chamber, random: Random) -> str:
    return _fill(chamber, "wal", random.uniform(1, 3))


def _fill(chamber: Chamber, disk: str, seconds: float) -> str:
    if not chamber.cluster.has_disks:
        raise Skipped("needs root and tmpfs")
    with chamber.cluster.full_disk(disk):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(psycopg.Error), chamber.cluster.connect(autocommit=True) as database:
                database.execute("SELECT pg_switch_wal()")
            time.sleep(0.1)
    chamber.cluster.start()
    return f"{seconds:.1f} s"


@fault("the web server's clock is 20 minutes off")
def other_time(chamber: Chamber, random: Random) -> str:
    library = other_clock(chamber.folder)
    if library is None:
        raise Skipped("needs a C compiler")
    minutes = random.choice([-20, 20])
    chamber.web.stop()
    chamber.web.env = {
        **chamber.env,
        "LD_PRELOAD": str(library),
        "TORTURE_CLOCK_SECONDS": str(minutes * 60),
    }
    try:
        chamber.web.start()
        chamber.wait_until_served()
        time.sleep(random.uniform(3, 6))
    finally:
        chamber.web.stop()
        chamber.web.env = chamber.env
        chamber.web.start()
        chamber.wait_until_alive()
    return f"{minutes:+} minutes"
