"""Money: who takes it for a theater, what was paid and given back, and the books.

Amounts are whole numbers of the currency's minor unit (ISO 4217), such as cents.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from theaters.models import Theater
from theaters.policy import Action
from users.models import User


class OfTheater(models.QuerySet[Any]):
    """Rows that belong to a theater."""

    def where_may(self, user: User, action: Action) -> "OfTheater":
        """Returns those of theaters in which the policy allows the user the action."""
        return self.filter(theater__in=Theater.objects.where_may(user, action))


class OfBooking(models.QuerySet[Any]):
    """Rows that belong to a booking, or through an account to a theater."""

    path = "booking__show__screen__theater"

    def where_may(self, user: User, action: Action) -> "OfBooking":
        """Returns those of theaters in which the policy allows the user the action."""
        return self.filter(**{f"{self.path}__in": Theater.objects.where_may(user, action)})


class OfPayment(OfBooking):
    path = "payment__booking__show__screen__theater"


class OfAccount(OfBooking):
    path = "account__theater"


class ProviderAccount(models.Model):
    """A theater's account with a payment provider. `key` names it in the webhook's address.

    `secrets` is encrypted JSON, which nobody can read again; `settings` is what is no secret.
    """

    theater = models.ForeignKey(Theater, models.CASCADE, related_name="provider_accounts")
    provider = models.CharField(max_length=20)
    key = models.CharField(max_length=32, unique=True)
    settings = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(blank=True, db_default="")
    is_test = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=StatementTime())

    objects = OfTheater.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["theater", "provider"],
                condition=Q(is_active=True),
                name="provider_account_active_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} of {self.theater}"


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
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_has_an_amount"),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="ledger_moves_between_accounts"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class ProviderEvent(models.Model):
    """What a provider has told us: a hint to look. Bodies are deleted after 90 days."""

    account = models.ForeignKey(ProviderAccount, models.CASCADE, related_name="events")
    event = models.CharField(max_length=120)
    kind = models.CharField(max_length=80, blank=True)
    object = models.CharField(max_length=120, blank=True)
    body = models.BinaryField(null=True, blank=True)
    received_at = models.DateTimeField(db_default=StatementTime())
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True, db_default="")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["received_at"], name="event_to_do", condition=Q(done_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "event"], name="provider_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event}"


class Difference(models.Model):
    """Where a provider's list and our payments and refunds differ, until somebody settles it."""

    account = models.ForeignKey(ProviderAccount, models.CASCADE, related_name="differences")
    object = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    ours = models.BigIntegerField(null=True, blank=True)
    theirs = models.BigIntegerField(null=True, blank=True)
    found_at = models.DateTimeField(db_default=StatementTime())
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = OfAccount.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "object", "kind"],
                condition=Q(settled_at__isnull=True),
                name="difference_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object}"


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
