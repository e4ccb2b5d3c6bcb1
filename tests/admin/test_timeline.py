"""The timeline of screens, and moving a show from there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from bookings.booking import book_seats
from bookings.models import Booking
from bookings.order import Order
from movies.models import Movie
from shows.models import Seat, Show
from tests.admin.conftest import page
from tests.queries import queries_at_most
from theaters.models import Screen, Theater
from users.models import User
from users.tests.conftest import run_jobs

Desk = Callable[[User], Client]
MakeShow = Callable[..., Show]


def timeline(show: Show, span: str = "day") -> str:
    theater = show.screen.theater_id
    return f"shows/show/timeline/?theater={theater}&day={show.local_date}&span={span}"


def move(client: Client, show: Show, minutes: int = 0, **more: Any) -> str:
    starts_at = show.starts_at + timedelta(minutes=minutes)
    data = {"starts_at": starts_at.isoformat(), "screen": show.screen_id, "reason": "Late film"}
    return page(client, f"shows/show/{show.pk}/move/", **data | more)


@pytest.mark.parametrize("span", ["day", "week"])
def test_a_show_is_seen_with_its_sold_seats(
    at_desk: Desk, olga: User, olgas_booking: Booking, show: Show, span: str
) -> None:
    said = page(at_desk(olga), timeline(show, span))
    assert "2 of 100 sold" in said
    assert "Screen 1" in said


def test_a_week_costs_as_much_as_a_show(
    at_desk: Desk, olga: User, show: Show, make_show: MakeShow
) -> None:
    client = at_desk(olga)
    page(client, timeline(show, "week"))
    for _ in range(2):
        with queries_at_most(8):
            page(client, timeline(show, "week"))
        for _ in range(5):
            make_show()


def test_every_row_is_as_wide_as_the_table(
    at_desk: Desk, olga: User, show: Show, make_show: MakeShow, screen: Screen
) -> None:
    make_show(starts_at=show.free_at, ends_at=show.free_at + timedelta(hours=9),
              free_at=show.free_at + timedelta(hours=9), local_date=show.local_date)  # fmt: skip
    context = at_desk(olga).get(f"/admin/{timeline(show, 'week')}").context
    widths = {
        sum(cell["width"] for cell in cells) for _, rows in context["days"] for _, cells in rows
    }
    assert widths == {context["columns"]}


def test_the_theaters_of_others_are_not_shown(
    at_desk: Desk, otto: User, ottos_show: Show, show: Show
) -> None:
    said = page(at_desk(otto), timeline(show))
    assert "Babylon" not in said
    assert at_desk(otto).get(f"/admin/shows/show/{show.pk}/move/").status_code == 404


@pytest.mark.parametrize(
    "query", ["day=0000-13-99", "day=9999-12-31", "theater=x&span=year", "day="]
)
def test_nonsense_shows_today(at_desk: Desk, olga: User, theater: Theater, query: str) -> None:
    assert "0 shows" in page(at_desk(olga), f"shows/show/timeline/?{query}")


def test_a_small_move_bothers_nobody_and_says_so(
    at_desk: Desk, olga: User, olgas_booking: Booking, show: Show
) -> None:
    client = at_desk(olga)
    wanted = (show.starts_at + timedelta(minutes=15)).isoformat().replace("+", "%2B")
    path = f"shows/show/{show.pk}/move/?starts_at={wanted}&screen={show.screen_id}"
    assert "at most 30 minutes: nobody is mailed" in page(client, path)
    assert "is now on" in move(client, show, 15)
    olgas_booking.refresh_from_db()
    assert not olgas_booking.free_cancellation


def test_a_large_move_tells_customers_and_says_so_before(
    at_desk: Desk, olga: User, olgas_booking: Booking, show: Show
) -> None:
    client = at_desk(olga)
    run_jobs()
    mail.outbox.clear()
    wanted = (show.starts_at + timedelta(minutes=45)).isoformat().replace("+", "%2B")
    said = page(client, f"shows/show/{show.pk}/move/?starts_at={wanted}&screen={show.screen_id}")
    assert "1 booking of 2 seats" in said
    assert "may cancel until the show starts and get everything back" in said
    assert "Say why" in move(client, show, 45, reason="")
    move(client, show, 45)
    run_jobs()
    assert "Late film" in mail.outbox[0].body
    olgas_booking.refresh_from_db()
    assert olgas_booking.free_cancellation


def test_an_unsold_show_moves_to_another_screen_with_its_seats(
    at_desk: Desk, olga: User, show: Show
) -> None:
    small = Screen.objects.create(theater=show.screen.theater, name="Small", layout=["sp"])
    assert "Small" in move(at_desk(olga), show, 10, screen=small.pk)
    show.refresh_from_db()
    assert (show.screen, show.columns) == (small, 2)
    assert Seat.objects.filter(show=show).count() == 2


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_show_that_was_ever_booked_keeps_its_screen(
    at_desk: Desk, olga: User, alice: User, show: Show, olgas_booking: Booking, cancelled: bool
) -> None:
    if cancelled:
        page(at_desk(olga), f"bookings/booking/{olgas_booking.pk}/cancel/", reason="x")
    other = Screen.objects.create(theater=show.screen.theater, name="Other")
    assert "it keeps its screen" in move(at_desk(olga), show, screen=other.pk)
    show.refresh_from_db()
    assert show.screen != other
    assert Seat.objects.filter(show=show).count() == 100


def test_a_move_onto_another_show_is_refused_at_the_form(
    at_desk: Desk, olga: User, show: Show, make_show: MakeShow
) -> None:
    other = make_show()
    minutes = round((other.starts_at - show.starts_at).total_seconds() / 60) + 30
    assert "The screen is taken by Metropolis" in move(at_desk(olga), show, minutes)


def test_a_screen_of_another_theater_is_not_taken(
    at_desk: Desk, olga: User, show: Show, ottos: Theater
) -> None:
    said = move(at_desk(olga), show, screen=ottos.screens.get().pk)
    assert "Select a valid choice" in said


def test_what_has_begun_does_not_move(
    at_desk: Desk, olga: User, alice: User, make_show: MakeShow, movie: Movie
) -> None:
    show = make_show()
    book_seats(user_id=alice.pk, order=Order(show.pk, ["A1"]))
    earlier = timedelta(days=2)
    Show.objects.filter(pk=show.pk).update(starts_at=show.starts_at - earlier)
    assert "The show has begun" in move(at_desk(olga), show, 15)
