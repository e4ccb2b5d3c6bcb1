"""Every response has exactly the members that the schema describes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from movies.models import Movie
from shows.models import Show
from tests import contract
from tests.api import As
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db
DOCUMENTS = {"Limits", "Show", "SeatMap", "Hold", "Booking", "BookingWithCustomer", "Movie"}


@pytest.fixture(scope="module")
def schema() -> Any:
    return contract.strict(contract.generated())


def operations(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and the shape of each answer that is or lists one of the documents."""
    for path in schema["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
                name = shape.get("$ref", "").rpartition("/")[2]
                name = name.removeprefix("Paginated").removesuffix("List")
                if status.startswith("2") and name in DOCUMENTS:
                    yield operation["operationId"], shape


@pytest.fixture
def answers(
    as_: As,
    anyone: APIClient,
    alice: User,
    olga: User,
    ada: User,
    make_show: Callable[..., Show],
    movie: Movie,
    screen: Screen,
    theater: Theater,
) -> dict[str, Any]:
    """An answer of each operation."""
    Movie.objects.filter(pk=movie.pk).update(release_date="1927-01-10", genres=["Drama"])
    show = make_show(prices={"premium": "300.00"})
    customer, owner, admin = map(as_, (alice, olga, ada))
    address = f"/api/v1/shows/{show.pk}/"
    new_show = {
        "movie": movie.pk,
        "screen": screen.pk,
        "starts_at": (timezone.now() + timedelta(days=300)).isoformat(timespec="seconds"),
        "price": "12.50",
    }
    made = {
        "add_movie": admin.post("/api/v1/movies/", {"title": "Nosferatu", "duration_minutes": 94}),
        "get_movie": anyone.get(f"/api/v1/movies/{movie.pk}/"),
        "change_movie": admin.patch(f"/api/v1/movies/{movie.pk}/", {"certificate": "6"}),
        "list_movies": anyone.get("/api/v1/movies/"),
        "schedule_show": owner.post("/api/v1/shows/", new_show),
        "get_show": anyone.get(address),
        "change_show": owner.patch(address, {"price": "13.00"}),
        "list_shows": anyone.get("/api/v1/shows/"),
        "get_limits": anyone.get("/api/v1/limits/"),
        "get_seat_map": anyone.get(f"{address}seats/"),
        "hold_seats": customer.put(f"{address}hold/", {"seats": ["A1", "A2"]}),
        "list_holds": customer.get("/api/v1/holds/"),
        "get_hold": customer.get(f"{address}hold/"),
        "book_seats": customer.post("/api/v1/bookings/", {"show": show.pk}),
        "list_bookings": customer.get("/api/v1/bookings/"),
        "list_show_bookings": owner.get(f"{address}bookings/"),
        "list_theater_bookings": owner.get(f"/api/v1/theaters/{theater.pk}/bookings/"),
    }
    booking = made["book_seats"].headers["Location"]
    made["get_booking"] = customer.get(booking)
    made["cancel_booking"] = customer.post(f"{booking}cancel/")
    made["cancel_show"] = owner.post(f"{address}cancel/", {"reason": "No power."})
    return {name: answer.json() for name, answer in made.items()}


def test_every_answer_is_what_the_schema_says(schema: Any, answers: dict[str, Any]) -> None:
    shapes = dict(operations(schema))
    assert shapes.keys() == answers.keys()
    for name, shape in shapes.items():
        faults = contract.faults(schema, shape, answers[name])
        assert not faults, f"{name}: {faults[0]}"
        assert "results" not in answers[name] or answers[name]["results"], f"{name} is empty"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("get_show", {"a_member": "of nobody's"}),
        ("get_show", {"starts_at": "2026-12-31T20:15:00"}),
        ("get_show", {"price": "1e2"}),
        ("get_hold", {"expires_in": "480"}),
        ("get_booking", {"status": "paid"}),
    ],
)
def test_another_answer_is_noticed(
    schema: Any, answers: dict[str, Any], name: str, change: dict[str, Any]
) -> None:
    answers[name] |= change
    with pytest.raises(AssertionError, match=name):
        test_every_answer_is_what_the_schema_says(schema, answers)
