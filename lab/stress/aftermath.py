"""After the faults: the program comes to rest, and requests with unknown outcome are sent again."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from lab.stress import customers, owners
from lab.stress.customers import Sent
from lab.stress.evidence import Evidence
from lab.stress.history import Outcome, Record
from lab.stress.person import Person
from lab.stress.program import manage
from lab.stress.system import System

PATIENCE_SECONDS = 60
JOBS_PATIENCE_SECONDS = 240
BODY = ("show", "seats", "pay")
ROUNDS = 3
REPEATED = """
from datetime import timedelta
from payments import reconciling, sweeping
sweeping.PATIENCE = timedelta(0)
for do in (sweeping.expire_bookings, sweeping.resume_events, reconciling.reconcile,
           sweeping.look_at_open_payments, sweeping.close_payments, sweeping.resume_refunds):
    do()
"""
"""What the program does every minute and every day, without waiting for it."""


def settle(system: System) -> None:
    """End whatever may still be processing old requests, and restart."""
    system.second.stop()
    for program in (system.web, system.worker):
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGCONT)
        program.stop()
        program.start()
    system.proxy.reset()
    system.wait_until_served()


def unresolved(history: list[Record]) -> list[Record]:
    """Return the last attempt of each request whose outcome its sender never learned."""
    last: dict[tuple[str, str, str], Record] = {}
    answered: set[tuple[str, str, str]] = set()
    for record in sorted(history, key=lambda record: record.started):
        if record.kind not in {"book", "cancel", "cancel_show"}:
            continue
        what = (record.actor, record.call, record.asked.get("key", ""))
        if record.outcome is Outcome.UNKNOWN:
            last[what] = record
        elif record.is_ok:
            answered.add(what)
    return [record for what, record in last.items() if what not in answered]


def committed_unseen(evidence: Evidence) -> tuple[int, int]:
    """Return how many bookings had an unknown outcome, and how many of those had been made.

    That is, were stored before the attempt that revealed it.
    """
    unknown: dict[tuple[str, str], float] = {}
    for record in evidence.kinds["book"]:
        if record.outcome is Outcome.UNKNOWN:
            unknown.setdefault((record.actor, record.asked["key"]), record.ended)
    told = {
        (record.actor, record.asked["key"]): (record.answer["reference"], record.started)
        for record in reversed(evidence.kinds["book"])
        if record.is_ok
    }
    stored = evidence.bookings
    made = sum(
        1
        for key in unknown.keys() & told.keys()
        if told[key][0] in stored and stored[told[key][0]]["created_at"] < told[key][1]
    )
    return len(unknown), made


def resolve(system: System) -> int:
    """Send each of them again, with its key, until it is answered; return how many there were."""
    records = unresolved(system.history.records)
    for record in records:
        person = system.people[record.actor]
        person.close()
        _until_answered(person, partial(_again, person, record))
    return len(records)


def _again(person: Person, record: Record) -> Record:
    asked = record.asked
    if record.kind == "cancel_show":
        return owners.cancel_show(person, asked["show"])
    if record.kind == "cancel":
        return customers.cancel(person, asked["reference"], asked["key"])
    body: dict[str, object] = {name: asked[name] for name in BODY if name in asked}
    return customers.book(person, Sent(asked["key"], body, body))


def _until_answered(person: Person, send: Callable[[], Record]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        record = send()
        if record.status == 401:
            person.authenticate()
        elif record.outcome is not Outcome.UNKNOWN and record.code != "idempotency_key_in_use":
            return
        time.sleep(0.2)


def wait_for_jobs(system: System) -> int:
    """Wait until the worker has done all jobs; return how many are left.

    Retries that were scheduled for later are made due now.
    """
    deadline = time.monotonic() + JOBS_PATIENCE_SECONDS
    while True:
        with system.cluster.connect(autocommit=True) as database:
            database.execute(
                "UPDATE procrastinate_jobs SET scheduled_at = NULL"
                " WHERE status = 'todo' AND scheduled_at > now() + interval '3 seconds'"
            )
            found = database.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
            ).fetchone()
        left = int(found[0]) if found else 0
        if left == 0 or time.monotonic() > deadline:
            return left
        time.sleep(1)


def drain_money(system: System) -> int:
    """Let what repeats by itself find all money that is still under way; return the jobs left."""
    left = 0
    for _ in range(ROUNDS):
        _managed(system, "shell", "-c", REPEATED)
        left = wait_for_jobs(system)
    return left


def prove_books(system: System) -> str:
    """Return what the program's own proof finds wrong, or nothing."""
    done = manage(system.env, "check_ledger")
    return done.stderr if done.returncode else ""


def _managed(system: System, *words: str) -> None:
    done = manage(system.env, *words)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
