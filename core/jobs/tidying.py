"""Deleting rows that are no longer needed, a few at a time and without waiting for locks."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from core.models import IdempotencyRecord, RateCounter
from core.postgres.clock import StatementTime
from core.postgres.rows import execute

BATCH = 1000
IDEMPOTENCY_RECORDS_LAST = timedelta(hours=48)
FAILED_JOBS_LAST = timedelta(days=7)


def in_batches(batch: Callable[[], int]) -> int:
    """Repeat something that does at most BATCH rows until few are left; return the sum."""
    total = done = batch()
    while done >= BATCH:
        done = batch()
        total += done
    return total


def delete_rows(rows: QuerySet[Any]) -> int:
    """Delete in short transactions, in the order of ids, without waiting for anybody's lock."""

    @transaction.atomic
    def batch() -> int:
        unlocked = rows.order_by("pk").select_for_update(skip_locked=True)
        ids = list(unlocked.values_list("pk", flat=True)[:BATCH])
        _, deleted = rows.filter(pk__in=ids).delete()  # which judges once more, under the lock
        return deleted.get(rows.model._meta.label, 0)

    return in_batches(batch)


def delete_rate_counters() -> int:
    """Delete counters of windows that are over."""
    return delete_rows(RateCounter.objects.filter(window_ends_at__lte=StatementTime()))


def delete_idempotency_records() -> int:
    """Delete records older than 48 hours; 24 are promised."""
    oldest = StatementTime() - IDEMPOTENCY_RECORDS_LAST
    return delete_rows(IdempotencyRecord.objects.filter(created_at__lt=oldest))


def delete_browser_sessions() -> int:
    """Delete Django's expired sessions, those of people in the admin."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return 0


def delete_finished_jobs() -> int:
    """Delete jobs that failed for good or were aborted a week ago; done ones go when done."""
    return execute(
        "DELETE FROM procrastinate_jobs job WHERE job.status NOT IN ('todo', 'doing')"
        " AND NOT EXISTS (SELECT FROM procrastinate_events event"
        " WHERE event.job_id = job.id"
        " AND event.at > statement_timestamp() - make_interval(days => %s))",
        [FAILED_JOBS_LAST.days],
    )
