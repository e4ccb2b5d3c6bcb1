"""What belongs to the HTTP contract rather than to cinemas: idempotency records, rate counters."""

from django.conf import settings
from django.db import models

from core.postgres.clock import StatementTime


class IdempotencyRecord(models.Model):
    """The answer that was given under an `Idempotency-Key`, kept to be given again.

    The row is written before the answer is known, and completed in the same transaction.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    endpoint = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    payload_hash = models.BinaryField(max_length=32)
    body = models.BinaryField(db_default=b"")
    status = models.PositiveSmallIntegerField(db_default=200)
    location = models.CharField(max_length=200, db_default="")
    created_at = models.DateTimeField(db_default=StatementTime(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "endpoint", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key}"


class RateCounter(models.Model):
    """How many requests of one kind and subject fell into one window of time.

    The table is unlogged: counting waits for no disk, and a crash of the database resets it.
    """

    limit = models.CharField(max_length=40)
    subject = models.CharField(max_length=320)
    window_ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["limit", "subject"], name="rate_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.limit} of {self.subject}: {self.count}"
