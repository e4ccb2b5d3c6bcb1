"""What makes a ticket cheaper: its type, and vouchers."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q

from core.postgres.clock import StatementTime
from movies.models import Movie
from theaters.models import Theater
from theaters.policy import Action
from users.models import User

MOST_MOVIES = 100
IS_USE = Q(bookings__status="confirmed") | Q(
    bookings__status="pending", bookings__pay_until__gt=StatementTime()
)


class PriceKind(models.TextChoices):
    """What the value of a ticket type means: percent of the seat's price, an amount, nothing."""

    SHARE = "share"
    AMOUNT = "amount"
    AS_IS = "as_is"


VOUCHER_KINDS = (PriceKind.SHARE.value, PriceKind.AMOUNT.value)


class OfTheater(models.QuerySet[Any]):
    """Rows that belong to theaters."""

    def where_may(self, user: User, action: Action) -> "OfTheater":
        """Returns those of theaters in which the policy allows the user the action."""
        return self.filter(theater__in=Theater.objects.where_may(user, action))


class VoucherQuerySet(OfTheater):
    def shown(self) -> "VoucherQuerySet":
        """Returns them with what belongs to each: its theater, its movies, and its `uses`."""
        uses = Count("bookings", filter=IS_USE)
        return self.select_related("theater").prefetch_related("movies").annotate(uses=uses)  # type: ignore[no-any-return]


class TicketType(models.Model):
    """Whom a ticket is for, such as a child. A share of 50 costs half of the seat's price, an
    amount costs that much; without categories it is for seats of all of them."""

    theater = models.ForeignKey(Theater, models.CASCADE, related_name="ticket_types")
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=6, choices=PriceKind.choices, default=PriceKind.AS_IS)
    value = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    categories = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    at_most = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = OfTheater.as_manager()

    class Meta:
        ordering = ["theater_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["theater", "name"], name="ticket_type_once"),
            models.CheckConstraint(
                condition=Q(kind=PriceKind.AS_IS, value=0)
                | Q(kind=PriceKind.SHARE, value__range=(0, 100))
                | Q(kind=PriceKind.AMOUNT, value__gte=0),
                name="ticket_type_value_fits_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Voucher(models.Model):
    """A code that takes percent of the prices, or an amount of their sum, off a booking.

    `code` is stored in upper case. Its uses are not stored: they are its bookings that are
    confirmed, or pending and not lapsed, counted with its row locked.
    """

    theater = models.ForeignKey(Theater, models.CASCADE, related_name="vouchers", db_index=False)
    code = models.CharField(max_length=30)
    kind = models.CharField(
        max_length=6, choices=[("share", "Share"), ("amount", "Amount")], default=PriceKind.SHARE
    )
    value = models.DecimalField(max_digits=10, decimal_places=2)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    movies = models.ManyToManyField(Movie, blank=True, related_name="+")
    uses_at_most = models.PositiveIntegerField(null=True, blank=True)
    uses_per_customer = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=StatementTime())

    objects = VoucherQuerySet.as_manager()
    also_versioned: ClassVar[tuple[str, ...]] = ("movie_ids",)

    class Meta:
        ordering = ["theater_id", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["theater", "code"], name="voucher_code_once"),
            models.CheckConstraint(
                condition=Q(code__regex="^[A-Z0-9-]{3,30}$"), name="voucher_code_can_be_typed"
            ),
            models.CheckConstraint(
                condition=Q(kind=PriceKind.SHARE, value__range=(0, 100))
                | Q(kind=PriceKind.AMOUNT, value__gte=0),
                name="voucher_value_fits_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def movie_ids(self) -> list[int]:
        """The movies for which it is, none for all."""
        return sorted(movie.pk for movie in self.movies.all())
