"""Bookings and their tickets, which keep their own copy of seat and price."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.postgres.clock import StatementTime
from pricing.models import Voucher
from shows.models import Seat, Show
from theaters.models import Theater
from theaters.policy import Action, may_everywhere
from users.models import User


class BookingStatus(models.TextChoices):
    """The state of a booking.

    A pending one has to be paid until `pay_until` and keeps its seats until then; after that it has
    expired, whatever is stored, unless its money comes while its seats are free.
    """

    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class TicketStatus(models.TextChoices):
    """Whether a ticket admits its holder."""

    PENDING = "pending"
    VALID = "valid"
    VOID = "void"


class Channel(models.TextChoices):
    """How a booking is sold: to be paid online, to be paid at the counter, or by the theater."""

    ONLINE = "online"
    COUNTER = "counter"
    BOX_OFFICE = "box_office"


IS_LIVE = Q(status=BookingStatus.CONFIRMED) | Q(
    status=BookingStatus.PENDING, pay_until__gt=StatementTime()
)
STARTS_LATER = Q(show__starts_at__gt=StatementTime())


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> "BookingQuerySet":
        """Returns those that are confirmed, or pending and in time."""
        return self.filter(IS_LIVE)

    def upcoming(self) -> "BookingQuerySet":
        """Returns those of shows that have not started."""
        return self.filter(STARTS_LATER)

    def to_come(self) -> "BookingQuerySet":
        """Returns live ones of shows that have not started."""
        return self.live().upcoming()

    def over(self) -> "BookingQuerySet":
        """Returns all others: cancelled, expired, or of a show that has started."""
        return self.exclude(IS_LIVE, STARTS_LATER)

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
    """Seats of one show, bought together by one customer, or for somebody by `sold_by`.

    `total` is what its tickets cost, fees included. `pay_until` is set if it has or had to be paid
    until then, `paid_at` when it was. The contact is where its mails go, if not to the customer's
    account. `given_voucher` was given for a show that was broken off.
    """

    reference = models.CharField(max_length=10)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    sold_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    show = models.ForeignKey(Show, models.PROTECT, related_name="bookings")
    status = models.CharField(
        max_length=9, choices=BookingStatus.choices, default=BookingStatus.CONFIRMED
    )
    channel = models.CharField(
        max_length=10, choices=Channel.choices, default=Channel.COUNTER, db_default="counter"
    )
    voucher = models.ForeignKey(
        Voucher, models.PROTECT, null=True, blank=True, related_name="bookings", db_index=False
    )
    total = models.DecimalField(max_digits=10, decimal_places=2)
    contact_name = models.CharField(max_length=80, blank=True, db_default="")
    contact_email = models.CharField(max_length=254, blank=True, db_default="")
    language = models.CharField(max_length=5, blank=True, db_default="")
    terms_version = models.CharField(max_length=40, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=StatementTime())
    pay_until = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    given_voucher = models.ForeignKey(
        Voucher, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    disputed_at = models.DateTimeField(null=True, blank=True)
    free_cancellation = models.BooleanField(default=False, db_default=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["pay_until"], name="booking_to_be_paid", condition=Q(status="pending")
            ),
            models.Index(
                fields=["voucher"], name="booking_by_voucher", condition=Q(voucher__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="booking_reference_once"),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | Q(status="confirmed", cancelled_at__isnull=True)
                | Q(
                    status__in=["pending", "expired"],
                    cancelled_at__isnull=True,
                    pay_until__isnull=False,
                ),
                name="booking_has_the_times_of_its_status",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(sold_by__isnull=False),
                name="booking_is_somebodys",
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
    """The right to one seat, with a copy of its label, category, type and price.

    `price` is without the `discount` of a voucher, `fee` comes on top, and `tax` is included in
    both. `kept` is what a void one does not give back. `issue` counts how often the right was
    issued anew, which makes earlier printed tickets void.
    """

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="tickets")
    seat = models.ForeignKey(Seat, models.SET_NULL, null=True, blank=True, related_name="tickets")
    code = models.CharField(max_length=32)
    label = models.CharField(max_length=5)
    category = models.CharField(max_length=10)
    type = models.CharField(max_length=40, blank=True, db_default="")
    price = models.DecimalField(max_digits=8, decimal_places=2)
    discount = models.DecimalField(max_digits=8, decimal_places=2, default=0, db_default=0)
    fee = models.DecimalField(max_digits=8, decimal_places=2, default=0, db_default=0)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0, db_default=0)
    tax = models.DecimalField(max_digits=8, decimal_places=2, default=0, db_default=0)
    kept = models.DecimalField(max_digits=8, decimal_places=2, default=0, db_default=0)
    status = models.CharField(
        max_length=7, choices=TicketStatus.choices, default=TicketStatus.VALID
    )
    used_at = models.DateTimeField(null=True, blank=True)
    issue = models.PositiveSmallIntegerField(default=0, db_default=0)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="ticket_code_once"),
            models.UniqueConstraint(
                fields=["seat"],
                condition=Q(status="valid"),
                name="ticket_seat_sold_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=TicketStatus.values),
                name="ticket_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(fee__gte=0, discount__gte=0, tax__gte=0, kept__gte=0),
                name="ticket_amounts_are_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.status}"


class ExchangeStatus(models.TextChoices):
    """Whether the difference of an exchange has been paid. One that is open lapses with its
    booking's seat, which is kept for it."""

    OPEN = "open"
    DONE = "done"
    GIVEN_UP = "given_up"


class Exchange(models.Model):
    """A ticket that is exchanged for a dearer one, which is pending until `difference` is paid."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="exchanges")
    old = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    new = models.OneToOneField(Ticket, models.PROTECT, related_name="+")
    difference = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(
        max_length=8, choices=ExchangeStatus.choices, default=ExchangeStatus.OPEN
    )
    pay_until = models.DateTimeField()
    created_at = models.DateTimeField(db_default=StatementTime())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["old"], condition=Q(status="open"), name="exchange_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} for {self.new}"


class TicketKey(models.Model):
    """A key pair (Ed25519) that signs the codes on tickets; the private part is encrypted."""

    id = models.SmallAutoField(primary_key=True)
    public = models.BinaryField(max_length=32)
    private_encrypted = models.CharField(max_length=300)
    created_at = models.DateTimeField(db_default=StatementTime())
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"key {self.pk}"
