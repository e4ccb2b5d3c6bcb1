"""Closing an account that has bookings or holds seats."""

from datetime import timedelta

import pytest

from bookings.models import Booking
from core.postgres.clock import StatementTime
from movies.models import Movie
from shows.models import Seat, Show
from tests.api import As
from theaters.models import Screen
from users.models import User

ME = "/api/v1/users/me/"
PASSWORD = {"password": "correct-horse-battery"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def show(movie: Movie, screen: Screen) -> Show:
    """Tomorrow's."""
    starts_at = StatementTime() + timedelta(days=1)
    return Show.objects.create(
        movie=movie,
        screen=screen,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=153),
        free_at=starts_at + timedelta(minutes=168),
        local_date="2030-01-01",
        rows=1,
        columns=1,
        price="10.00",
    )


def test_bookings_of_shows_to_come_keep_it_open(alice: User, as_: As, show: Show) -> None:
    Booking.objects.create(reference="ABCDEFGHJK", user=alice, show=show, total="10.00")
    client = as_(alice)
    answer = client.delete(ME, PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (409, "upcoming_bookings")
    assert client.get(ME).status_code == 200


def test_cancelled_and_past_bookings_are_kept(alice: User, as_: As, show: Show) -> None:
    booking = Booking.objects.create(reference="ABCDEFGHJK", user=alice, show=show, total="10")
    Show.objects.update(starts_at=StatementTime() - timedelta(hours=1))
    assert as_(alice).delete(ME, PASSWORD).status_code == 204
    booking.refresh_from_db()
    assert booking.user
    assert booking.user.name == "Closed account"


def held(show: Show, number: int, user: User) -> Seat:
    """A seat that the user holds."""
    now = StatementTime()
    return Seat.objects.create(
        show=show,
        label=f"A{number}",
        row="A",
        number=number,
        column=number,
        category="standard",
        price="10.00",
        status="selected",
        held_by=user,
        held_since=now,
        held_until=now + timedelta(minutes=8),
    )


def test_closing_frees_the_seats_one_holds_and_no_others(
    alice: User, bob: User, as_: As, show: Show
) -> None:
    mine, his = held(show, 1, alice), held(show, 2, bob)
    assert as_(alice).delete(ME, PASSWORD).status_code == 204
    mine.refresh_from_db()
    his.refresh_from_db()
    assert (mine.status, mine.held_by) == ("available", None)
    assert (his.status, his.held_by) == ("selected", bob)
