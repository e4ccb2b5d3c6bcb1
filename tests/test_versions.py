"""If-Match: a change is refused if it would undo one that its author has not seen."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from movies.models import Movie
from shows.models import Show
from tests.parallel import at_once
from tests.problems import problem
from tests.racing import client_of, statuses
from theaters import services
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db
KINDS = {
    "movies": ({"certificate": "FSK 6"}, {"title": "Faust", "release_date": "2026-01-31"}),
    "theaters": ({"city": "Potsdam"}, {"latitude": 52.5, "address": "Rosa-Luxemburg-Straße 30"}),
    "screens": ({"name": "Blue"}, {"turnaround_minutes": 0, "layout": ["ss", "pp"]}),
    "shows": (
        {"format": "IMAX"},
        {"price": "9.5", "prices": {"recliner": "1", "premium": "20.00"}},
    ),
}
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def path_of(movie: Movie, theater: Theater, screen: Screen, show: Show) -> Callable[[str], str]:
    rows = {"movies": movie, "theaters": theater, "screens": screen, "shows": show}
    return lambda kind: f"/api/v1/{kind}/{rows[kind].pk}/"


def _etag(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    tag: str = answer.headers["ETag"]
    assert re.fullmatch(r'"\w{24}"', tag)
    return tag


@each_kind
def test_a_change_of_what_was_read_is_made(
    kind: str, path_of: Callable[[str], str], ada: User
) -> None:
    client, path = client_of(ada), path_of(kind)
    for change in KINDS[kind]:
        read = _etag(client.get(path))
        changed = _etag(client.patch(path, change, HTTP_IF_MATCH=read))
        assert changed != read
        assert changed == _etag(client.get(path)), "an answer to a change names what is stored"


@each_kind
def test_a_change_of_what_somebody_else_has_changed_is_refused(
    kind: str, path_of: Callable[[str], str], ada: User
) -> None:
    client, path = client_of(ada), path_of(kind)
    theirs, mine = KINDS[kind]
    read = _etag(client.get(path))
    assert client.patch(path, theirs).status_code == 200
    before = client.get(path).json()
    said = problem(client.patch(path, mine, HTTP_IF_MATCH=read), 412, "precondition_failed")
    assert "Read it again" in said["detail"]
    problem(client.delete(path, HTTP_IF_MATCH=read), 412, "precondition_failed")
    assert client.get(path).json() == before


@each_kind
def test_what_was_read_last_can_be_deleted(
    kind: str, path_of: Callable[[str], str], ada: User
) -> None:
    client, path = client_of(ada), path_of(kind)
    if kind != "shows":
        for show in Show.objects.all():
            assert client.delete(f"/api/v1/shows/{show.pk}/").status_code == 204
    assert client.delete(path, HTTP_IF_MATCH=_etag(client.get(path))).status_code == 204
    problem(client.delete(path, HTTP_IF_MATCH='"gone"'), 404)


@pytest.mark.parametrize(
    "header", ["*", " * ", '"other", {tag}', '{tag}, "other"', 'W/"other",{tag}']
)
def test_any_version_and_one_of_several_match(header: str, movie: Movie, ada: User) -> None:
    client, path = client_of(ada), f"/api/v1/movies/{movie.pk}/"
    header = header.format(tag=_etag(client.get(path)))
    assert client.patch(path, {"title": "Faust"}, HTTP_IF_MATCH=header).status_code == 200


@pytest.mark.parametrize("header", ["W/{tag}", "", "{bare}", '""', '"*"', "nonsense", '"x" {bare}'])
def test_a_weak_or_broken_tag_matches_nothing(header: str, movie: Movie, ada: User) -> None:
    client, path = client_of(ada), f"/api/v1/movies/{movie.pk}/"
    tag = _etag(client.get(path))
    header = header.format(tag=tag, bare=tag.strip('"'))
    answer = client.patch(path, {"title": "Faust"}, HTTP_IF_MATCH=header)
    problem(answer, 412, "precondition_failed")


def test_nobody_learns_versions_of_what_is_not_theirs(theater: Theater, otto: User) -> None:
    path = f"/api/v1/theaters/{theater.pk}/"
    problem(client_of(otto).patch(path, {"name": "Mine"}, HTTP_IF_MATCH='"x"'), 404)


def test_seats_that_are_held_leave_the_version_of_a_show(
    show: Show, anyone: APIClient, alice: User
) -> None:
    path = f"/api/v1/shows/{show.pk}/"
    before = _etag(anyone.get(path))
    client_of(alice).put(f"{path}hold/", {"seats": ["A1"]})
    assert _etag(anyone.get(path)) == before


def test_a_page_of_another_origin_may_send_it(anyone: APIClient) -> None:
    answer = anyone.options(
        "/api/v1/movies/1/",
        HTTP_ORIGIN="http://localhost:3000",
        HTTP_ACCESS_CONTROL_REQUEST_METHOD="PATCH",
    )
    assert "if-match" in answer.headers["Access-Control-Allow-Headers"]


ROUNDS = 10


def _renamed_at_once(theater: Theater, ada: User, number: int) -> list[int]:
    """What eight people get who read the same theater and rename it, each differently."""
    path = f"/api/v1/theaters/{theater.pk}/"
    tag = _etag(client_of(ada).get(path))
    rename = [
        partial(client_of(ada).patch, path, {"name": f"Name {number}.{i}"}, HTTP_IF_MATCH=tag)
        for i in range(8)
    ]
    return statuses(at_once(rename))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("races")
def test_of_eight_who_read_the_same_one_changes_it(theater: Theater, ada: User) -> None:
    for number in range(ROUNDS):
        assert _renamed_at_once(theater, ada, number) == [200, *[412] * 7]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("races")
def test_without_the_lock_several_undo_each_other(
    theater: Theater, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_locked", lambda pk: Theater.objects.get(pk=pk))
    assert any(_renamed_at_once(theater, ada, n).count(200) > 1 for n in range(5 * ROUNDS))
