"""Owners change and delete shows; how far, depends on their bookings."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.models import Booking, Ticket
from core.failures import NotFound
from movies.models import Movie
from shows.models import Seat, Show
from shows.scheduling import change_show
from tests.api import As
from tests.clock import let_pass
from tests.locks import locked
from tests.problems import problem
from theaters.models import Screen, Theater
from users.models import User


@pytest.fixture
def change(as_: As, olga: User, show: Show) -> Callable[..., Any]:
    """`change(price="9")` sends such a PATCH of the show and returns the response."""
    client = as_(olga)
    return lambda **body: client.patch(f"/api/v1/shows/{show.pk}/", body)


def booked(show: Show, user: User, label: str = "A1", status: str = "confirmed") -> Booking:
    """Creates a booking in the database."""
    cancelled_at = timezone.now() if status == "cancelled" else None
    if status == "confirmed":
        Seat.objects.filter(show=show, label=label).update(status="booked")
    return Booking.objects.create(
        reference=f"REF{label}",
        show=show,
        user=user,
        total=1,
        status=status,
        cancelled_at=cancelled_at,
    )


def price_of(show: Show, label: str) -> Decimal:
    return Seat.objects.get(show=show, label=label).price


def test_new_prices_apply_at_once_to_unsold_seats(
    change: Callable[..., Any], show: Show, alice: User
) -> None:
    Seat.objects.filter(show=show, label="A2").update(category="premium")
    booked(show, alice)
    answer = change(price="9", prices={"premium": "12.5"})
    assert answer.status_code == 200
    assert (answer.json()["price"], answer.json()["prices"]) == ("9.00", {"premium": "12.50"})
    assert [str(price_of(show, label)) for label in ("A1", "A2", "A3")] == [
        "250.00",
        "12.50",
        "9.00",
    ]


def test_one_price_changes_alone(change: Callable[..., Any], show: Show) -> None:
    change(prices={"premium": "12.50"})
    answer = change(price="9").json()
    assert (answer["price"], answer["prices"]) == ("9.00", {"premium": "12.50"})


def test_other_shows_keep_their_prices_and_seats(
    change: Callable[..., Any], show: Show, make_show: Callable[..., Show], as_: As, olga: User
) -> None:
    other = make_show()
    Seat.objects.filter(show=other).update(price=1)
    assert change(price="9").status_code == 200
    assert as_(olga).delete(f"/api/v1/shows/{show.pk}/").status_code == 204
    assert Seat.objects.filter(show=other, price=1).count() == 100


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_seats_of_other_shows(
    change: Callable[..., Any], show: Show, make_show: Callable[..., Show], as_: As, olga: User
) -> None:
    other, client = make_show(), as_(olga)
    with locked("SELECT FROM shows_seat WHERE show_id = %(show)s FOR UPDATE", show=other.pk):
        assert change(price="9").status_code == 200
        later = (show.starts_at + timedelta(minutes=5)).isoformat()
        assert change(starts_at=later).status_code == 200
        assert client.delete(f"/api/v1/shows/{show.pk}/").status_code == 204
        assert client.patch(f"/api/v1/shows/{other.pk}/", {"price": "9"}).status_code == 503


def test_a_held_seat_gets_the_new_price_and_stays_held(
    change: Callable[..., Any], show: Show, alice: User
) -> None:
    now = timezone.now()
    held = Seat.objects.filter(show=show, label="A1")
    held.update(
        status="selected", held_by=alice, held_since=now, held_until=now + timedelta(minutes=8)
    )
    change(price="9")
    assert held.values_list("status", "price").get() == ("selected", Decimal("9.00"))


def test_moving_a_show(change: Callable[..., Any], show: Show) -> None:
    Screen.objects.update(turnaround_minutes=30)
    start = (show.starts_at + timedelta(days=3)).replace(microsecond=0)
    answer = change(starts_at=start.isoformat())
    assert answer.status_code == 200
    show.refresh_from_db()
    assert show.starts_at == start
    assert show.ends_at == start + timedelta(minutes=153)
    assert show.free_at == start + timedelta(minutes=183)
    assert answer.json()["starts_at"].startswith(show.local_date.isoformat())


def test_another_movie_changes_the_end(change: Callable[..., Any], show: Show) -> None:
    short = Movie.objects.create(title="Un chien andalou", duration_minutes=21)
    assert change(movie=short.pk).json()["movie"]["title"] == "Un chien andalou"
    show.refresh_from_db()
    assert show.ends_at == show.starts_at + timedelta(minutes=21)


def test_moving_ends_holds_made_for_the_old_time(
    change: Callable[..., Any], show: Show, alice: User
) -> None:
    now = timezone.now()
    Seat.objects.filter(show=show, label="A1").update(
        status="selected", held_by=alice, held_since=now, held_until=now + timedelta(minutes=8)
    )
    change(starts_at=(show.starts_at + timedelta(hours=1)).isoformat())
    assert not Seat.objects.filter(status="selected").exists()


def test_moving_ends_the_chains_of_its_holds_and_changes_nothing_else(
    change: Callable[..., Any], show: Show, make_show: Callable[..., Show], as_: As, alice: User
) -> None:
    other, client = make_show(), as_(alice)

    def hold(where: Show, label: str) -> Any:
        return client.put(f"/api/v1/shows/{where.pk}/hold/", {"seats": [label]}).json()

    hold(show, "A1")
    hold(other, "A1")
    Seat.objects.filter(show=show, label="B1").update(status="blocked")
    let_pass(timedelta(minutes=10))
    change(starts_at=(show.starts_at + timedelta(hours=1)).isoformat())
    assert Seat.objects.get(show=show, label="B1").status == "blocked"
    assert hold(show, "A1")["expires_in"] >= 475
    assert hold(other, "A1")["expires_in"] <= 360


def test_a_show_with_live_bookings_stays_where_it_is(
    change: Callable[..., Any], show: Show, alice: User
) -> None:
    booked(show, alice)
    other = Movie.objects.create(title="M", duration_minutes=99)
    problem(change(starts_at=(show.starts_at + timedelta(1)).isoformat()), 409, "has_bookings")
    problem(change(movie=other.pk), 409, "has_bookings")
    same = {"starts_at": show.starts_at.isoformat(), "movie": show.movie_id, "format": "3D"}
    assert change(**same).json()["format"] == "3D"


def test_a_cancelled_booking_does_not_prevent_moving(
    change: Callable[..., Any], show: Show, alice: User
) -> None:
    booked(show, alice, status="cancelled")
    assert change(starts_at=(show.starts_at + timedelta(1)).isoformat()).status_code == 200


def test_moving_onto_another_show_is_refused(
    change: Callable[..., Any], show: Show, make_show: Callable[..., Show]
) -> None:
    other = make_show(
        starts_at=show.free_at,
        ends_at=show.free_at + timedelta(hours=2),
        free_at=show.free_at + timedelta(hours=3),
    )
    said = problem(
        change(starts_at=(show.starts_at + timedelta(minutes=30)).isoformat()),
        409,
        "screen_overlap",
    )
    assert said["show"] == other.pk
    assert change(starts_at=(show.starts_at - timedelta(minutes=40)).isoformat()).status_code == 200


def test_the_bookings_of_another_show_do_not_matter(
    change: Callable[..., Any], show: Show, make_show: Callable[..., Show], alice: User
) -> None:
    booked(make_show(), alice)
    assert change(starts_at=(show.starts_at + timedelta(minutes=5)).isoformat()).status_code == 200


def test_moving_into_the_past_is_refused(change: Callable[..., Any]) -> None:
    problem(change(starts_at="2020-01-01T20:00"), 400, "in_the_past")


def test_a_cancelled_show_cannot_be_changed(change: Callable[..., Any], show: Show) -> None:
    Show.objects.update(status="cancelled")
    problem(change(price="1"), 409, "already_cancelled")
    assert price_of(show, "A1") == Decimal("250.00")


def test_a_show_deleted_a_moment_ago_is_not_found(show: Show) -> None:
    Show.objects.filter(pk=show.pk).delete()
    with pytest.raises(NotFound):
        change_show(show=show, changes={"price": Decimal(9)})


def test_fields_that_cannot_be_set_are_ignored(change: Callable[..., Any], show: Show) -> None:
    answer = change(status="cancelled", currency="USD", seats_available=7, id=1, format="3D").json()
    assert (answer["status"], answer["currency"], answer["id"]) == ("scheduled", "EUR", show.pk)
    assert answer["seats_available"] == 100


@pytest.mark.parametrize(
    ("field", "value"),
    [("price", "1e5"), ("price", None), ("movie", 999_999), ("starts_at", ""), ("format", "")],
)
def test_a_bad_value_is_refused_by_name(
    change: Callable[..., Any], field: str, value: object
) -> None:
    said = problem(change(**{field: value}), 400)
    assert [row["field"] for row in said["errors"]] == [field]


def test_a_change_is_of_that_show_and_no_other(
    as_: As, olga: User, show: Show, make_show: Callable[..., Show]
) -> None:
    shows = [show, make_show(), make_show()]
    changed = shows[1]
    answer = as_(olga).patch(f"/api/v1/shows/{changed.pk}/", {"price": "9.00"})
    assert answer.json()["price"] == "9.00"
    for each in shows:
        each.refresh_from_db()
    assert [str(each.price) for each in shows] == ["250.00", "9.00", "250.00"]


def test_a_show_that_nobody_booked_is_deleted(as_: As, olga: User, show: Show) -> None:
    client = as_(olga)
    assert client.delete(f"/api/v1/shows/{show.pk}/").status_code == 204
    problem(client.get(f"/api/v1/shows/{show.pk}/"), 404, "not_found")
    assert not Seat.objects.exists()


@pytest.mark.parametrize("status", ["confirmed", "cancelled"])
def test_a_show_with_any_booking_stays(
    as_: As, olga: User, show: Show, alice: User, status: str
) -> None:
    booked(show, alice, status=status)
    problem(as_(olga).delete(f"/api/v1/shows/{show.pk}/"), 409, "has_bookings")
    assert Seat.objects.filter(show=show).count() == 100


def test_a_show_whose_bookings_have_lost_their_seats_stays(
    as_: As, olga: User, show: Show, alice: User
) -> None:
    booked(show, alice)
    Ticket.objects.update(seat=None)
    problem(as_(olga).delete(f"/api/v1/shows/{show.pk}/"), 409, "has_bookings")


def test_deleting_a_large_show_takes_few_queries(
    as_: As,
    olga: User,
    make_show: Callable[..., Show],
    screen: Screen,
    django_assert_max_num_queries: Any,
) -> None:
    screen.layout = ["s" * 50] * 50
    show = make_show(rows=50, columns=50)
    client = as_(olga)
    with django_assert_max_num_queries(17):
        assert client.delete(f"/api/v1/shows/{show.pk}/").status_code == 204


@pytest.fixture
def running(show: Show) -> Show:
    """A show that started an hour ago."""
    begun = timezone.now() - timedelta(hours=1)
    times = {"starts_at": begun, "ends_at": begun + timedelta(hours=2)}
    Show.objects.filter(pk=show.pk).update(**times, free_at=begun + timedelta(hours=3))
    return show


def test_a_running_show_accepts_the_values_that_it_has(
    change: Callable[..., Any], anyone: APIClient, running: Show, movie: Movie
) -> None:
    starts_at = anyone.get(f"/api/v1/shows/{running.pk}/").json()["starts_at"]
    on_the_wall = starts_at[:-6]
    for same in (starts_at, on_the_wall):
        answer = change(starts_at=same, movie=movie.pk, language="English")
        assert answer.status_code == 200, answer.content
    assert answer.json()["starts_at"] == starts_at


def test_a_running_show_is_not_moved(change: Callable[..., Any], running: Show) -> None:
    later = (timezone.now() - timedelta(minutes=30)).isoformat()
    problem(change(starts_at=later), 400, "in_the_past")
    other = Movie.objects.create(title="Faust", duration_minutes=90)
    problem(change(movie=other.pk), 400, "in_the_past")


def test_an_old_price_is_not_checked_with_another_change(
    change: Callable[..., Any], show: Show
) -> None:
    Show.objects.filter(pk=show.pk).update(price="250.50")
    Theater.objects.update(currency="JPY")
    assert change(language="Japanese").status_code == 200
    problem(change(price="250.50"), 400, "not_whole")
