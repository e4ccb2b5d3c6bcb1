"""Rows that nobody needs any more go, all others stay."""

from datetime import timedelta

from django.db import connection
from django.db.models import F, Model

from core.jobs import tidying
from core.models import IdempotencyRecord, RateCounter
from core.postgres.clock import StatementTime
from users.models import User


def age(row: Model, **ages: timedelta) -> None:
    """Move stored times into the past."""
    shifts = {name: F(name) - by for name, by in ages.items()}
    type(row)._default_manager.filter(pk=row.pk).update(**shifts)


def test_counters_of_past_windows_go(db: None) -> None:
    for subject in ("past", "running"):
        RateCounter.objects.create(
            limit="login", subject=subject, window_ends_at=StatementTime(), count=1
        )
    age(RateCounter.objects.get(subject="running"), window_ends_at=-timedelta(minutes=1))
    assert tidying.delete_rate_counters() == 1
    assert RateCounter.objects.get().subject == "running"


def test_idempotency_records_stay_for_two_days(alice: User) -> None:
    for key, hours in (("old", 49), ("young", 47)):
        record = IdempotencyRecord.objects.create(
            user=alice,
            endpoint="bookings",
            key=key,
            payload_hash=b"",
            status=201,
            body=b"",
        )
        age(record, created_at=timedelta(hours=hours))
    assert tidying.delete_idempotency_records() == 1
    assert IdempotencyRecord.objects.get().key == "young"


def test_many_rows_go_in_several_batches(db: None) -> None:
    RateCounter.objects.bulk_create(
        RateCounter(limit="x", subject=str(n), window_ends_at=StatementTime(), count=1)
        for n in range(2 * tidying.BATCH + 1)
    )
    assert tidying.delete_rate_counters() == 2 * tidying.BATCH + 1
    assert not RateCounter.objects.exists()


def test_failed_jobs_are_kept_for_a_week_to_look_at(db: None) -> None:
    with connection.cursor() as cursor:
        for name, days in (("old", 8), ("young", 6)):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
                " VALUES ('default', %s, 'doing') RETURNING id",
                [name],
            )
            (job,) = cursor.fetchone()
            cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
            cursor.execute(
                "UPDATE procrastinate_events SET at = at - make_interval(days => %s)"
                " WHERE job_id = %s",
                [days, job],
            )
        assert tidying.delete_finished_jobs() == 1
        cursor.execute("SELECT task_name FROM procrastinate_jobs")
        assert cursor.fetchall() == [("young",)]


def test_browser_sessions_are_cleared(db: None) -> None:
    assert tidying.delete_browser_sessions() == 0
