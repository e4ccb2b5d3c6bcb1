"""Zero is a value: a price, a coordinate or a turnaround of zero is kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from movies.models import Movie
from shows.models import Seat, Show
from tests.racing import client_of
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db


def test_free_seats_are_shown_and_booked_for_nothing(
    movie: Movie, screen: Screen, olga: User, alice: User
) -> None:
    Screen.objects.update(layout=["sw"])
    new = {
        "movie": movie.pk,
        "screen": screen.pk,
        "starts_at": (timezone.now() + timedelta(days=3)).isoformat(),
        "price": "12.00",
        "prices": {"wheelchair": "0"},
    }
    show = client_of(olga).post("/api/v1/shows/", new).json()
    assert show["prices"] == {"wheelchair": "0.00"}
    seats = client_of(alice).get(f"/api/v1/shows/{show['id']}/seats/").json()["seats"]
    assert [seat["price"] for seat in seats] == ["12.00", "0.00"]
    wish = {"show": show["id"], "seats": ["A2"], "total": "0.00"}
    booked = client_of(alice).post("/api/v1/bookings/", wish)
    assert (booked.status_code, booked.json()["total"]) == (201, "0.00")
    changed = client_of(olga).patch(f"/api/v1/shows/{show['id']}/", {"price": 0, "prices": {}})
    assert (changed.json()["price"], changed.json()["prices"]) == ("0.00", {})
    assert Seat.objects.get(label="A1").price == 0


def test_a_total_of_nothing_is_not_the_price(show: Show, alice: User) -> None:
    wish = {"show": show.pk, "seats": ["A1"], "total": "0"}
    answer = client_of(alice).post("/api/v1/bookings/", wish)
    assert (answer.status_code, answer.json()["code"]) == (409, "price_changed")


def test_a_theater_can_be_on_the_equator_and_have_no_turnaround(
    theater: Theater, screen: Screen, olga: User
) -> None:
    client, path = client_of(olga), f"/api/v1/theaters/{theater.pk}/"
    answer = client.patch(path, {"latitude": 0, "longitude": 0.0}).json()
    assert (answer["latitude"], answer["longitude"]) == (0.0, 0.0)
    assert client.get(path).json()["latitude"] == 0.0
    path = f"/api/v1/screens/{screen.pk}/"
    assert client.patch(path, {"turnaround_minutes": 0}).json()["turnaround_minutes"] == 0
    made = client.post(
        f"/api/v1/theaters/{theater.pk}/screens/", {"name": "Blue", "turnaround_minutes": 0}
    )
    assert made.json()["turnaround_minutes"] == 0
