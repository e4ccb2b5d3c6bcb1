"""Screens and their layouts, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from shows.models import Show
from tests.api import As
from tests.problems import problem
from theaters.models import Screen, Theater
from users.models import User

SCREENS = "/api/v1/screens/"


@pytest.fixture
def add(as_: As, olga: User, theater: Theater) -> Callable[..., Any]:
    """`add(rows=3)` adds such a screen to Olga's theater and returns the response."""
    client = as_(olga)
    return lambda **body: client.post(
        f"/api/v1/theaters/{theater.pk}/screens/", {"name": "Blue", **body}
    )


def test_ten_by_ten_when_left_out(add: Callable[..., Any], theater: Theater) -> None:
    answer = add()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": answer.json()["id"],
        "theater": theater.pk,
        "name": "Blue",
        "rows": 10,
        "columns": 10,
        "layout": ["ssssssssss"] * 10,
        "turnaround_minutes": 15,
    }


def test_rows_and_columns_make_a_plain_grid(add: Callable[..., Any]) -> None:
    assert add(rows=2, columns=3).json()["layout"] == ["sss", "sss"]
    assert add(name="Wide", columns=50).json()["layout"] == ["s" * 50] * 10


def test_a_layout_says_how_large_it_is(add: Callable[..., Any]) -> None:
    layout = ["ss_ss", "_____", "prwxp"]
    answer = add(layout=layout, turnaround_minutes=0).json()
    assert (answer["rows"], answer["columns"], answer["layout"]) == (3, 5, layout)
    assert answer["turnaround_minutes"] == 0
    assert add(name="Same", layout=layout, rows=3, columns=5).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"layout": ["ss", "s"]}, "layout"),
        ({"layout": []}, "layout"),
        ({"layout": [""]}, "layout.0"),
        ({"layout": ["sz"]}, "layout"),
        ({"layout": ["S"]}, "layout"),
        ({"layout": ["ｓ"]}, "layout"),
        ({"layout": ["s s"]}, "layout"),
        ({"layout": [" s"]}, "layout"),
        ({"layout": ["xx", "__"]}, "layout"),
        ({"layout": ["s" * 51]}, "layout.0"),
        ({"layout": ["s"] * 51}, "layout"),
        ({"layout": "ss"}, "layout"),
        ({"layout": [1]}, "layout.0"),
        ({"layout": None}, "layout"),
        ({"layout": ["ss"], "rows": 2}, "rows"),
        ({"layout": ["ss"], "columns": 1}, "columns"),
        ({"rows": 0}, "rows"),
        ({"rows": 51}, "rows"),
        ({"rows": -1}, "rows"),
        ({"rows": "5"}, "rows"),
        ({"columns": 5.0}, "columns"),
        ({"columns": True}, "columns"),
        ({"turnaround_minutes": -1}, "turnaround_minutes"),
        ({"turnaround_minutes": 1441}, "turnaround_minutes"),
        ({"name": ""}, "name"),
    ],
)
def test_a_bad_screen_is_refused_by_name(
    add: Callable[..., Any], body: dict[str, Any], field: str
) -> None:
    assert [row["field"] for row in problem(add(**body), 400)["errors"]] == [field]
    assert not Screen.objects.exists()


def test_a_name_is_free_once_in_a_theater(add: Callable[..., Any]) -> None:
    first = add().json()
    said = problem(add(), 400, "name_taken")
    assert said["errors"][0]["field"] == "name"
    assert add(name="Red").status_code == 201
    assert first["name"] == "Blue"


def test_renaming_to_a_taken_name_is_refused(as_: As, olga: User, screen: Screen) -> None:
    Screen.objects.create(theater=screen.theater, name="Red")
    problem(as_(olga).patch(f"{SCREENS}{screen.pk}/", {"name": "Red"}), 400, "name_taken")


def test_a_changed_layout_counts_for_later_shows(
    as_: As, olga: User, show: Show, anyone: APIClient
) -> None:
    screen = f"{SCREENS}{show.screen_id}/"
    assert as_(olga).patch(screen, {"layout": ["pp"]}).json()["columns"] == 2
    assert anyone.get(screen).json()["layout"] == ["pp"]
    assert anyone.get(f"/api/v1/shows/{show.pk}/").json()["seats_total"] == 100


def test_rows_alone_replace_the_layout_by_a_grid(as_: As, olga: User, screen: Screen) -> None:
    client = as_(olga)
    client.patch(f"{SCREENS}{screen.pk}/", {"layout": ["p_p"]})
    assert client.patch(f"{SCREENS}{screen.pk}/", {"rows": 2}).json()["layout"] == ["sss", "sss"]
    assert client.patch(f"{SCREENS}{screen.pk}/", {"name": "X"}).json()["rows"] == 2
    problem(client.patch(f"{SCREENS}{screen.pk}/", {"layout": ["ss", "s"]}), 400, "invalid_layout")


def test_a_screen_without_shows_is_deleted(as_: As, olga: User, screen: Screen) -> None:
    assert as_(olga).delete(f"{SCREENS}{screen.pk}/").status_code == 204
    assert not Screen.objects.exists()


def test_a_screen_with_shows_stays(as_: As, olga: User, show: Show) -> None:
    problem(as_(olga).delete(f"{SCREENS}{show.screen_id}/"), 409, "in_use")


def test_the_screens_of_an_unknown_theater(anyone: APIClient, db: None) -> None:
    problem(anyone.get("/api/v1/theaters/999999/screens/"), 404, "not_found")


def test_the_size_that_it_has_already_keeps_the_aisles(as_: As, olga: User, screen: Screen) -> None:
    layout = ["ss_p", "ss_p"]
    Screen.objects.update(layout=layout, turnaround_minutes=20)
    client, path = as_(olga), f"{SCREENS}{screen.pk}/"
    for body in ({"rows": 2}, {"columns": 4}, {"name": "Blue", "rows": 2, "columns": 4}):
        assert client.patch(path, body).json()["layout"] == layout
    assert client.patch(path, {"rows": 2, "columns": 3}).json()["layout"] == ["sss", "sss"]
