"""Without a worker no mail leaves, and the web processes say so."""

import logging
from datetime import timedelta

import pytest
from django.core.signals import request_started
from django.db import connection
from rest_framework.test import APIClient

from core.jobs.missing_worker import WORKERS_START_WITHIN_SECONDS, MissingWorker

pytestmark = pytest.mark.django_db


def sign_of_life(ago: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (statement_timestamp() - make_interval(secs => %s))",
            [ago.total_seconds()],
        )


@pytest.mark.parametrize(("seconds", "worker"), [(25, "running"), (35, "none")])
def test_ready_tells_whether_a_worker_runs(seconds: int, worker: str, anyone: APIClient) -> None:
    sign_of_life(timedelta(seconds=seconds))
    answer = anyone.get("/health/ready/")
    assert answer.status_code == 200
    assert answer.json()["worker"] == worker


def warnings_after_requests(caplog: pytest.LogCaptureFixture, waited: float) -> int:
    """How often three requests, `waited` seconds after the start, make it complain."""
    watch = MissingWorker()
    watch.look_at -= waited
    request_started.connect(watch)
    with caplog.at_level(logging.WARNING, logger="core.jobs.missing_worker"):
        for _ in range(3):
            watch()
    request_started.disconnect(watch)
    return caplog.text.count("No worker is running")


def test_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    assert warnings_after_requests(caplog, WORKERS_START_WITHIN_SECONDS) == 1


def test_a_worker_has_time_to_start(caplog: pytest.LogCaptureFixture) -> None:
    assert warnings_after_requests(caplog, waited=0) == 0


def test_nothing_is_said_beside_a_worker(caplog: pytest.LogCaptureFixture) -> None:
    sign_of_life(timedelta(seconds=1))
    assert warnings_after_requests(caplog, WORKERS_START_WITHIN_SECONDS) == 0
