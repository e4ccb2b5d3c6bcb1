"""Receipts and credit notes, as tax law wants them."""

from django.db import models
from django.db.models import Q

from bookings.models import Booking
from core.postgres.clock import StatementTime
from payments.models.money import Payment, Refund
from payments.models.querysets import OfTheater
from theaters.models import Theater


class ReceiptKind(models.TextChoices):
    """What a receipt is about: money that came, or money that went back."""

    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"


class Receipt(models.Model):
    """A receipt for money that was paid, or a credit note, whose amounts are negative.

    Numbers are consecutive per theater. All of it is as it was when it was issued, and is never
    changed (a trigger sees to that): `seller`, `sale`, the `lines` (`net`, `tax` and `gross` in
    minor units), `taxes`, which are their sums by rate, and `fiscal`, which is what the law on cash
    registers wants printed. `language` is the customer's.
    """

    theater = models.ForeignKey(Theater, models.PROTECT, related_name="receipts")
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=11, choices=ReceiptKind.choices)
    booking = models.ForeignKey(
        Booking, models.PROTECT, null=True, blank=True, related_name="receipts"
    )
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="receipts")
    refund = models.OneToOneField(
        Refund, models.PROTECT, null=True, blank=True, related_name="credit_note"
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    seller = models.JSONField()
    customer = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=5, blank=True, db_default="")
    sale = models.JSONField(default=dict, db_default={}, blank=True)
    lines = models.JSONField()
    taxes = models.JSONField()
    fiscal = models.JSONField(default=dict, blank=True)
    issued_at = models.DateTimeField(db_default=StatementTime())

    objects = OfTheater.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["theater", "issued_at"], name="receipt_by_theater_and_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["theater", "number"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(kind="receipt"), name="receipt_of_payment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ReceiptCounter(models.Model):
    """The last number of a theater's receipts, and the signature that the next one follows. Its row
    is locked until a number is committed, so that there are no gaps."""

    theater = models.OneToOneField(
        Theater, models.PROTECT, primary_key=True, related_name="receipt_counter"
    )
    last = models.PositiveBigIntegerField(default=0)
    signature = models.CharField(max_length=128, blank=True)

    def __str__(self) -> str:
        return f"receipt {self.last} of theater {self.theater_id}"
