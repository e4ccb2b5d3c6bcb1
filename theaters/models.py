"""Theaters, their members, and their screens."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat

from core.postgres.clock import StatementTime
from core.postgres.search import Folded, find_similar
from theaters import policy
from theaters.accent import ACCENT, is_accent
from theaters.layout import MOST_ROWS, grid
from theaters.policy import Action, MembershipRole
from theaters.selling import SELLING_CONSTRAINTS, Selling
from users.emails import LONGEST
from users.models import User

MOST_TURNAROUND_MINUTES = 24 * 60
PHONE = r"[+( ]*[0-9][0-9 +()/-]*"
is_phone = RegexValidator(rf"^{PHONE}\Z", "Write digits, with + ( ) - / and spaces between them.")
is_web_address = URLValidator(schemes=["http", "https"])


class TheaterQuerySet(models.QuerySet["Theater"]):
    def where_may(self, user: User, action: Action) -> "TheaterQuerySet":
        """Returns those in which the policy allows the user the action."""
        if policy.may_everywhere(user):
            return self
        return self.filter(policy.may_q(action, "memberships__"), memberships__user=user.pk)

    def search(self, query: str) -> "TheaterQuerySet":
        """Returns those whose name, city or address resembles the query, best matches first."""
        space = Value(" ")
        text = Folded(Concat("name", space, "city", space, "address"))
        return find_similar(self, query, text)

    def in_city(self, city: str) -> "TheaterQuerySet":
        """Returns those in the city, ignoring case and accents."""
        return self.filter(city__folded=Folded(Value(city)))

    def with_shows(self) -> "TheaterQuerySet":
        """Returns those that have shows, past and cancelled ones included."""
        return self.filter(screens__shows__isnull=False).distinct()


class Theater(Selling):
    """A cinema in one place, with one time zone and one currency.

    `phone`, `email` and `website` are for its customers, and public. `accent` is the color of its
    pages, `#rrggbb` or empty; white text on it has a contrast of at least 4.5:1.
    """

    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=80)
    timezone = models.CharField(max_length=64, default="UTC")
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    phone = models.CharField(max_length=40, blank=True, db_default="", validators=[is_phone])
    email = models.EmailField(blank=True, db_default="")
    website = models.CharField(
        max_length=500, blank=True, db_default="", validators=[is_web_address]
    )
    accent = models.CharField(max_length=7, blank=True, db_default="", validators=[is_accent])
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="theaters")

    objects = TheaterQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(Folded("city"), name="theater_by_city")]
        constraints = [
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"),
                name="theater_currency_is_iso4217",
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90)),
                name="theater_latitude_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(longitude__range=(-180, 180)),
                name="theater_longitude_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=f"^{PHONE}$"),
                name="theater_phone_can_be_dialled",
            ),
            models.CheckConstraint(
                condition=Q(website="") | Q(website__iregex="^https?://"),
                name="theater_website_is_on_the_web",
            ),
            models.CheckConstraint(
                condition=Q(accent="") | Q(accent__regex=f"^{ACCENT}$"),
                name="theater_accent_is_a_color",
            ),
            *SELLING_CONSTRAINTS,
        ]

    def __str__(self) -> str:
        return self.name


class PaymentSettings(Theater):
    """A theater as the office's page of how it sells shows it."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "selling"


class OfTheater(models.QuerySet[Any]):
    """Rows that belong to a theater."""

    def where_may(self, user: User, action: Action) -> "OfTheater":
        """Returns those of theaters in which the policy allows the user the action."""
        return self.filter(theater__in=Theater.objects.where_may(user, action))


class Membership(models.Model):
    """A user's role in a theater, whose rights the policy defines.

    A trigger keeps the owner's row in step with `Theater.owner`.
    """

    theater = models.ForeignKey(
        Theater, models.DO_NOTHING, related_name="memberships", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=MembershipRole.choices)
    since = models.DateTimeField(db_default=StatementTime())

    objects = OfTheater.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "staff member", "staff"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["theater", "user"], name="membership_once"),
            models.UniqueConstraint(
                fields=["theater"],
                condition=Q(role=MembershipRole.OWNER),
                name="theater_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(role__in=MembershipRole.values), name="membership_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        """Returns who is what and where, by names if that takes no query."""
        if Membership.user.is_cached(self) and Membership.theater.is_cached(self):
            return f"{self.user.name}, {self.role} at {self.theater}"
        return f"user {self.user_id}, {self.role} of theater {self.theater_id}"

    @property
    def actions(self) -> list[str]:
        """What the policy lets the member do there, in its order."""
        rights = policy.MEMBERS[MembershipRole(self.role)]
        is_live = self.user.role in rights.accounts
        return [action.value for action in Action if is_live and action in rights.actions]


class Invitation(models.Model):
    """A role in a theater that is offered to whoever has this address, until it expires.

    It counts as long as its inviter may give the role. The key that accepts it is stored nowhere.
    """

    theater = models.ForeignKey(Theater, models.CASCADE, related_name="invitations", db_index=False)
    email = models.EmailField(max_length=LONGEST)
    role = models.CharField(max_length=20, choices=MembershipRole.choices)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=StatementTime())
    expires_at = models.DateTimeField(db_index=True)

    objects = OfTheater.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["email"], name="invitation_by_email")]
        constraints = [
            models.UniqueConstraint(fields=["theater", "email"], name="invitation_once"),
            models.CheckConstraint(
                condition=Q(role__in=policy.GIVEN_ROLES),
                name="invitation_role_can_be_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.role}"


class ScreenQuerySet(models.QuerySet["Screen"]):
    def where_may(self, user: User, action: Action) -> "ScreenQuerySet":
        """Returns those of theaters in which the policy allows the user the action."""
        return self.filter(theater__in=Theater.objects.where_may(user, action))


def ten_by_ten() -> list[str]:
    """Returns the default layout of a screen."""
    return grid(10, 10)


class Screen(models.Model):
    """An auditorium with a layout of seats. Changing the layout affects only shows made later."""

    theater = models.ForeignKey(Theater, models.CASCADE, related_name="screens")
    name = models.CharField(max_length=60)
    layout = ArrayField(models.CharField(max_length=50), size=50, default=ten_by_ten)
    turnaround_minutes = models.PositiveSmallIntegerField(default=15)

    objects = ScreenQuerySet.as_manager()

    class Meta:
        ordering = ["theater_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["theater", "name"], name="screen_name_once"),
            models.CheckConstraint(
                condition=Q(turnaround_minutes__lte=MOST_TURNAROUND_MINUTES),
                name="screen_turnaround_is_sane",
            ),
            models.CheckConstraint(
                condition=Q(layout__len__range=(1, MOST_ROWS)), name="screen_has_rows"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.theater} · {self.name}"

    @property
    def rows(self) -> int:
        return len(self.layout)

    @property
    def columns(self) -> int:
        return len(self.layout[0])
