"""What the demo bank of development knows."""

from django.db import models

from core.postgres.clock import StatementTime


class DemoCharge(models.Model):
    """What the demo bank of development knows of a payment; nothing else reads or writes it."""

    reference = models.CharField(max_length=40, unique=True)
    payment = models.BigIntegerField(db_index=True)
    booking = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    charged_currency = models.CharField(max_length=3, blank=True)
    captured = models.BigIntegerField(default=0)
    captured_from = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=9, default="open")
    description = models.CharField(max_length=300, blank=True)
    return_url = models.CharField(max_length=500, blank=True)
    refunds = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=StatementTime())

    def __str__(self) -> str:
        return self.reference
