"""The price from which a show is advertised."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from shows.models import Seat, Show
from theaters.models import Screen, Theater

pytestmark = pytest.mark.django_db


def price_from(client: APIClient, show: Show) -> Any:
    one = client.get(f"/api/v1/shows/{show.pk}/").json()["price_from"]
    (listed,) = client.get("/api/v1/shows/").json()["results"]
    assert listed["price_from"] == one
    return one


@pytest.mark.parametrize(
    ("layout", "prices", "lowest"),
    [
        (["ss", "pp"], {}, "10.00"),
        (["ss", "pp"], {"premium": "15.00"}, "10.00"),
        (["ss", "pp"], {"premium": "7.00"}, "7.00"),
        (["ss"], {"premium": "7.00"}, "10.00"),
        (["sw"], {"wheelchair": "0.00", "premium": "5.00"}, "0.00"),
        (["ss", "pp"], {"standard": "12.00", "premium": "15.00"}, "12.00"),
        (["ss", "pp"], {"standard": "12.00"}, "10.00"),
        (["sx", "xx"], {"standard": "9.00"}, "9.00"),
    ],
)
def test_it_is_what_the_cheapest_seat_costs(
    anyone: APIClient,
    make_show: Callable[..., Show],
    screen: Screen,
    layout: list[str],
    prices: dict[str, str],
    lowest: str,
) -> None:
    screen.layout = layout
    assert price_from(anyone, make_show(price=Decimal(10), prices=prices)) == lowest


def test_it_includes_the_booking_fee(
    anyone: APIClient, make_show: Callable[..., Show], screen: Screen
) -> None:
    Theater.objects.update(booking_fee="0.50")
    assert price_from(anyone, make_show(price=Decimal("9.90"))) == "10.40"


def test_sold_seats_and_their_old_prices_change_nothing(
    anyone: APIClient, make_show: Callable[..., Show], screen: Screen
) -> None:
    show = make_show(price=Decimal(10), prices={"standard": "8.00"})
    Seat.objects.update(status="booked", price=3)
    assert price_from(anyone, show) == "8.00"


def test_a_show_without_seats_for_sale_has_one_all_the_same(
    anyone: APIClient, make_show: Callable[..., Show]
) -> None:
    show = make_show(price=Decimal(10), prices={"standard": "8.00"})
    Seat.objects.update(status="blocked")
    assert price_from(anyone, show) == "10.00"
