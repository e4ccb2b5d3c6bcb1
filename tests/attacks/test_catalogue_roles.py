"""Who may change the catalogue: every path, every method, every role, whatever the id."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from shows.models import Show
from tests.api import As
from tests.problems import problem
from users.models import User

ADMIN_CALLS = [("POST", "movies/"), ("PATCH", "movies/{movie}/"), ("DELETE", "movies/{movie}/")]
OWNER_CALLS = [
    ("PATCH", "theaters/{theater}/"),
    ("DELETE", "theaters/{theater}/"),
    ("POST", "theaters/{theater}/screens/"),
    ("PATCH", "screens/{screen}/"),
    ("DELETE", "screens/{screen}/"),
    ("PATCH", "shows/{show}/"),
    ("DELETE", "shows/{show}/"),
]
CALLS = [*ADMIN_CALLS, *OWNER_CALLS, ("POST", "theaters/"), ("POST", "shows/")]
NOBODYS = dict.fromkeys(("movie", "theater", "screen", "show"), 999_999)


@pytest.fixture
def ids(show: Show) -> dict[str, Any]:
    return {
        "movie": show.movie_id,
        "theater": show.screen.theater_id,
        "screen": show.screen_id,
        "show": show.pk,
    }


@pytest.fixture(autouse=True)
def _nothing_changes(ids: dict[str, Any], show: Show) -> Iterator[None]:
    yield
    show.refresh_from_db()
    assert (show.status, str(show.price)) == ("scheduled", "250.00")
    assert (show.screen.theater.name, show.movie.title) == ("Babylon", "Metropolis")


def call(client: APIClient, method: str, path: str, ids: dict[str, Any]) -> Any:
    body = {"name": "Mine", "title": "Mine", "price": "1", "owner": 1, "status": "cancelled"}
    return client.generic(
        method,
        f"/api/v1/{path.format(**ids)}",
        json.dumps(body),
        content_type="application/json",
    )


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_customer_may_write_nothing_whatever_the_id(
    as_: As, alice: User, ids: dict[str, Any], method: str, path: str
) -> None:
    client = as_(alice)
    there = problem(call(client, method, path, ids), 403, "permission_denied")
    gone = problem(call(client, method, path, NOBODYS), 403, "permission_denied")
    assert there | {"request_id": ""} == gone | {"request_id": ""}


@pytest.mark.parametrize(("method", "path"), ADMIN_CALLS)
def test_an_owner_may_not_manage_movies(
    as_: As, olga: User, ids: dict[str, Any], method: str, path: str
) -> None:
    client = as_(olga)
    problem(call(client, method, path, ids), 403, "permission_denied")
    problem(call(client, method, path, NOBODYS), 403, "permission_denied")


@pytest.mark.parametrize(("method", "path"), OWNER_CALLS)
def test_another_owners_objects_are_not_found(
    as_: As, otto: User, ids: dict[str, Any], method: str, path: str
) -> None:
    client = as_(otto)
    foreign = problem(call(client, method, path, ids), 404, "not_found")
    gone = problem(call(client, method, path, NOBODYS), 404, "not_found")
    assert foreign | {"request_id": ""} == gone | {"request_id": ""}


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_writing_needs_a_token(
    anyone: APIClient, ids: dict[str, Any], method: str, path: str
) -> None:
    problem(call(anyone, method, path, ids), 401, "not_authenticated")


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_demoted_owner_runs_nothing_any_more(
    as_: As, olga: User, ids: dict[str, Any], method: str, path: str
) -> None:
    client = as_(olga)
    User.objects.filter(pk=olga.pk).update(role="user")
    problem(call(client, method, path, ids), 403, "permission_denied")


def test_a_show_on_a_foreign_screen_is_never_made(as_: As, otto: User, ids: dict[str, Any]) -> None:
    client = as_(otto)
    body = {"movie": ids["movie"], "starts_at": "2027-01-01T20:00:00Z", "price": "1"}
    foreign = client.post("/api/v1/shows/", body | {"screen": ids["screen"]})
    gone = client.post("/api/v1/shows/", body | {"screen": 999_999})
    said = problem(foreign, 400, "does_not_exist")
    assert said["errors"][0]["field"] == "screen"
    assert said | {"request_id": ""} == problem(gone, 400) | {"request_id": ""}
    assert Show.objects.count() == 1


@pytest.mark.parametrize("method", ["PUT", "TRACE", "CONNECT", "FOO"])
@pytest.mark.parametrize("path", sorted({path for _, path in CALLS}))
def test_other_methods_are_refused_as_such(
    anyone: APIClient, as_: As, ada: User, ids: dict[str, Any], method: str, path: str
) -> None:
    problem(call(anyone, method, path, ids), 405, "method_not_allowed")
    problem(call(as_(ada), method, path, ids), 405, "method_not_allowed")


def test_a_header_cannot_turn_one_method_into_another(
    as_: As, ada: User, ids: dict[str, Any]
) -> None:
    headers = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"}
    path = f"/api/v1/movies/{ids['movie']}/"
    assert as_(ada).get(f"{path}?_method=DELETE", headers=headers).status_code == 400


def test_a_refusal_says_whom_the_call_is_for(
    as_: As, alice: User, olga: User, ids: dict[str, Any]
) -> None:
    said = problem(call(as_(olga), "POST", "movies/", ids), 403, "permission_denied")
    assert said["detail"] == "This call is for admins."
    said = problem(call(as_(alice), "POST", "theaters/", ids), 403, "permission_denied")
    assert said["detail"] == "This call is for people who run or work at a theater."
