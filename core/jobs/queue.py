"""Jobs: work that a request leaves to the worker, enqueued in the request's own transaction.

They live in PostgreSQL (procrastinate): what is rolled back is never done, what is committed is
done at least once, by one worker at a time. A job's arguments are ids and keyed hashes, never
secrets.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from core.postgres.rows import execute, rows_of

HEARTBEAT_EVERY = timedelta(seconds=10)
SILENT_WORKER_IS_DEAD_AFTER = timedelta(seconds=30)
LONGEST_JOB = timedelta(minutes=10)
FIRST = 10  # the priority of what somebody waits for at a screen: before all that waits already

RETRIES = RetryStrategy(max_attempts=11, exponential_wait=3)
"""Tries again 3 s after the first failure, then 9 s, 27 s and so on, for three days."""


DEFER = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW(%s, %s, %s, %s, NULL, arguments,
        statement_timestamp() + nullif(make_interval(secs => %s), interval '0')
    )::procrastinate_job_to_defer_v1))
FROM unnest(%s::jsonb[]) AS arguments HAVING count(*) > 0
"""


def defer(task: Task[Any, Any, Any], **arguments: int | str) -> None:
    """Enqueue a job on Django's connection, so that it exists if the transaction commits."""
    defer_each(task, [arguments])


def defer_each(
    task: Task[Any, Any, Any],
    jobs: Sequence[Mapping[str, int | str]],
    *,
    lock: str | None = None,
    wait_seconds: int = 0,
) -> None:
    """Enqueue a job for each of these arguments, in one statement.

    Of jobs with the same `lock` one runs at a time; none begins before `wait_seconds` have passed.

    The same SQL function as procrastinate's own `defer()` and `batch_defer()` call, in half the
    time (docs/decisions/jobs-in-postgresql.md), and a database that is away stays the
    OperationalError that everything here knows.
    """
    arguments = [json.dumps(job) for job in jobs]
    execute(DEFER, [task.queue, task.name, task.priority, lock, wait_seconds, arguments])


def scheduled(cron: str) -> Callable[[Callable[[], int]], Task[Any, int, Any]]:
    """Schedule a function at the times of `cron` (UTC), once however many workers run.

    It returns how many things it did, for the log. When one run is late, the next is left out.
    """

    def register(work: Callable[[], int]) -> Task[Any, int, Any]:
        @wraps(work)
        def run(timestamp: int) -> int:
            return work()

        name = f"{work.__module__}.{work.__name__}"
        task: Task[Any, int, Any] = app.task(name=name, queueing_lock=name)(run)
        app.periodic(cron=cron)(task)
        return task

    return register


def worker_is_running() -> bool:
    """Return whether any worker has sent a heartbeat lately."""
    ((running,),) = rows_of(
        "SELECT EXISTS (SELECT FROM procrastinate_workers"
        " WHERE last_heartbeat > statement_timestamp() - make_interval(secs => %s))",
        [SILENT_WORKER_IS_DEAD_AFTER.total_seconds()],
    )
    return bool(running)


def retry_stalled() -> int:
    """Give jobs whose worker died, or lost them, to the next worker; return how many.

    A job is lost when its outcome could not be stored because the database was away. One that
    the schedule repeats anyway (it has a queueing lock, of which only one may wait) is dropped.
    """
    limits = (SILENT_WORKER_IS_DEAD_AFTER, LONGEST_JOB)
    return execute(RETRY_STALLED, [limit.total_seconds() for limit in limits])


RETRY_STALLED = """
WITH stalled AS MATERIALIZED (
    SELECT job.id, job.queueing_lock IS NOT NULL AS is_repeated
    FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (worker.id IS NULL
           OR worker.last_heartbeat < statement_timestamp() - make_interval(secs => %s)
           OR (SELECT max(event.at) FROM procrastinate_events event
               WHERE event.job_id = job.id AND event.type = 'started')
              < statement_timestamp() - make_interval(secs => %s))
    FOR UPDATE OF job SKIP LOCKED
)
SELECT CASE
    WHEN is_repeated THEN procrastinate_finish_job_v1(id, 'aborted', true)
    ELSE procrastinate_retry_job_v2(id, statement_timestamp(), NULL, NULL, NULL)
END FROM stalled
"""
