"""What people type and paste: amounts, lists, search terms."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Booking
from movies.models import Movie
from shows.models import Seat, Show
from tests.admin.conftest import page
from tests.clock import let_pass
from theaters.models import Screen, Theater
from users.models import User

Desk = Callable[[User], Client]


def show_form(movie: Movie, screen: Screen, **fields: Any) -> dict[str, Any]:
    start = timezone.now() + timedelta(days=9)
    return {
        "movie": movie.pk,
        "screen": screen.pk,
        "starts_at": f"{start:%Y-%m-%d}T20:15",
        "price": "12.50",
        "format": "2D",
    } | fields


def found(client: Client, path: str, **query: str) -> list[Any]:
    answer = client.get(f"/admin/{path}", query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


@pytest.mark.parametrize("zero", ["0", "0.00", "0,00"])
def test_a_price_of_nothing_is_a_price(
    at_desk: Desk, olga: User, movie: Movie, screen: Screen, zero: str
) -> None:
    screen.layout = ["sw"]
    screen.save()
    client = at_desk(olga)
    page(client, "shows/show/add/", **show_form(movie, screen, price_wheelchair=zero))
    show = Show.objects.get()
    assert show.prices == {"wheelchair": "0.00"}
    assert Seat.objects.get(label="A2").price == 0
    data = client.get(f"/admin/shows/show/{show.pk}/change/").context["adminform"].form.initial
    form = show_form(movie, screen, starts_at=f"{data['starts_at']:%Y-%m-%dT%H:%M}")
    free = form | {"price": zero, "price_wheelchair": "", "price_premium": zero}
    page(client, f"shows/show/{show.pk}/change/", **free)
    show.refresh_from_db()
    assert (show.price, show.prices) == (Decimal(0), {"premium": "0.00"})
    assert not Seat.objects.exclude(price=0).exists()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("9,50", "9.50"), ("9,5", "9.50"), (" 9.5\N{NO-BREAK SPACE}", "9.50"), ("1234,5", "1234.50")],
)
def test_a_price_may_have_a_decimal_comma(
    at_desk: Desk, olga: User, movie: Movie, screen: Screen, typed: str, meant: str
) -> None:
    page(at_desk(olga), "shows/show/add/", **show_form(movie, screen, price=typed))
    assert Show.objects.get().price == Decimal(meant)


@pytest.mark.parametrize(
    "typed", ["1,234", "1.234", "1,234.50", "1.234,50", "9,,5", "9,5.0", ",5", "5,", "9 50", "-9,5"]
)
def test_a_price_that_can_be_read_in_two_ways_is_refused(
    at_desk: Desk, olga: User, movie: Movie, screen: Screen, typed: str
) -> None:
    said = page(at_desk(olga), "shows/show/add/", **show_form(movie, screen, price=typed))
    assert "without a mark for thousands" in said
    assert not Show.objects.exists()


@pytest.mark.parametrize(
    "typed",
    ["Drama, Horror", "Drama,Horror,", "Drama\r\nHorror", ", Drama ,\r\n, Horror", "Drama、Horror"],
)
def test_commas_divide_genres(at_desk: Desk, ada: User, typed: str) -> None:
    data = {"title": "Nosferatu", "duration_minutes": "94", "genres": typed, "cast": "Foxx, Jamie"}
    page(at_desk(ada), "movies/movie/add/", **data)
    movie = Movie.objects.get()
    assert (movie.genres, movie.cast) == (["Drama", "Horror"], ["Foxx, Jamie"])


@pytest.mark.parametrize(
    "typed",
    [
        "José Núñez",
        "nunez",
        "NUÑEZ jose",
        "Jose\N{COMBINING ACUTE ACCENT} n",
        "alice@ núñez",
        "úñe ali",
    ],
)
def test_a_customer_is_found_without_accents_and_in_any_order(
    at_desk: Desk, ada: User, olgas_booking: Booking, alice: User, bob: User, typed: str
) -> None:
    User.objects.filter(pk=alice.pk).update(name="José María Núñez")
    client = at_desk(ada)
    assert found(client, "bookings/booking/", q=typed) == [olgas_booking]
    assert found(client, "users/user/", q=typed) == [alice]
    assert found(client, "users/user/", q=f"{typed} bob") == []


@pytest.mark.parametrize("path", ["theaters/theater/", "theaters/screen/", "shows/show/"])
def test_places_are_found_without_accents(
    at_desk: Desk, ada: User, theater: Theater, show: Show, path: str
) -> None:
    Theater.objects.update(name="Kino Müller", city="Łódź")
    for typed in ("muller", "MÜLLER kino") if path == "shows/show/" else ("muller lodz", "Łódź"):
        assert len(found(at_desk(ada), path, q=typed)) == 1


@pytest.mark.parametrize("around", ["  {} ", "\t{}\n", "\N{NO-BREAK SPACE}{}\N{ZERO WIDTH SPACE}"])
def test_what_was_pasted_with_blanks_is_found(
    at_desk: Desk, ada: User, olgas_booking: Booking, movie: Movie, alice: User, around: str
) -> None:
    client = at_desk(ada)
    code = olgas_booking.tickets.latest("pk").code
    for written in (olgas_booking.reference, code, f"{code[:16]} {code[16:]}", alice.email):
        assert found(client, "bookings/booking/", q=around.format(written)) == [olgas_booking]
    assert found(client, "users/user/", q=around.format("alice@example.com")) == [alice]
    assert found(client, "movies/movie/", q=around.format("Metropolis")) == [movie]
    assert len(found(client, "movies/movie/", q=around.format(""))) == 1
    form = {"app_label": "shows", "model_name": "show", "field_name": "movie"}
    answer = client.get("/admin/autocomplete/", form | {"term": around.format("metropolis")})
    assert len(answer.json()["results"]) == 1


def test_a_show_that_runs_is_in_the_list_until_it_ends(
    at_desk: Desk, olga: User, olgas_booking: Booking
) -> None:
    client, show = at_desk(olga), olgas_booking.show
    let_pass(timedelta(days=1, hours=1))
    assert found(client, "shows/show/") == [show]
    assert found(client, "bookings/booking/") == [olgas_booking]
    assert found(client, "shows/show/", when="past") == []
    assert found(client, "bookings/booking/", when="past") == []
    let_pass(timedelta(hours=1))
    assert found(client, "shows/show/") == found(client, "bookings/booking/") == []
    assert found(client, "shows/show/", when="past") == [show]
    assert found(client, "bookings/booking/", when="past") == [olgas_booking]


def test_what_is_past_begins_with_the_newest(
    at_desk: Desk, olga: User, make_show: Callable[..., Show], olgas_booking: Booking
) -> None:
    shows = [olgas_booking.show, make_show(), make_show()]
    client = at_desk(olga)
    assert found(client, "shows/show/") == shows
    let_pass(timedelta(days=30))
    assert found(client, "shows/show/", when="past") == shows[::-1]
    assert found(client, "shows/show/", when="past", o="2") == shows


def test_yen_have_no_decimals(at_desk: Desk, otto: User, ottos_booking: Booking) -> None:
    client, show = at_desk(otto), ottos_booking.show_id
    for path in (
        "bookings/booking/",
        f"bookings/booking/{ottos_booking.pk}/change/",
        "shows/show/",
        f"shows/show/{show}/change/",
    ):
        told = page(client, path).replace("\N{NO-BREAK SPACE}", " ")
        assert "00 JPY" in told
        assert ".00" not in told


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("movies/movie/add/", "title"),
        ("movies/movie/add/", "description"),
        ("movies/movie/add/", "genres"),
        ("movies/movie/add/", "cast"),
        ("theaters/theater/add/", "name"),
        ("theaters/theater/add/", "city"),
        ("theaters/screen/add/", "name"),
        ("shows/show/add/", "format"),
    ],
)
def test_a_form_takes_no_text_that_hides_something(
    at_desk: Desk, ada: User, path: str, field: str
) -> None:
    answer = at_desk(ada).post(f"/admin/{path}", {field: "Metro\u202epolis"})
    errors = answer.context["adminform"].form.errors
    assert errors[field] == ["Leave out the character U+202E at place 6: nobody sees it."]


def test_a_form_keeps_texts_in_the_spelling_of_the_api(at_desk: Desk, ada: User) -> None:
    form = {"title": " Ame\u0301lie\t I ", "duration_minutes": "120", "cast": "Zoe\u0308\r\nBob"}
    page(at_desk(ada), "movies/movie/add/", **form, description="One\r\ntwo")
    film = Movie.objects.get()
    assert (film.title, film.cast) == ("Am\xe9lie I", ["Zo\xeb", "Bob"])
    assert film.description.split() == ["One", "two"]


def test_a_theater_says_how_to_reach_it(at_desk: Desk, ada: User, theater: Theater) -> None:
    client, path = at_desk(ada), f"theaters/theater/{theater.pk}/change/"
    form = {"name": "Babylon", "city": "Berlin", "timezone": "Europe/Berlin", "currency": "EUR"}
    form |= {"owner": str(theater.owner_id)}
    contact = {
        "phone": "030 23125-042",
        "email": "Kasse@Example.com",
        "website": "https://b.example",
        "accent": "#8a1538",
    }
    page(client, path, **form, **contact)
    theater.refresh_from_db()
    assert (theater.phone, theater.email) == ("030 23125-042", "kasse@example.com")
    assert (theater.website, theater.accent) == ("https://b.example", "#8a1538")
    refused = {"phone": "Olga", "email": "kasse", "website": "javascript:x", "accent": "#ffcc00"}
    for name, wrong in refused.items():
        answer = client.post(f"/admin/{path}", form | contact | {name: wrong})
        assert list(answer.context["adminform"].form.errors) == [name]
