"""The worker as a process of its own, with real mail servers, kills and restarts."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from rest_framework.test import APIClient

from core.jobs import queue
from tests.mail_servers import Mailbox, free_port, mail_server, silent_server
from users.models import User
from users.tasks import send_password_changed, send_verification_code

pytestmark = pytest.mark.django_db(transaction=True)

Start = Callable[..., "subprocess.Popen[str]"]
SOON = 90


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(port: int, transactional_db: None) -> Iterator[Start]:
    """`start("--once")` runs `manage.py worker --once` on the test database."""
    processes = []
    url = urlsplit(settings.DATABASE_URL)
    database = url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "EMAIL_TIMEOUT": "1",
    }

    def run(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "worker", *arguments],
            cwd=Path(settings.BASE_DIR),
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.terminate()
        process.communicate(timeout=SOON)


def work(start: Start) -> str:
    """Run a worker until nothing is left to do now; return what it printed."""
    output, _ = start("--once").communicate(timeout=SOON)
    return output


def mailed(mailbox: Mailbox) -> list[str | None]:
    return [mail["To"] for mail in list(mailbox.mails.queue)]


def test_a_code_leaves_before_all_other_mail(start: Start, port: int, alice: User) -> None:
    User.objects.update(email_verified=False)
    queue.defer_each(send_password_changed, [{"user_id": alice.pk}] * 20)
    queue.defer(send_verification_code, user_id=alice.pk)
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        start("--once", "--concurrency", "1").communicate(timeout=SOON)
        subjects = [str(mail["Subject"]) for mail in list(mailbox.mails.queue)]
    assert len(subjects) == 21
    assert "code" in subjects[0].lower() or "verify" in subjects[0].lower()


def waiting() -> list[tuple[bool, bool]]:
    """Of each mail job that is left: whether it was tried, and whether a time is set to try again.

    Not how often: on a busy machine three seconds, after which it is due, may pass meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attempts > 0, status = 'todo' AND scheduled_at IS NOT NULL"
            " FROM procrastinate_jobs WHERE task_name LIKE 'users.tasks.send%%'"
        )
        return list(cursor.fetchall())


def let_time_pass() -> None:
    """Make every retry due, and every sign of life old."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
        )


def enqueue(user: User) -> None:
    queue.defer(send_password_changed, user_id=user.pk)


def test_what_was_committed_is_mailed_by_a_worker_that_starts_later(
    alice: User, bob: User, olga: User, start: Start, port: int
) -> None:
    """And what was rolled back is not: without a transaction around both it would be too late."""
    with transaction.atomic():
        enqueue(alice)
    with transaction.atomic():
        enqueue(bob)
        transaction.set_rollback(True)
    enqueue(olga)
    with transaction.atomic():
        transaction.set_rollback(True)
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        work(start)
    assert sorted(map(str, mailed(mailbox))) == ["alice@example.com", "olga@example.com"]
    assert waiting() == []


@pytest.mark.parametrize("refusal", ["451 Try again later", "550 Go away"])
def test_a_refused_mail_is_tried_again(refusal: str, alice: User, start: Start, port: int) -> None:
    enqueue(alice)
    mailbox = Mailbox(refusal)
    with mail_server(mailbox, port):
        work(start)
        assert mailbox.refused
        assert (mailed(mailbox), waiting()) == ([], [(True, True)])
        mailbox.refusal = ""
        let_time_pass()
        work(start)
    assert mailed(mailbox) == ["alice@example.com"]
    assert waiting() == []


def test_a_mail_outlives_a_server_that_is_away_and_the_try_is_one_line(
    alice: User, start: Start, port: int
) -> None:
    enqueue(alice)
    said = work(start)
    (line,) = [line for line in said.splitlines() if "to retry" in line]
    assert "ConnectionRefusedError" in line
    assert "Traceback" not in said
    assert waiting() == [(True, True)]
    let_time_pass()
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        work(start)
    assert mailed(mailbox) == ["alice@example.com"]


def test_giving_up_is_a_traceback(alice: User, start: Start) -> None:
    enqueue(alice)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 11, scheduled_at = NULL")
    said = work(start)
    assert "Traceback" in said
    assert "ConnectionRefusedError" in said


def test_no_line_of_the_worker_has_an_address(
    anyone: APIClient, alice: User, start: Start, port: int
) -> None:
    """Of a job that is done, one that is tried again, and one that is given up with a traceback."""
    for _ in range(3):
        answer = anyone.post("/api/v1/auth/password/forgot/", {"email": alice.email})
        assert answer.status_code == 202, answer.content
    mailbox, said = Mailbox("550 5.1.1 <alice@example.com>: no mailbox alice@example.com"), ""
    with connection.cursor() as cursor, mail_server(mailbox, port):
        said += work(start)
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 11, scheduled_at = NULL")
        said += work(start)
        mailbox.refusal = ""
        anyone.post("/api/v1/auth/password/forgot/", {"email": alice.email})
        said += work(start)
    assert mailed(mailbox) == ["alice@example.com"]
    assert "to retry" in said
    assert "Traceback" in said
    assert "no mailbox" in said
    assert "@" not in "".join(
        line for line in said.splitlines() if not line.lstrip().startswith("@")
    )
    assert "alice" not in said


def test_a_server_that_never_answers_does_not_hold_the_worker(
    alice: User, start: Start, port: int
) -> None:
    enqueue(alice)
    with silent_server(port) as connected:
        work(start)
        assert connected.is_set()
    assert waiting() == [(True, True)]


def test_two_workers_do_each_job_once(alice: User, start: Start, port: int) -> None:
    for _ in range(60):
        enqueue(alice)
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        for worker in [start("--once"), start("--once")]:
            worker.communicate(timeout=SOON)
    assert len(mailed(mailbox)) == 60
    assert waiting() == []


def fetched_at_once() -> int:
    """How many of two workers get the only job, the second asking before the first commits."""
    jobs_of: list[int | None] = []

    def fetch() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL)")
            jobs_of.append(cursor.fetchone()[0])

    def second() -> None:
        fetch()
        connection.close()

    with transaction.atomic():
        fetch()
        other = Thread(target=second)
        other.start()
        other.join(timeout=1)
    other.join(timeout=SOON)
    return sum(job is not None for job in jobs_of)


@pytest.mark.parametrize(("is_guarded", "workers"), [(True, 1), (False, 2)])
def test_two_workers_would_get_one_job_without_its_lock(
    is_guarded: bool, workers: int, alice: User
) -> None:
    enqueue(alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('procrastinate_fetch_job_v2'::regproc)")
        (guarded,) = cursor.fetchone()
        bare = guarded.replace("FOR UPDATE OF jobs SKIP LOCKED", "")
        assert bare != guarded
        try:
            cursor.execute(guarded if is_guarded else bare)
            assert fetched_at_once() == workers
        finally:
            cursor.execute(guarded)


def test_a_killed_workers_job_is_done_by_the_next(alice: User, start: Start, port: int) -> None:
    enqueue(alice)
    with silent_server(port) as connected:
        worker = start()
        assert connected.wait(SOON)
        worker.kill()
        worker.wait()
    let_time_pass()
    assert queue.retry_stalled() >= 1
    assert queue.retry_stalled() == 0
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        work(start)
    assert mailed(mailbox) == ["alice@example.com"]


def test_the_job_of_a_live_worker_is_left_to_it(alice: User, start: Start, port: int) -> None:
    enqueue(alice)
    with silent_server(port) as connected:
        start()
        assert connected.wait(SOON)
        assert queue.retry_stalled() == 0


def test_jobs_of_the_schedule_that_died_are_not_done_twice() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, queueing_lock)"
            " VALUES ('x', 'x', 'doing', 'x'), ('x', 'x', 'doing', 'x'), ('x', 'x', 'todo', 'x')"
        )
        assert queue.retry_stalled() == 2
        cursor.execute("SELECT status FROM procrastinate_jobs")
        assert cursor.fetchall() == [("todo",)]


def test_a_job_that_its_worker_lost_is_done_again() -> None:
    """Its heart beats on, but no job takes this long: the outcome was never stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM procrastinate_register_worker_v1()")
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('x', 'x')")
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing',"
            " worker_id = (SELECT id FROM procrastinate_workers)"
        )
        assert queue.retry_stalled() == 0
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '11 minutes'")
        assert queue.retry_stalled() == 1
        cursor.execute("SELECT status, attempts FROM procrastinate_jobs")
        assert cursor.fetchall() == [("todo", 1)]


def test_a_worker_whose_connections_are_cut_goes_on(alice: User, start: Start, port: int) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        worker = start()
        enqueue(alice)
        mailbox.mails.get(timeout=SOON)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] > 0
        enqueue(alice)
        mailbox.mails.get(timeout=SOON)
    assert worker.poll() is None


def test_a_worker_that_is_told_to_stop_finishes_and_signs_off(
    alice: User, start: Start, port: int
) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, port):
        worker = start()
        enqueue(alice)
        mailbox.mails.get(timeout=SOON)
        assert queue.worker_is_running()
        worker.terminate()
        output, _ = worker.communicate(timeout=SOON)
    assert worker.returncode == 0
    assert output.startswith("Worker: started")
    assert output.endswith("Worker: stopped.\n")
    assert not queue.worker_is_running()
