"""Theaters' accounts with payment providers, and what those tell."""

from django.db import models
from django.db.models import Q

from core.postgres.clock import StatementTime
from payments.models.querysets import OfAccount, OfTheater
from theaters.models import Theater


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
