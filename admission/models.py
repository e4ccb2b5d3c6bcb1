"""What happened at the door."""

from django.conf import settings
from django.db import models

from bookings.models import Ticket
from core.postgres.clock import StatementTime
from shows.models import Show
from theaters.models import Theater
from theaters.policy import Action
from users.models import User


class ScanQuerySet(models.QuerySet["Scan"]):
    def where_may(self, user: User, action: Action) -> "ScanQuerySet":
        """Returns those at theaters in which the policy allows the user the action."""
        return self.filter(show__screen__theater__in=Theater.objects.where_may(user, action))


class Scan(models.Model):
    """One scan of a code, with its answer. A scan that is repeated with its `nonce` gets it again.

    `show` is the one that the door is for, `ticket` what the code belongs to, if anything.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    nonce = models.CharField(max_length=64)
    payload_hash = models.BinaryField(max_length=32)
    show = models.ForeignKey(Show, models.PROTECT, related_name="scans")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="scans")
    reason = models.CharField(max_length=20, blank=True, db_default="")
    answer = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(db_default=StatementTime())
    device_at = models.DateTimeField(null=True, blank=True)
    is_offline = models.BooleanField(default=False, db_default=False)

    objects = ScanQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["by", "nonce"], name="scan_nonce_once"),
        ]

    def __str__(self) -> str:
        return f"scan {self.pk} of show {self.show_id}"
