"""Movies, theaters, screens and shows in the admin: by the domain's functions, and recorded."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.test import Client
from django.utils import timezone

from bookings.models import Booking
from movies.models import Movie
from shows.models import Seat, Show
from tests.admin.conftest import page
from theaters.models import Screen, Theater
from users.models import User

Desk = Callable[[User], Client]


def entry(user: User, flag: int) -> LogEntry:
    return LogEntry.objects.filter(user=user, action_flag=flag).latest("pk")


def theater_form(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Delphi",
        "city": "Berlin",
        "timezone": "Europe/Berlin",
        "currency": "EUR",
    } | fields


def show_form(movie: Movie, screen: Screen, **fields: Any) -> dict[str, Any]:
    start = timezone.now() + timedelta(days=9)
    return {
        "movie": movie.pk,
        "screen": screen.pk,
        "starts_at": f"{start:%Y-%m-%d}T20:15",
        "price": "12.50",
        "format": "2D",
    } | fields


def test_a_show_is_made_with_its_seats_at_the_theaters_time(
    at_desk: Desk, olga: User, movie: Movie, screen: Screen
) -> None:
    client = at_desk(olga)
    said = page(client, "shows/show/add/", **show_form(movie, screen, price_premium="18"))
    assert "was added successfully" in said
    show = Show.objects.get()
    assert Seat.objects.filter(show=show, price="12.50").count() == 100
    assert show.prices == {"premium": "18.00"}
    assert show.language == "German"
    assert show.starts_at.hour in {18, 19}
    assert "20:15" in page(client, "shows/show/").replace("\N{NO-BREAK SPACE}", " ")
    assert entry(olga, ADDITION).object_id == str(show.pk)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"starts_at": "2020-01-01T20:15"}, "That time has passed"),
        ({"starts_at": "9999-01-01T20:15"}, "more than two years ahead"),
        ({"starts_at": "tomorrow"}, "Write a date and a time"),
        ({"price": "1e5"}, "Write an amount"),
        ({"price": "-1"}, "Write an amount"),
        ({"price_premium": "NaN"}, "Write an amount"),
        ({"price": ""}, "This field is required"),
        ({"movie": "0"}, "Select a valid choice"),
        ({"movie": "9" * 40}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_a_new_show_is_said_in_the_form(
    at_desk: Desk, olga: User, movie: Movie, screen: Screen, fields: Any, sentence: str
) -> None:
    assert sentence in page(at_desk(olga), "shows/show/add/", **(show_form(movie, screen) | fields))
    assert not Show.objects.exists()


def test_a_show_on_somebody_elses_screen_is_not_made(
    at_desk: Desk, olga: User, movie: Movie, ottos: Theater
) -> None:
    said = page(at_desk(olga), "shows/show/add/", **show_form(movie, ottos.screens.get()))
    assert "Select a valid choice" in said
    assert not Show.objects.exists()


def test_an_overlap_names_the_show_in_the_way(
    at_desk: Desk, olga: User, movie: Movie, screen: Screen
) -> None:
    client = at_desk(olga)
    for _ in range(2):
        said = page(client, "shows/show/add/", **show_form(movie, screen))
    told = said.replace("\N{NO-BREAK SPACE}", " ")
    start = timezone.now() + timedelta(days=9)
    assert f"The screen is taken by Metropolis from {start:%a %d %b %Y}, 20:15 CE" in told
    assert f"until {start:%a %d %b %Y}, 23:03 CE" in told
    assert Show.objects.count() == 1


def change_form(show: Show, **fields: Any) -> dict[str, Any]:
    start = show.starts_at.astimezone(timezone.get_fixed_timezone(0))
    form = {"movie": show.movie_id, "price": "250.00", "format": "2D", "starts_at": start}
    return form | fields


def test_new_prices_count_for_unsold_seats(
    at_desk: Desk, olga: User, olgas_booking: Booking
) -> None:
    show = olgas_booking.show
    client = at_desk(olga)
    form = client.get(f"/admin/shows/show/{show.pk}/change/").context["adminform"].form
    start = f"{form.initial['starts_at']:%Y-%m-%dT%H:%M}"
    data = change_form(show, price="300", starts_at=start)
    assert "was changed successfully" in page(client, f"shows/show/{show.pk}/change/", **data)
    assert Seat.objects.filter(show=show, price="300.00").count() == 98
    assert Show.objects.get().starts_at == show.starts_at
    moved = change_form(show, starts_at=f"{show.starts_at + timedelta(days=7):%Y-%m-%dT%H:%M}")
    said = page(client, f"shows/show/{show.pk}/change/", **moved)
    assert "Seats of it are booked, so it cannot be moved." in said
    assert Show.objects.get().starts_at == show.starts_at


def test_a_show_with_bookings_stays_and_one_without_goes(
    at_desk: Desk, olga: User, olgas_booking: Booking, make_show: Callable[..., Show]
) -> None:
    client = at_desk(olga)
    assert "deletelink" not in page(client, f"shows/show/{olgas_booking.show_id}/change/")
    said = page(client, f"shows/show/{olgas_booking.show_id}/delete/", post="yes")
    assert "so it is kept for accounting" in said
    other = make_show()
    assert "deletelink" in page(client, f"shows/show/{other.pk}/change/")
    page(client, f"shows/show/{other.pk}/delete/", post="yes")
    assert list(Show.objects.all()) == [olgas_booking.show]
    assert LogEntry.objects.filter(action_flag=DELETION).count() == 1


def test_an_owner_opens_a_theater_of_their_own(at_desk: Desk, olga: User, ada: User) -> None:
    page(at_desk(olga), "theaters/theater/add/", **theater_form(owner=ada.pk))
    theater = Theater.objects.get()
    assert theater.owner == olga
    assert theater.screens.get().rows == 10


def test_an_admin_gives_a_theater_to_an_owner(
    at_desk: Desk, olga: User, ada: User, alice: User
) -> None:
    client = at_desk(ada)
    page(client, "theaters/theater/add/", **theater_form(owner=alice.pk))
    assert not Theater.objects.exists()
    page(client, "theaters/theater/add/", **theater_form(owner=olga.pk))
    assert Theater.objects.get().owner == olga


def test_the_zone_of_a_theater_with_shows_stays(
    at_desk: Desk, olga: User, show: Show, theater: Theater
) -> None:
    path = f"theaters/theater/{theater.pk}/"
    said = page(at_desk(olga), f"{path}change/", **theater_form(timezone="Asia/Tokyo"))
    assert "Its time zone and currency cannot change" in said
    assert "There is 1 show in this theater" in page(at_desk(olga), f"{path}delete/", post="yes")
    theater.refresh_from_db()
    assert (theater.timezone, theater.name) == ("Europe/Berlin", "Babylon")


@pytest.mark.parametrize(
    ("layout", "sentence"),
    [
        ("ss\nsss", "same length"),
        ("sq", "is not one of"),
        ("__", "at least one seat"),
        ("s" * 51, "at most 50 characters"),
        ("s\n" * 51, "at most 50 lines"),
        ("", "This field is required"),
    ],
)
def test_an_invalid_layout_is_refused(
    at_desk: Desk, olga: User, screen: Screen, layout: str, sentence: str
) -> None:
    data = {"name": "Screen 1", "layout": layout, "turnaround_minutes": "15"}
    assert sentence in page(at_desk(olga), f"theaters/screen/{screen.pk}/change/", **data)
    screen.refresh_from_db()
    assert screen.rows == 10


def test_a_screen_is_typed_as_it_looks(
    at_desk: Desk, olga: User, screen: Screen, theater: Theater
) -> None:
    data = {"name": "Screen 1", "layout": "ss_pp\r\n\r\nssxrr\r\n", "turnaround_minutes": "0"}
    client = at_desk(olga)
    page(client, f"theaters/screen/{screen.pk}/change/", **data)
    screen.refresh_from_db()
    assert screen.layout == ["ss_pp", "ssxrr"]
    assert "layout" in entry(olga, CHANGE).get_change_message()
    said = page(client, "theaters/screen/add/", theater=theater.pk, **data)
    assert "Choose a name that no other" in said
    page(client, "theaters/screen/add/", theater=theater.pk, **{**data, "name": "Two"})
    assert theater.screens.count() == 2


def test_no_screen_is_added_to_somebody_elses_theater(
    at_desk: Desk, olga: User, ottos: Theater
) -> None:
    data = {"theater": ottos.pk, "name": "Mine", "layout": "ss", "turnaround_minutes": "0"}
    assert "Select a valid choice" in page(at_desk(olga), "theaters/screen/add/", **data)
    assert ottos.screens.count() == 1


def test_a_movie_is_added_and_kept_while_it_has_shows(at_desk: Desk, ada: User, show: Show) -> None:
    client = at_desk(ada)
    cast = "Robert Downey, Jr.\nMaria Müller\n"
    data = {"title": "Iron", "duration_minutes": "126", "cast": cast, "genres": "Action"}
    page(client, "movies/movie/add/", **data)
    movie = Movie.objects.get(title="Iron")
    assert movie.cast == ["Robert Downey, Jr.", "Maria Müller"]
    assert entry(ada, ADDITION).object_repr == "Iron"
    bad = {"title": "Iron", "duration_minutes": "0", "poster_url": "javascript:alert(1)"}
    said = page(client, f"movies/movie/{movie.pk}/change/", **bad)
    assert "greater than or equal to 1" in said
    assert "Enter a valid URL" in said
    assert "There is 1 show" in page(client, f"movies/movie/{show.movie_id}/delete/", post="yes")


def test_the_search_for_movies_tolerates_typos(at_desk: Desk, ada: User, movie: Movie) -> None:
    assert "Metropolis" in page(at_desk(ada), "movies/movie/?q=metroplis")


@pytest.mark.parametrize("thing", ["movie", "theater", "screen", "show"])
def test_what_prevents_deleting_is_said_before_it_is_asked(
    at_desk: Desk, ada: User, olgas_booking: Booking, thing: str
) -> None:
    show = olgas_booking.show
    rows = {
        "movie": show.movie, "show": show, "screen": show.screen, "theater": show.screen.theater
    }  # fmt: skip
    path = f"{rows[thing]._meta.app_label}/{thing}/{rows[thing].pk}/delete/"
    client = at_desk(ada)
    said = page(client, path)
    assert f"There is 1 {'booking' if thing == 'show' else 'show'}" in said
    assert "cannot be deleted" in said
    assert "cannot be undone" not in said
    assert "Delete it" not in said
    (what,) = re.findall(r'href="([^"]+)" class="button"', said)
    answer = client.get(unescape(what))
    assert list(answer.context["cl"].result_list) == [olgas_booking if thing == "show" else show]
    for kept in (page(client, path, post="yes"), page(client, path)):
        assert "cannot be deleted" in kept
    assert not LogEntry.objects.filter(action_flag=DELETION).exists()
