"""Admins manage the movies; everybody may read them."""

import pytest
from rest_framework.test import APIClient

from movies.models import Movie
from shows.models import Show
from tests.api import As
from tests.problems import problem
from users.models import User

MOVIES = "/api/v1/movies/"
METROPOLIS = {
    "title": "Metropolis",
    "description": "A city of the future.\nAnd those below it.",
    "duration_minutes": 153,
    "language": "German",
    "genres": ["Drama", "Science fiction"],
    "certificate": "PG",
    "release_date": "1927-01-10",
    "poster_url": "https://example.com/metropolis.jpg",
    "trailer_url": "http://example.com/metropolis",
    "cast": ["Brigitte Helm", "Gustav Fröhlich"],
}


def test_an_admin_adds_a_movie_and_everybody_sees_it(as_: As, ada: User, anyone: APIClient) -> None:
    answer = as_(ada).post(MOVIES, METROPOLIS)
    assert answer.status_code == 201
    assert answer.json() == {"id": answer.json()["id"], **METROPOLIS}
    assert anyone.get(f"{MOVIES}{answer.json()['id']}/").json() == answer.json()
    assert anyone.get(MOVIES).json()["results"] == [answer.json()]


def test_title_and_length_are_enough(as_: As, ada: User) -> None:
    answer = as_(ada).post(MOVIES, {"title": "M", "duration_minutes": 1})
    assert answer.status_code == 201
    assert answer.json() == {
        "id": answer.json()["id"],
        "title": "M",
        "description": "",
        "duration_minutes": 1,
        "language": "",
        "genres": [],
        "certificate": "",
        "release_date": None,
        "poster_url": "",
        "trailer_url": "",
        "cast": [],
    }


def test_only_what_is_sent_changes(as_: As, ada: User, movie: Movie) -> None:
    answer = as_(ada).patch(f"{MOVIES}{movie.pk}/", {"title": "M", "id": 7})
    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["duration_minutes"]) == ("M", 153)
    assert answer.json()["id"] == movie.pk


def test_a_movie_without_shows_is_deleted(as_: As, ada: User, movie: Movie) -> None:
    client = as_(ada)
    assert client.delete(f"{MOVIES}{movie.pk}/").status_code == 204
    problem(client.get(f"{MOVIES}{movie.pk}/"), 404, "not_found")


def test_a_movie_with_shows_stays(as_: As, ada: User, show: Show) -> None:
    client = as_(ada)
    problem(client.delete(f"{MOVIES}{show.movie_id}/"), 409, "in_use")
    assert client.get(f"{MOVIES}{show.movie_id}/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "  "),
        ("title", "x" * 201),
        ("title", 7),
        ("title", None),
        ("duration_minutes", 0),
        ("duration_minutes", 901),
        ("duration_minutes", -5),
        ("duration_minutes", 90.0),
        ("duration_minutes", "90"),
        ("duration_minutes", True),
        ("duration_minutes", 10**30),
        ("genres", "Drama"),
        ("genres", {"a": "Drama"}),
        ("genres", ["Drama"] * 21),
        ("cast", ["Somebody"] * 51),
        ("release_date", "19270110"),
        ("release_date", "1927-W02-1"),
        ("release_date", "1927-02-30"),
        ("release_date", "１９２７-01-10"),
        ("release_date", 1927),
        ("description", "x" * 5001),
    ],
)
def test_a_bad_value_is_refused_by_name(as_: As, ada: User, field: str, value: object) -> None:
    answer = as_(ada).post(MOVIES, METROPOLIS | {field: value})
    assert [row["field"] for row in problem(answer, 400)["errors"]] == [field]
    assert not Movie.objects.exists()


@pytest.mark.parametrize("item", ["", " ", 7, None, True, ["Drama"], "x" * 101])
def test_a_bad_item_of_a_list_is_refused_by_its_place(as_: As, ada: User, item: object) -> None:
    answer = as_(ada).post(MOVIES, METROPOLIS | {"cast": ["Somebody", item]})
    assert [row["field"] for row in problem(answer, 400)["errors"]] == ["cast.1"]
