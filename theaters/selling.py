"""How a theater sells: who is the seller, what is paid where and until when, what is given back."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

MOST_MINUTES = 14 * 24 * 60


class Pays(models.TextChoices):
    """Where a customer of a theater can pay."""

    ONLINE = "online"
    COUNTER = "counter"
    BOTH = "both"


class Selling(models.Model):
    """The settings of a theater's sales. Amounts are in its currency, tax is included in them.

    Without a `refund_policy`, the whole price comes back until CANCEL_UNTIL before the start; with
    one, the share (in percent) of the first step, from the earliest, whose `until_minutes` before
    the start have not passed. `counter_until_minutes` before the start, seats that are booked to be
    paid at the counter are free again; without it they stay booked. Sale ends so many minutes after
    the start: online and, for those who sell for the theater, at the counter. With
    `no_single_seats`, customers may not leave a single seat where they need not.
    """

    pays = models.CharField(
        max_length=7, choices=Pays.choices, default="counter", db_default="counter"
    )
    pay_within_minutes = models.PositiveSmallIntegerField(
        default=15, db_default=15, validators=[MinValueValidator(5), MaxValueValidator(60)]
    )
    counter_until_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MOST_MINUTES)]
    )
    admits_unpaid = models.BooleanField("admits unpaid tickets", default=False, db_default=False)
    booking_fee = models.DecimalField(
        max_digits=8, decimal_places=2, default=0, db_default=0, help_text="For each ticket."
    )
    tax_rate = models.DecimalField(
        max_digits=5, decimal_places=2, default=0, db_default=0, help_text="Percent, in the price."
    )
    refund_policy = models.JSONField(default=list, db_default=[], blank=True)
    fee_refundable = models.BooleanField(default=False, db_default=False)
    checkin_from_minutes = models.PositiveSmallIntegerField(
        default=60, db_default=60, validators=[MaxValueValidator(24 * 60)]
    )
    online_until_minutes = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(24 * 60)]
    )
    counter_sells_until_minutes = models.PositiveSmallIntegerField(
        default=30, db_default=30, validators=[MaxValueValidator(24 * 60)]
    )
    no_single_seats = models.BooleanField(default=False, db_default=False)
    legal_name = models.CharField(max_length=200, blank=True, db_default="")
    legal_address = models.CharField(max_length=300, blank=True, db_default="")
    tax_id = models.CharField(max_length=40, blank=True, db_default="")
    terms_url = models.CharField(max_length=500, blank=True, db_default="")
    privacy_url = models.CharField(max_length=500, blank=True, db_default="")
    terms_version = models.CharField(max_length=40, blank=True, db_default="")

    class Meta:
        abstract = True


NEEDED_OF_SELLERS = ("legal_name", "legal_address", "terms_url", "privacy_url")
IS_SELLER = ~Q(legal_name="") & ~Q(legal_address="") & ~Q(terms_url="") & ~Q(privacy_url="")
SELLING_CONSTRAINTS = [
    models.CheckConstraint(condition=Q(pays__in=Pays.values), name="theater_pays_is_known"),
    models.CheckConstraint(
        condition=Q(pays=Pays.COUNTER) | IS_SELLER, name="theater_sells_online_as_somebody"
    ),
    models.CheckConstraint(
        condition=Q(booking_fee__gte=0) & Q(tax_rate__range=(0, 99)),
        name="theater_fee_and_tax_are_sane",
    ),
]
