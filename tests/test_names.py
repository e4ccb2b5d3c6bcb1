"""What people write about themselves and their theaters, through the API and the admin."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from movies.models import Movie
from shows.models import Show
from tests.problems import problem
from tests.racing import client_of
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db
EVIL = "Ada\u202etxt"
DOORS = {
    "movies": ["title", "description", "language", "certificate", "genres", "cast"],
    "theaters": ["name", "address", "city"],
    "screens": ["name"],
    "shows": ["language", "format"],
    "users/me": ["name"],
}
each_text = pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind, fields in DOORS.items() for field in fields]
)


@pytest.fixture
def change(
    movie: Movie, theater: Theater, screen: Screen, show: Show, ada: User
) -> Callable[..., Any]:
    """`change("movies", "title", text)` is the answer to an admin's PATCH."""
    rows: dict[str, Any] = {"movies": movie, "theaters": theater, "screens": screen, "shows": show}

    def change_it(kind: str, field: str, text: str) -> Any:
        path = f"/api/v1/{kind}/{rows[kind].pk}/" if kind in rows else f"/api/v1/{kind}/"
        value = [text] if field in {"genres", "cast"} else text
        return client_of(ada).patch(path, {field: value})

    return change_it


@each_text
def test_no_text_hides_characters(change: Callable[..., Any], kind: str, field: str) -> None:
    said = problem(change(kind, field, EVIL), 400, "invisible_characters")
    assert said["errors"][0]["field"].split(".")[0] == field
    assert "U+202E at place 4" in said["detail"]


@each_text
def test_every_text_is_kept_in_one_spelling(
    change: Callable[..., Any], kind: str, field: str
) -> None:
    answer = change(kind, field, " Zoe\u0308 ")
    assert answer.status_code == 200, answer.content
    assert answer.json()[field] in ("Zo\xeb", ["Zo\xeb"])


def test_a_hidden_name_is_refused_at_the_door(anyone: APIClient) -> None:
    body = {"email": "eve@example.com", "password": "purple monkey dishwasher", "name": EVIL}
    problem(anyone.post("/api/v1/auth/register/", body), 400, "invisible_characters")


def test_a_reason_is_read_by_customers(show: Show, olga: User) -> None:
    path = f"/api/v1/shows/{show.pk}/cancel/"
    problem(client_of(olga).post(path, {"reason": EVIL}), 400, "invisible_characters")


def test_a_password_may_hold_anything(anyone: APIClient) -> None:
    body = {
        "email": "eve@example.com",
        "password": "pass\u202eword \u200b\x1b e\u0301",
        "name": "E",
    }
    assert anyone.post("/api/v1/auth/register/", body).status_code == 201
    assert anyone.post("/api/v1/auth/login/", body).status_code == 200


def test_a_seat_is_not_named_by_what_merely_looks_like_it(show: Show, alice: User) -> None:
    path = f"/api/v1/shows/{show.pk}/hold/"
    problem(client_of(alice).put(path, {"seats": ["\u212a1"]}), 400, "unknown_seats")


@pytest.mark.parametrize("city", ["Zürich", "ZÜRICH", "zurich", "Zu\u0308rich", " Zürich "])
@pytest.mark.parametrize("kind", ["movies", "theaters", "shows"])
def test_a_city_is_found_however_it_is_typed(
    anyone: APIClient, show: Show, kind: str, city: str
) -> None:
    Theater.objects.update(city="Zürich")
    assert anyone.get(f"/api/v1/{kind}/", {"city": city}).json()["count"] == 1
    assert anyone.get(f"/api/v1/{kind}/", {"city": "Zug"}).json()["count"] == 0


@pytest.mark.parametrize("name", ["Zo\xeb", "Zoe\u0308"])
def test_what_is_searched_for_has_one_spelling_too(
    anyone: APIClient, theater: Theater, ada: User, bob: User, name: str
) -> None:
    User.objects.filter(pk=bob.pk).update(name="Zo\xeb")
    Theater.objects.update(name="Zo\xeb")
    found = client_of(ada).get("/api/v1/users/", {"search": name}).json()["results"]
    assert [each["id"] for each in found] == [bob.pk]
    assert anyone.get("/api/v1/theaters/", {"search": name}).json()["count"] == 1


def test_older_names_get_the_same_spelling(theater: Theater, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(name="Zoe\u0308")
    Theater.objects.update(name="Zoe\u0308", city="Mu\u0308nchen", address="\u0958" * 300)
    with connection.cursor() as cursor:
        for module in ("theaters.migrations.0002_cities", "users.migrations.0003_one_spelling"):
            cursor.execute(import_module(module).ONE_SPELLING)
    bob.refresh_from_db()
    theater.refresh_from_db()
    assert (bob.name, theater.name, theater.city) == ("Zo\xeb", "Zo\xeb", "M\xfcnchen")
    assert len(theater.address) == 300
