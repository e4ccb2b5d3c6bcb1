"""The worker survives restarts of its database."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import TypeAlias

import psycopg
import pytest

from core.embedded.cluster import BASE_DIR, embedded_url, stop

Worker: TypeAlias = "subprocess.Popen[str]"

CLUSTER = BASE_DIR / "var" / "restart-postgres"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SOON = 90


@pytest.fixture(scope="module")
def _migrated() -> Iterator[None]:
    url = embedded_url(CLUSTER, settings=FAST)
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=BASE_DIR, env=os.environ | {"DATABASE_URL": url}, check=True)
    yield
    stop(CLUSTER)


@pytest.fixture
def database(_migrated: None) -> str:
    """The URL of a migrated database that these tests alone use; it runs."""
    return embedded_url(CLUSTER, settings=FAST)


@contextmanager
def worker(database: str, *arguments: str) -> Iterator[Worker]:
    """`manage.py worker`, killed when patience ends."""
    with subprocess.Popen(
        [sys.executable, "-u", "manage.py", "worker", *arguments],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": database, "DATABASE_ANSWERS_WITHIN": "2"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        patience = Timer(SOON, process.kill)
        patience.start()
        yield process
        process.terminate()
        process.wait()
        patience.cancel()


def said(worker: Worker, words: str) -> bool:
    """Whether it prints a line with these words before patience ends."""
    assert worker.stdout is not None
    return any(words in line for line in worker.stdout)


def is_done(database: str) -> bool:
    """Enqueue a job, and tell whether a worker does it: its row goes."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('default', 'core.jobs.tidying.delete_rate_counters', '{\"timestamp\": 1}')"
        )
        for _ in range(SOON * 10):
            waiting = connection.execute(
                "SELECT count(*), pg_sleep(0.1) FROM procrastinate_jobs"
                " WHERE task_name = 'core.jobs.tidying.delete_rate_counters'"
            ).fetchone()
            if waiting and waiting[0] == 0:
                return True
    return False


def test_it_works_again_after_a_restart_and_says_what_happened(database: str) -> None:
    with worker(database) as process:
        assert said(process, "Worker: started")
        assert is_done(database)
        stop(CLUSTER)
        assert said(process, "The database is away")
        embedded_url(CLUSTER, settings=FAST)
        assert said(process, "The database is back")
        assert is_done(database)
        assert process.poll() is None


def test_it_waits_for_a_database_that_starts_later(database: str) -> None:
    stop(CLUSTER)
    with worker(database, "--once") as process:
        assert said(process, "The database is away")
        embedded_url(CLUSTER, settings=FAST)
        assert said(process, "Worker: stopped")


@contextmanager
def stopped(database: str) -> Iterator[None]:
    """The server is there and says nothing: all of its processes stand still."""
    with psycopg.connect(database) as connection:
        (directory,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    postmaster = int((Path(directory) / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    pids = [postmaster, *map(int, children)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):  # it was ending already
                os.kill(pid, signal.SIGCONT)


def test_it_works_again_after_a_database_that_only_stops_answering(database: str) -> None:
    with worker(database) as process:
        assert said(process, "Worker: started")
        assert is_done(database)
        with stopped(database):
            assert said(process, "Lost the database")
            assert said(process, "The database is away")
        assert said(process, "The database is back")
        assert is_done(database)
        assert process.poll() is None
