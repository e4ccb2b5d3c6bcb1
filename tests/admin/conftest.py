"""The users of the admin: Olga and Otto, with a theater, a show and a customer each, and Ada."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bookings.booking import book_seats
from bookings.models import Booking
from bookings.order import Order
from movies.models import Movie
from shows.models import Show
from shows.scheduling import Pricing, schedule_show
from theaters.models import Theater
from theaters.services import open_theater
from users.models import User


@pytest.fixture
def at_desk(db: None) -> Callable[[User], Client]:
    """`at_desk(olga)` is her browser, logged in to the admin."""

    def browser_of(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser_of


@pytest.fixture
def ottos(otto: User) -> Theater:
    return open_theater(
        owner=otto, name="Uplink", city="Tokyo", timezone="Asia/Tokyo", currency="JPY"
    )


@pytest.fixture
def ottos_show(ottos: Theater, movie: Movie) -> Show:
    return schedule_show(
        movie=movie,
        screen=ottos.screens.get(),
        starts_at=timezone.now() + timedelta(days=3),
        pricing=Pricing(Decimal(1200)),
    )


@pytest.fixture
def ottos_booking(ottos_show: Show, bob: User) -> Booking:
    pk = book_seats(user_id=bob.pk, order=Order(ottos_show.pk, ["A1", "A2"]))
    return Booking.objects.get(pk=pk)


@pytest.fixture
def olgas_booking(show: Show, alice: User) -> Booking:
    pk = book_seats(user_id=alice.pk, order=Order(show.pk, ["C3", "C4"]))
    return Booking.objects.get(pk=pk)


def page(client: Client, path: str, **data: Any) -> str:
    """Returns the text of a page of the admin. With data, submits a form and follows redirects."""
    address = f"/admin/{path}"
    answer = client.post(address, data, follow=True) if data else client.get(address, follow=True)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()
