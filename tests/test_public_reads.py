"""What anybody may read: clients keep it and ask whether it is current, and it comes compressed."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from movies.models import Movie
from shows.models import Show
from tests.api import As
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db
LIMITS = "limits/"
LISTS = (
    "movies/",
    "theaters/",
    "shows/",
    "programme/?date={day}",
    "theaters/{theater}/screens/",
    "shows/{show}/seats/",
)
ROWS = ("movies/{movie}/", "theaters/{theater}/", "screens/{screen}/")
ORIGIN = "http://localhost:3000"


@pytest.fixture
def path_of(movie: Movie, theater: Theater, screen: Screen, show: Show) -> Callable[[str], str]:
    ids = {"movie": movie.pk, "theater": theater.pk, "screen": screen.pk, "show": show.pk}
    return lambda path: "/api/v1/" + path.format(**ids, day=show.local_date)


def change_all(movie: Movie, theater: Theater, screen: Screen, show: Show) -> None:
    Movie.objects.filter(pk=movie.pk).update(title="Faust")
    Theater.objects.filter(pk=theater.pk).update(name="Capitol")
    Screen.objects.filter(pk=screen.pk).update(name="Blue")
    Show.objects.filter(pk=show.pk).update(format="IMAX")
    show.seats.update(category="premium")


@pytest.mark.parametrize("path", [*LISTS, *ROWS])
def test_who_has_it_gets_304_until_it_changes(
    path: str,
    path_of: Callable[[str], str],
    anyone: APIClient,
    movie: Movie,
    theater: Theater,
    screen: Screen,
    show: Show,
) -> None:
    first = anyone.get(path_of(path))
    assert first.headers["Cache-Control"] == "no-cache"

    def again() -> Any:
        return anyone.get(path_of(path), headers={"If-None-Match": first.headers["ETag"]})

    same = again()
    assert (same.status_code, same.content) == (304, b"")
    for name in ("ETag", "Cache-Control"):
        assert same.headers[name] == first.headers[name]
    change_all(movie, theater, screen, show)
    changed = again()
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", [*LISTS, *ROWS, LIMITS])
def test_a_token_makes_no_difference(
    path: str, path_of: Callable[[str], str], anyone: APIClient, as_: As, alice: User
) -> None:
    mine, anyones = as_(alice).get(path_of(path)), anyone.get(path_of(path))
    assert (mine.content, mine.headers["ETag"]) == (anyones.content, anyones.headers["ETag"])
    assert mine.headers["Cache-Control"] == "no-cache"


def test_free_seats_are_in_the_list_of_shows(
    anyone: APIClient, as_: As, show: Show, alice: User
) -> None:
    before = anyone.get("/api/v1/shows/").headers["ETag"]
    as_(alice).put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["A1"]})
    assert anyone.get("/api/v1/shows/", HTTP_IF_NONE_MATCH=before).status_code == 200


def test_one_show_is_read_whole_for_its_version_leaves_out_free_seats(
    anyone: APIClient, show: Show
) -> None:
    path = f"/api/v1/shows/{show.pk}/"
    etag = anyone.get(path).headers["ETag"]
    assert anyone.get(path, HTTP_IF_NONE_MATCH=etag).status_code == 200


@pytest.mark.parametrize("taken", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8"])
def test_it_is_compressed_for_who_takes_that(taken: str, anyone: APIClient, show: Show) -> None:
    path = f"/api/v1/shows/{show.pk}/seats/"
    plain, zipped = anyone.get(path), anyone.get(path, HTTP_ACCEPT_ENCODING=taken)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert len(zipped.content) < len(plain.content) / 5
    for answer in (plain, zipped):
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("taken", ["", "br", "identity", "gzip;q=0", "br, gzip; q=0.000, *;q=0"])
def test_it_is_plain_for_who_does_not(taken: str, anyone: APIClient, show: Show) -> None:
    answer = anyone.get(f"/api/v1/shows/{show.pk}/seats/", HTTP_ACCEPT_ENCODING=taken)
    assert "Content-Encoding" not in answer.headers
    assert len(answer.json()["seats"]) == 100


def test_either_coding_is_a_copy_of_the_same(anyone: APIClient, show: Show) -> None:
    """RFC 9110, 8.8.3: bytes in two codings have no strong validator in common."""
    path = f"/api/v1/shows/{show.pk}/seats/"
    plain, zipped = anyone.get(path), anyone.get(path, HTTP_ACCEPT_ENCODING="gzip")
    assert zipped.headers["ETag"] == f"W/{plain.headers['ETag']}"
    for has in (plain, zipped):
        for taken in ("", "gzip"):
            tags = {"If-None-Match": has.headers["ETag"], "Accept-Encoding": taken}
            assert anyone.get(path, headers=tags).status_code == 304


def test_little_and_what_can_be_changed_stay_plain(
    anyone: APIClient, movie: Movie, ada: User, as_: As
) -> None:
    """A compressed answer has a weak tag, and that names no version to `If-Match`."""
    Movie.objects.filter(pk=movie.pk).update(description="A bear. " * 300)
    path = f"/api/v1/movies/{movie.pk}/"
    long = anyone.get(path, HTTP_ACCEPT_ENCODING="gzip")
    short = anyone.get("/api/v1/theaters/", HTTP_ACCEPT_ENCODING="gzip")
    for answer in (long, short):
        assert "Content-Encoding" not in answer.headers
    tag = long.headers["ETag"]
    changed = as_(ada).patch(path, {"title": "Faust"}, HTTP_IF_MATCH=tag)
    assert changed.status_code == 200


def test_what_is_not_for_all_is_neither_kept_nor_compressed(
    as_: As, alice: User, make_show: Callable[..., Show]
) -> None:
    client = as_(alice)
    for show in (make_show(), make_show()):
        client.post("/api/v1/bookings/", {"show": show.pk, "seats": ["A1", "A2", "A3", "A4"]})
    answer = client.get("/api/v1/bookings/", HTTP_ACCEPT_ENCODING="gzip")
    assert len(answer.content) > 1000
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in answer.headers
    assert "ETag" not in answer.headers


def test_a_page_of_another_origin_may_poll_without_a_preflight(
    anyone: APIClient, show: Show
) -> None:
    """No header that a page would have to set; what asks before is remembered for a day."""
    path = f"/api/v1/shows/{show.pk}/seats/"
    answer = anyone.get(path, HTTP_ORIGIN=ORIGIN)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert {"origin", "Accept-Encoding"} <= set(answer.headers["Vary"].split(", "))
    asked = anyone.options(
        path,
        HTTP_ORIGIN=ORIGIN,
        HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET",
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS="if-none-match",
    )
    assert asked.headers["Access-Control-Max-Age"] == "86400"
