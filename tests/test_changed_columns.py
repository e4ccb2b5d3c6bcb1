"""A migration that changes a column's type while old processes serve: 503 once, never 500."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx
import psycopg
import pytest
from django.db import close_old_connections, connection
from rest_framework.test import APIClient

from core.postgres import connection as connections
from movies.models import Movie
from shows.models import Show
from tests.api import As
from tests.problems import problem
from tests.server import Server, Switch
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
OFTEN_ENOUGH_TO_BE_PREPARED = 5
MOVIES = "/api/v1/movies/"


def resize(table: str, column: str, length: int) -> None:
    """As a migration does, in another session than those that serve."""
    with psycopg.connect(**parameters()) as other:
        other.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({length})")


def parameters() -> dict[str, Any]:
    names = {"HOST": "host", "PORT": "port", "USER": "user", "NAME": "dbname"}
    return {name: connection.settings_dict[key] for key, name in names.items()}


@pytest.fixture
def _languages_widen() -> Iterator[None]:
    yield
    resize("movies_movie", "language", 40)


@pytest.fixture
def list_movies(movie: Movie, anyone: APIClient, _languages_widen: None) -> Callable[[], int]:
    anyone.raise_request_exception = False
    return lambda: anyone.get(MOVIES).status_code


def test_a_plan_that_no_longer_fits_is_503_and_then_a_fresh_connection(
    list_movies: Callable[[], int],
) -> None:
    for _ in range(OFTEN_ENOUGH_TO_BE_PREPARED):
        assert list_movies() == 200
    resize("movies_movie", "language", 70)
    assert list_movies() == 503
    close_old_connections()  # as at the end of a request
    assert list_movies() == 200


def test_the_other_connections_of_the_process_are_replaced_unasked(
    list_movies: Callable[[], int],
) -> None:
    def elsewhere() -> int:
        close_old_connections()  # as at the beginning of a request
        return list_movies()

    def hang_up() -> None:
        connection.close()

    with ThreadPoolExecutor(1) as other:
        for _ in range(OFTEN_ENOUGH_TO_BE_PREPARED):
            assert list_movies() == other.submit(elsewhere).result() == 200
        resize("movies_movie", "language", 70)
        assert list_movies() == 503
        assert other.submit(elsewhere).result() == 200
        other.submit(hang_up).result()
    close_old_connections()


def test_without_the_guard_it_is_500_for_ever(
    list_movies: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "is_outdated", lambda error: False)
    for _ in range(OFTEN_ENOUGH_TO_BE_PREPARED):
        assert list_movies() == 200
    resize("movies_movie", "language", 70)
    for _ in range(3):
        assert list_movies() == 500
        close_old_connections()
    connection.close()


@pytest.fixture
def _labels_widen() -> Iterator[None]:
    yield
    resize("shows_seat", "label", 5)


@pytest.mark.usefixtures("_labels_widen")
def test_a_hold_that_meets_it_changes_nothing_and_can_be_repeated(
    as_: As, alice: User, show: Show
) -> None:
    client, address = as_(alice), f"/api/v1/shows/{show.pk}/hold/"
    for number in range(OFTEN_ENOUGH_TO_BE_PREPARED):
        assert client.put(address, {"seats": [f"A{number % 2 + 1}"]}).status_code == 200
    resize("shows_seat", "label", 9)
    refused = client.put(address, {"seats": ["B1", "B2"]})
    problem(refused, 503, "unavailable")
    assert refused.headers["Retry-After"]
    close_old_connections()
    assert [seat["label"] for seat in client.get(address).json()["seats"]] == ["A1"]
    assert client.put(address, {"seats": ["B1", "B2"]}).status_code == 200


@pytest.mark.usefixtures("_languages_widen")
def test_under_load_a_real_server_answers_some_503_and_recovers_by_itself(
    server: Server, switch: Switch, movie: Movie
) -> None:
    switch.cut()
    stop = Event()

    def ask() -> list[int]:
        statuses = []
        with httpx.Client(base_url=server.url, timeout=20) as client:
            while not stop.is_set():
                statuses.append(client.get(MOVIES).status_code)
        return statuses

    with ThreadPoolExecutor(4) as pool, httpx.Client(base_url=server.url, timeout=20) as client:
        loads = [pool.submit(ask) for _ in range(4)]
        for length in (70, 80, 90):
            answers = [client.get(MOVIES).status_code for _ in range(20)]
            assert answers[-1] == 200
            resize("movies_movie", "language", length)
        assert [client.get(MOVIES).status_code for _ in range(20)][-1] == 200
        stop.set()
    seen = [status for load in loads for status in load.result()]
    assert set(seen) == {200, 503}
