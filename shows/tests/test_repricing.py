"""New prices for many shows."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bookings.booking import book_seats
from bookings.models import Ticket
from bookings.order import Order
from core.failures import NotFound
from shows.models import Seat, Show
from shows.repricing import reprice_shows
from shows.scheduling import Pricing
from theaters.currencies import NotWhole
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
MakeShow = Callable[..., Show]
PRICE = Pricing(Decimal(9), {"premium": Decimal(11)})


@pytest.fixture
def sold(make_show: MakeShow, alice: User) -> Show:
    show = make_show()
    book_seats(user_id=alice.pk, order=Order(show.pk, ["A1"]))
    return show


def test_all_shows_get_the_prices_and_sold_seats_keep_theirs(
    olga: User, sold: Show, make_show: MakeShow
) -> None:
    free = make_show()
    done = reprice_shows(user=olga, shows=[sold.pk, free.pk], pricing=PRICE)
    assert done == (2, 0)
    assert set(Seat.objects.exclude(label="A1").values_list("price", flat=True)) == {Decimal(9)}
    assert Seat.objects.get(show=sold, label="A1").price == Ticket.objects.get().price == 250
    sold.refresh_from_db()
    assert (sold.price, sold.prices) == (Decimal(9), {"premium": "11.00"})


def test_sold_shows_can_be_left_out(olga: User, sold: Show, make_show: MakeShow) -> None:
    free = make_show()
    done = reprice_shows(user=olga, shows=[sold.pk, free.pk], pricing=PRICE, only_unsold=True)
    assert done == (1, 1)
    assert set(Show.objects.values_list("pk", "price")) == {
        (sold.pk, Decimal(250)),
        (free.pk, Decimal(9)),
    }


def test_what_is_cancelled_or_has_begun_stays_as_it_is(olga: User, make_show: MakeShow) -> None:
    begun = make_show(starts_at=timezone.now() - timedelta(minutes=1))
    gone = make_show(status="cancelled")
    assert reprice_shows(user=olga, shows=[begun.pk, gone.pk], pricing=PRICE) == (0, 2)
    assert set(Show.objects.values_list("price", flat=True)) == {Decimal(250)}


def test_another_owners_show_among_them_refuses_all(
    olga: User, otto: User, sold: Show, make_show: MakeShow
) -> None:
    theirs = Theater.objects.create(name="Uplink", city="Tokyo", currency="JPY", owner=otto)
    other = make_show(screen=theirs.screens.create(name="1"))
    with pytest.raises(NotFound):
        reprice_shows(user=olga, shows=[sold.pk, other.pk], pricing=PRICE)
    assert set(Show.objects.values_list("price", flat=True)) == {Decimal(250)}


def test_an_amount_that_a_currency_does_not_have_changes_none(
    olga: User, sold: Show, make_show: MakeShow, theater: Theater
) -> None:
    Theater.objects.filter(pk=theater.pk).update(currency="JPY")
    with pytest.raises(NotWhole):
        reprice_shows(user=olga, shows=[sold.pk], pricing=Pricing(Decimal("9.50")))
    sold.refresh_from_db()
    assert sold.price == 250
