"""Bookings and their tickets, which keep their own copy of seat and price."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.postgres.clock import StatementTime
from shows.models import Seat, Show
from theaters.models import Theater
from theaters.policy import Action, may_everywhere
from users.models import User


class BookingStatus(models.TextChoices):
    """The state of a booking, which is confirmed at once and cancelled as a whole."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class TicketStatus(models.TextChoices):
    """Whether a ticket admits its holder."""

    VALID = "valid"
    VOID = "void"


STARTS_LATER = Q(show__starts_at__gt=StatementTime())


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> "BookingQuerySet":
        """Returns those that are not cancelled."""
        return self.filter(status=BookingStatus.CONFIRMED)

    def upcoming(self) -> "BookingQuerySet":
        """Returns those of shows that have not started."""
        return self.filter(STARTS_LATER)

    def to_come(self) -> "BookingQuerySet":
        """Returns live ones of shows that have not started."""
        return self.live().upcoming()

    def over(self) -> "BookingQuerySet":
        """Returns all others: cancelled, or of a show that has started."""
        return self.exclude(STARTS_LATER, status=BookingStatus.CONFIRMED)

    def where_may(self, user: User, action: Action) -> "BookingQuerySet":
        """Returns those in theaters in which the policy allows the user the action."""
        return self.filter(show__screen__theater__in=Theater.objects.where_may(user, action))

    def visible_to(self, user: User) -> "BookingQuerySet":
        """Returns the user's own, and those in theaters for which the user may sell."""
        if may_everywhere(user):
            return self
        theaters = Theater.objects.where_may(user, Action.SELL)
        return self.filter(Q(user=user) | Q(show__screen__theater__in=theaters))


class Booking(models.Model):
    """Seats of one show, bought together by one customer."""

    reference = models.CharField(max_length=10, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings")
    show = models.ForeignKey(Show, models.PROTECT, related_name="bookings")
    status = models.CharField(
        max_length=9, choices=BookingStatus.choices, default=BookingStatus.CONFIRMED
    )
    total = models.DecimalField(max_digits=10, decimal_places=2)
    created_at = models.DateTimeField(db_default=StatementTime())
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | Q(status="confirmed", cancelled_at__isnull=True),
                name="booking_cancelled_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DelayedMail(models.Model):
    """A mail about a booking that waits because its customer has reached the limit of mails."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"news of booking {self.booking_id}"


class Ticket(models.Model):
    """The right to one seat, with a copy of the seat's label, category and price."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="tickets")
    seat = models.ForeignKey(Seat, models.SET_NULL, null=True, blank=True, related_name="tickets")
    code = models.CharField(max_length=32, unique=True)
    label = models.CharField(max_length=5)
    category = models.CharField(max_length=10)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(
        max_length=5, choices=TicketStatus.choices, default=TicketStatus.VALID
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat"],
                condition=Q(status="valid"),
                name="ticket_seat_sold_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=TicketStatus.values),
                name="ticket_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.status}"
