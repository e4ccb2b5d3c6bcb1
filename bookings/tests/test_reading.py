"""Reading bookings: the customer's own, and those of the theaters that somebody runs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rest_framework.test import APIClient

from bookings.models import Booking, Ticket
from movies.models import Movie
from shows.models import Show
from tests.api import BOOKINGS, As, book
from tests.clock import let_pass
from tests.queries import queries_at_most
from theaters.models import Theater
from users.models import User


def booked(client: APIClient, show: Show, *labels: str) -> str:
    """The reference of a new booking."""
    return str(book(client, show, *labels).json()["reference"])


def references(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["reference"] for row in answer.json()["results"]]


def test_only_my_bookings_are_listed_newest_first(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    client = as_(alice)
    made = [booked(client, show, "A1"), booked(client, show, "A2")]
    booked(as_(bob), show, "B1")
    answer = client.get(BOOKINGS)
    assert references(answer) == made[::-1]
    assert answer.json()["count"] == 2
    assert "customer" not in answer.json()["results"][0]


def test_a_booking_has_all_that_a_ticket_has_to_show(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User
) -> None:
    Movie.objects.update(certificate="12A", poster_url="https://posters.example/metropolis.jpg")
    make_show()
    Show.objects.filter(pk=show.pk).update(language="English", format="IMAX")
    client = as_(alice)
    reference = booked(client, show, "A10", "A2")
    body = client.get(f"/api/v1/bookings/{reference}/").json()
    berlin = ZoneInfo("Europe/Berlin")
    assert body["show"] == {
        "id": show.pk,
        "movie": {
            "id": show.movie_id,
            "title": "Metropolis",
            "duration_minutes": 153,
            "certificate": "12A",
            "poster_url": "https://posters.example/metropolis.jpg",
        },
        "theater": {
            "id": show.screen.theater_id,
            "name": "Babylon",
            "city": "Berlin",
            "timezone": "Europe/Berlin",
        },
        "screen": {"id": show.screen_id, "name": "Screen 1"},
        "starts_at": show.starts_at.astimezone(berlin).isoformat(),
        "ends_at": show.ends_at.astimezone(berlin).isoformat(),
        "language": "English",
        "format": "IMAX",
        "status": "scheduled",
    }
    assert [ticket["seat"] for ticket in body["tickets"]] == ["A2", "A10"]
    codes = Ticket.objects.order_by("seat").values_list("code", flat=True)
    assert [ticket["code"] for ticket in body["tickets"]] == list(codes)
    made = Booking.objects.get().created_at.astimezone(berlin).isoformat()
    assert (body["reference"], body["created_at"]) == (reference, made)
    assert (body["total"], body["currency"]) == ("500.00", "EUR")


def test_they_can_be_filtered_by_status_and_time(
    as_: As, make_show: Callable[..., Show], alice: User
) -> None:
    soon, later = make_show(), make_show()
    client = as_(alice)
    past, cancelled, coming = booked(client, soon, "A1"), booked(client, later, "A1"), ""
    coming = booked(client, later, "A2")
    client.post(f"/api/v1/bookings/{cancelled}/cancel/")
    let_pass(soon.starts_at - soon.created_at + timedelta(minutes=1))
    client = as_(alice)

    def listed(query: str) -> list[str]:
        return references(client.get(f"/api/v1/bookings/?{query}"))

    assert listed("status=cancelled") == [cancelled]
    assert listed("upcoming=true") == [coming]
    assert listed("upcoming=false") == [cancelled, past]
    assert listed("upcoming=false&status=confirmed") == [past]
    assert listed("upcoming=true&status=cancelled") == []


def test_those_of_a_cancelled_show_are_not_upcoming(
    as_: As, show: Show, alice: User, olga: User
) -> None:
    client = as_(alice)
    reference = booked(client, show, "A1")
    as_(olga).post(f"/api/v1/shows/{show.pk}/cancel/", {"reason": "No power."})
    assert references(client.get("/api/v1/bookings/?upcoming=true")) == []
    assert references(client.get("/api/v1/bookings/?upcoming=false")) == [reference]


def test_they_can_be_ordered_by_the_start_of_the_show(
    as_: As, make_show: Callable[..., Show], alice: User
) -> None:
    soon, later = make_show(), make_show()
    client = as_(alice)
    made = [booked(client, later, "A1"), booked(client, soon, "A1"), booked(client, later, "A2")]

    def listed(ordering: str) -> list[str]:
        return references(client.get(f"/api/v1/bookings/?ordering={ordering}"))

    assert listed("starts_at") == [made[1], made[0], made[2]]
    assert listed("-starts_at") == [made[0], made[2], made[1]]
    assert listed("-starts_at,-created_at") == [made[2], made[0], made[1]]


@pytest.mark.parametrize("query", ["status=paid", "ordering=user__password", "ordering=show"])
def test_other_values_are_400(as_: As, alice: User, query: str) -> None:
    assert as_(alice).get(f"/api/v1/bookings/?{query}").status_code == 400


def test_owner_and_admin_read_one_by_reference_and_strangers_do_not(
    as_: As, show: Show, alice: User, bob: User, olga: User, otto: User, ada: User
) -> None:
    url = f"/api/v1/bookings/{booked(as_(alice), show, 'A1')}/"
    seen = {user.name: as_(user).get(url).status_code for user in (alice, olga, ada, bob, otto)}
    assert seen == {"Alice": 200, "Olga": 200, "Ada": 200, "Bob": 404, "Otto": 404}


def test_a_strangers_booking_looks_like_one_that_does_not_exist(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    reference = booked(as_(alice), show, "A1")
    client = as_(bob)
    theirs = client.get(f"/api/v1/bookings/{reference}/").json()
    nobodys = client.get("/api/v1/bookings/ABCDEFGHJK/").json()
    assert {**theirs, "request_id": ""} == {**nobodys, "request_id": ""}


@pytest.mark.parametrize("place", ["theaters", "shows"])
def test_whoever_runs_the_theater_sees_its_bookings_with_their_customers(
    as_: As, show: Show, theater: Theater, alice: User, olga: User, ada: User, place: str
) -> None:
    reference = booked(as_(alice), show, "A1")
    number = theater.pk if place == "theaters" else show.pk
    for user in (olga, ada):
        answer = as_(user).get(f"/api/v1/{place}/{number}/bookings/")
        assert references(answer) == [reference]
        customer = answer.json()["results"][0]["customer"]
        assert customer == {"name": "Alice", "email": "alice@example.com"}


@pytest.mark.parametrize("place", ["theaters", "shows"])
def test_other_owners_get_404_and_customers_403_for_any_id(
    as_: As, show: Show, theater: Theater, alice: User, otto: User, place: str
) -> None:
    number = theater.pk if place == "theaters" else show.pk
    ottos, alices = as_(otto), as_(alice)
    for id_ in (number, 999999):
        assert ottos.get(f"/api/v1/{place}/{id_}/bookings/").status_code == 404
        assert alices.get(f"/api/v1/{place}/{id_}/bookings/").status_code == 403


def test_a_demoted_owner_sees_nothing_of_it_any_more(
    as_: As, show: Show, theater: Theater, alice: User, olga: User
) -> None:
    reference = booked(as_(alice), show, "A1")
    User.objects.filter(pk=olga.pk).update(role="user")
    client = as_(olga)
    assert client.get(f"/api/v1/bookings/{reference}/").status_code == 404
    assert client.get(f"/api/v1/theaters/{theater.pk}/bookings/").status_code == 403


def test_a_list_takes_four_queries_however_long(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    for number in range(1, 9):
        booked(client, show, f"A{number}", f"B{number}")
    with queries_at_most(4):
        assert client.get(BOOKINGS).json()["count"] == 8
