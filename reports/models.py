"""Sums of days that are over, so that a report of a year reads thousands of rows, not millions.

They are made from the books by reports.closing and never changed; what is newer than
`Closing.until`, reports read from the books themselves. Amounts are whole minor units.
"""

from django.db import models

from shows.models import Show
from theaters.models import Theater
from users.models import User


class Closing(models.Model):
    """The last of a theater's local days whose sums are stored."""

    theater = models.OneToOneField(
        Theater, models.CASCADE, primary_key=True, related_name="+", db_column="theater_id"
    )
    until = models.DateField()

    def __str__(self) -> str:
        return f"theater {self.theater_id} until {self.until}"


class Report(Theater):
    """What the office's page of reports is of: the theaters that one runs."""

    class Meta:
        proxy = True


class OfDay(models.Model):
    """Sums of a theater's local day."""

    theater = models.ForeignKey(Theater, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["theater", "day"], name="%(class)s_by_day")]

    def __str__(self) -> str:
        return f"theater {self.theater_id} on {self.day}"


class Sold(OfDay):
    """What was sold and taken back on a day, of the ledger's sales and fees."""

    sold = models.IntegerField()
    returned = models.IntegerField()
    sales = models.BigIntegerField()
    fees = models.BigIntegerField()
    given_back = models.BigIntegerField()

    class Meta(OfDay.Meta):
        abstract = True


class DaySales(Sold):
    """What was sold, by channel and ticket type. By show, too, it would be as long as the books."""

    channel = models.CharField(max_length=10)
    type = models.CharField(max_length=40)


class DayShowSales(Sold):
    """What was sold, by show."""

    show = models.ForeignKey(Show, models.CASCADE, related_name="+", db_index=False)


class Moved(OfDay):
    """What came in and went out on a day: the ledger's captures, refunds and refunds that
    bounced. Money that is held apart may be of another currency than the theater's."""

    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=10)
    provider = models.CharField(max_length=20)
    count = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta(OfDay.Meta):
        abstract = True


class DayMoney(Moved):
    """What came in and went out, by who took it and why it went."""

    method = models.CharField(max_length=10)
    reason = models.CharField(max_length=14, null=True)  # noqa: DJ001
    cashier = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)


class DayShowMoney(Moved):
    """What came in and went out, by show; money of no booking has none."""

    show = models.ForeignKey(Show, models.CASCADE, null=True, related_name="+", db_index=False)


class DayTax(OfDay):
    """What the receipts and credit notes of a day say, by tax rate."""

    rate = models.DecimalField(max_digits=5, decimal_places=2)
    receipts = models.IntegerField()
    net = models.BigIntegerField()
    tax = models.BigIntegerField()
    gross = models.BigIntegerField()


class DayShow(OfDay):
    """A show of that day: its seats, its valid tickets, and who came. `gross` is without booking
    fees, `tax` is what is in it."""

    show = models.OneToOneField(Show, models.CASCADE, related_name="+")
    seats = models.IntegerField()
    tickets = models.IntegerField()
    free = models.IntegerField()
    admitted = models.IntegerField()
    gross = models.BigIntegerField()
    tax = models.BigIntegerField()
