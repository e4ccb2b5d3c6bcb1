"""Shows and their seats; conflicts about a seat are decided on its row."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Min, Q

from core.postgres.clock import StatementTime, local_time
from movies.models import Movie
from theaters.models import Screen, Theater
from theaters.policy import Action
from users.models import User


class ShowStatus(models.TextChoices):
    """Whether a show will take place."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class SeatStatus(models.TextChoices):
    """The state of a seat. One whose hold has lapsed is available, whatever is stored.

    A seat is kept for a booking that has to be paid until `held_until`; clients see it as selected.
    """

    AVAILABLE = "available"
    SELECTED = "selected"
    KEPT = "kept"
    BOOKED = "booked"
    BLOCKED = "blocked"


DETAILS = {"language", "format"}
"""Columns that affect nothing else, so that they can be changed at any time."""


class ShowQuerySet(models.QuerySet["Show"]):
    def where_may(self, user: User, action: Action) -> "ShowQuerySet":
        """Returns those in theaters in which the policy allows the user the action."""
        return self.filter(screen__theater__in=Theater.objects.where_may(user, action))

    def upcoming(self) -> "ShowQuerySet":
        """Returns those that have not started."""
        return self.filter(starts_at__gt=StatementTime())

    def held_by(self, user: User) -> "ShowQuerySet":
        """Returns those of which the user holds seats, with the hold's `expires_at`."""
        return self.filter(
            seats__held_by=user,
            seats__status=SeatStatus.SELECTED,
            seats__held_until__gt=StatementTime(),
        ).annotate(expires_at=Min("seats__held_until"))

    def on_sale(self) -> "ShowQuerySet":
        """Returns those whose seats can be held and booked now."""
        return self.upcoming().filter(status=ShowStatus.SCHEDULED)


class Show(models.Model):
    """One screening. It occupies the screen from `starts_at` until `free_at`, which includes the
    turnaround. `moves` counts how often it was moved though seats of it were booked."""

    movie = models.ForeignKey(Movie, models.PROTECT, related_name="shows")
    screen = models.ForeignKey(Screen, models.PROTECT, related_name="shows", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    free_at = models.DateTimeField()
    local_date = models.DateField(editable=False)
    language = models.CharField(max_length=40, blank=True)
    format = models.CharField(max_length=20, default="2D")
    price = models.DecimalField(max_digits=8, decimal_places=2)
    prices = models.JSONField(default=dict, blank=True)
    rows = models.PositiveSmallIntegerField()
    columns = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=9, choices=ShowStatus.choices, default=ShowStatus.SCHEDULED
    )
    cancel_reason = models.CharField(max_length=300, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    moves = models.PositiveSmallIntegerField(default=0, db_default=0)
    move_reason = models.CharField(max_length=300, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=StatementTime())

    objects = ShowQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["local_date", "starts_at"], name="show_by_day"),
            models.Index(fields=["screen", "local_date"], name="show_by_screen_and_day"),
            models.Index(
                fields=["starts_at"],
                name="show_upcoming",
                condition=Q(status="scheduled"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) & Q(free_at__gte=F("ends_at")),
                name="show_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="show_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=ShowStatus.values), name="show_status_is_known"
            ),
            ExclusionConstraint(
                name="show_screen_overlap",
                expressions=[
                    ("screen", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "free_at",
                            RangeBoundary(),
                            function="TSTZRANGE",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status="scheduled"),
            ),
        ]

    def __str__(self) -> str:
        """Returns the movie and the start: in the theater's time if the theater is loaded, else in
        UTC, so as not to query for it."""
        is_loaded = Show.screen.is_cached(self) and Screen.theater.is_cached(self.screen)
        zone = self.screen.theater.timezone if is_loaded else "UTC"
        return f"{self.movie}, {local_time(self.starts_at, zone)}"


class Seat(models.Model):
    """A seat of one show, at `line` and `column` of its layout.

    Statements about seats take their conditions from shows.seats. Outside of this app, only
    bookings and payments write seats, each time in one statement. `kept_for` is the id of a booking
    that is to be paid, without a foreign key: shows know no bookings.
    """

    show = models.ForeignKey(Show, models.CASCADE, related_name="seats", db_index=False)
    label = models.CharField(max_length=5)
    row = models.CharField(max_length=2)
    number = models.PositiveSmallIntegerField()
    line = models.PositiveSmallIntegerField(db_default=1)
    column = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=10)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(
        max_length=9, choices=SeatStatus.choices, default=SeatStatus.AVAILABLE
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="held_seats",
        db_index=False,
    )
    held_since = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    kept_for = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(  # not by status: each sale would write new entries to all indexes
                fields=["kept_for"],
                name="seat_by_kept_for",
                condition=Q(kept_for__isnull=False),
            ),
            models.Index(
                fields=["held_by"],
                name="seat_by_holder",
                condition=Q(held_by__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["show", "label"], name="seat_label_once"),
            models.CheckConstraint(
                condition=Q(status__in=SeatStatus.values), name="seat_status_is_known"
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="seat_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(
                    status="selected",
                    held_by__isnull=False,
                    held_since__isnull=False,
                    held_until__isnull=False,
                    kept_for__isnull=True,
                )
                | Q(
                    status="kept",
                    held_by__isnull=True,
                    held_since__isnull=True,
                    held_until__isnull=False,
                    kept_for__isnull=False,
                )
                | (
                    ~Q(status__in=["selected", "kept"])
                    & Q(
                        held_by__isnull=True,
                        held_since__isnull=True,
                        held_until__isnull=True,
                        kept_for__isnull=True,
                    )
                ),
                name="seat_is_held_or_kept_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class HoldChain(models.Model):
    """A customer's consecutive holds on one show, which together last HOLD_LASTS_AT_MOST.

    Neither release nor lapse ends it, only a pause of HOLD_LASTS_AT_MOST or a booking. `quiet_from`
    is when its last hold ends or ended, `address` where that was made from and `network` the /48
    around it, for IPv4 the address itself; both are empty if unknown. The rows are locked after the
    seats; they have no foreign keys in the database, because their locks would come first.
    """

    show = models.ForeignKey(
        Show, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    began_at = models.DateTimeField()
    quiet_from = models.DateTimeField()
    seats = models.PositiveSmallIntegerField()
    address = models.CharField(max_length=45)
    network = models.CharField(max_length=45, db_default="")

    class Meta:
        indexes = [models.Index(fields=["show", "network"], name="chain_by_network")]
        constraints = [
            models.UniqueConstraint(fields=["user", "show"], name="chain_once"),
        ]

    def __str__(self) -> str:
        return f"holds of user {self.user_id} on show {self.show_id}"
