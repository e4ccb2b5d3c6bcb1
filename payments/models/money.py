"""What was paid and given back, and the books.

Amounts are whole numbers of the currency's minor unit (ISO 4217), such as cents.
"""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from payments.models.accounts import ProviderAccount
from payments.models.querysets import OfBooking, OfPayment


class PaymentStatus(models.TextChoices):
    """How far an attempt to pay has come. A failed one may still succeed."""

    CREATED = "created"
    OPEN = "open"
    FAILED = "failed"
    CAPTURED = "captured"
    CANCELLED = "cancelled"


class Problem(models.TextChoices):
    """Why money is held apart: it never confirms a booking and is given back."""

    NONE = "", "None"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    NO_BOOKING = "no_booking"
    TEST_MODE = "test_mode"


class Payment(models.Model):
    """One attempt to pay for a booking. `reference` is the provider's name for it."""

    booking = models.ForeignKey(
        Booking, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    account = models.ForeignKey(
        ProviderAccount, models.PROTECT, null=True, blank=True, related_name="+"
    )
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001
    attempt = models.PositiveSmallIntegerField(default=1)
    flow = models.CharField(max_length=5, blank=True, db_default="")
    method = models.CharField(max_length=10, blank=True, db_default="")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(
        max_length=9, choices=PaymentStatus.choices, default=PaymentStatus.CREATED
    )
    problem = models.CharField(
        max_length=14, choices=Problem.choices, blank=True, default="", db_default=""
    )
    captured = models.BigIntegerField(default=0, db_default=0)
    refunding = models.BigIntegerField(default=0, db_default=0)
    refunded = models.BigIntegerField(default=0, db_default=0)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=StatementTime())
    expires_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    disputed_at = models.DateTimeField(null=True, blank=True)
    disputes = models.JSONField(
        default=list, blank=True, db_default=models.Value([], models.JSONField())
    )

    objects = OfBooking.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="payment_under_way",
                condition=Q(status__in=["created", "open", "failed"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reference"], name="payment_reference_once"
            ),
            models.UniqueConstraint(
                fields=["booking", "provider", "attempt"], name="payment_attempt_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_has_an_amount"),
            models.CheckConstraint(
                condition=Q(refunding__gte=0, refunded__gte=0)
                & Q(captured__gte=F("refunding") + F("refunded")),
                name="payment_gives_back_at_most_what_it_took",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.reference or self.pk}"


class RefundStatus(models.TextChoices):
    """How far a refund has come. A stuck one needs a person."""

    DUE = "due"
    SENT = "sent"
    ACCEPTED = "accepted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STUCK = "stuck"


class RefundReason(models.TextChoices):
    """Why money is given back."""

    CANCELLED = "cancelled"
    SHOW_CANCELLED = "show_cancelled"
    TOO_LATE = "too_late", "Paid too late"
    PAID_TWICE = "paid_twice"
    EXCHANGED = "exchanged"
    WRONG = "wrong", "Wrong amount, currency or booking"


UNFINISHED = [RefundStatus.DUE, RefundStatus.SENT, RefundStatus.ACCEPTED, RefundStatus.FAILED]


class Refund(models.Model):
    """Money that a payment gives back: the unit of work that is resumed after any crash."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=14, choices=RefundReason.choices)
    status = models.CharField(max_length=9, choices=RefundStatus.choices, default=RefundStatus.DUE)
    attempt = models.PositiveSmallIntegerField(default=1, db_default=1)
    reference = models.CharField(max_length=120, null=True, blank=True, unique=True)
    failure = models.CharField(max_length=120, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=StatementTime())
    sent_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = OfPayment.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["status", "sent_at"],
                name="refund_unfinished",
                condition=~Q(status="succeeded"),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_has_an_amount"),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk} of {self.payment_id}"


class Book(models.TextChoices):
    """The accounts of the ledger. What `customer` has in credit is theirs."""

    CUSTOMER = "customer"
    SALES = "sales"
    FEES = "fees"
    PROVIDER = "provider"
    SUSPENSE = "suspense"
    DISPUTES = "disputes"


class LedgerEntry(models.Model):
    """A transfer from one account to another, never changed or deleted (a trigger sees to that).

    `key` says what it is of, once: `sale:T`, `fee:T`, `void:T`, `voidfee:T` of a ticket,
    `capture:P` and `dispute:P` of a payment, `refund:R:attempt` and `bounce:R:attempt` of a refund.
    """

    key = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10)
    debit = models.CharField(max_length=10, choices=Book.choices)
    credit = models.CharField(max_length=10, choices=Book.choices)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    booking = models.ForeignKey(
        Booking, models.PROTECT, null=True, blank=True, related_name="ledger"
    )
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="+")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, blank=True, related_name="+")
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(db_default=StatementTime())

    class Meta:
        ordering = ["id"]
        indexes = [  # rows are never changed, so blocks of them are in the order of time
            BrinIndex(fields=["at"], name="ledger_by_time", autosummarize=True),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_has_an_amount"),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="ledger_moves_between_accounts"
            ),
        ]

    def __str__(self) -> str:
        return self.key
