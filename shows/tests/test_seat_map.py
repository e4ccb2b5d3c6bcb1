"""The seat map: what everyone sees before they choose."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from shows.models import Show
from tests.api import As, book
from tests.clock import let_pass
from tests.queries import queries_at_most
from theaters.models import Screen
from users.models import User


def statuses(anyone: APIClient, show: Show) -> dict[str, str]:
    seats = anyone.get(f"/api/v1/shows/{show.pk}/seats/").json()["seats"]
    return {seat["label"]: seat["status"] for seat in seats}


def test_it_has_all_that_a_client_needs_to_draw(anyone: APIClient, show: Show) -> None:
    body = anyone.get(f"/api/v1/shows/{show.pk}/seats/").json()
    assert {key: body[key] for key in ("show", "rows", "columns", "currency")} == {
        "show": show.pk,
        "rows": 10,
        "columns": 10,
        "currency": "EUR",
    }
    assert len(body["seats"]) == 100
    assert body["seats"][0] == {
        "label": "A1",
        "row": "A",
        "number": 1,
        "line": 1,
        "column": 1,
        "category": "standard",
        "price": "250.00",
        "status": "available",
    }
    assert [seat["label"] for seat in body["seats"]][8:12] == ["A9", "A10", "B1", "B2"]


def test_a_layout_gives_categories_aisles_and_seats_not_for_sale(
    anyone: APIClient, make_show: Callable[..., Show], screen: Screen
) -> None:
    screen.layout = ["ss_pp", "_____", "w_rrx"]
    show = make_show(rows=3, columns=5, prices={"premium": "300.00", "recliner": "400.50"})
    body = anyone.get(f"/api/v1/shows/{show.pk}/seats/").json()
    assert (body["rows"], body["columns"]) == (3, 5)
    shape = [
        (s["label"], s["line"], s["column"], s["category"], s["price"], s["status"])
        for s in body["seats"]
    ]
    assert shape == [
        ("A1", 1, 1, "standard", "250.00", "available"),
        ("A2", 1, 2, "standard", "250.00", "available"),
        ("A3", 1, 4, "premium", "300.00", "available"),
        ("A4", 1, 5, "premium", "300.00", "available"),
        ("B1", 3, 1, "wheelchair", "250.00", "available"),
        ("B2", 3, 3, "recliner", "400.50", "available"),
        ("B3", 3, 4, "recliner", "400.50", "available"),
        ("B4", 3, 5, "standard", "250.00", "blocked"),
    ]


def test_a_show_may_have_a_single_seat(
    anyone: APIClient, as_: As, make_show: Callable[..., Show], screen: Screen, alice: User
) -> None:
    screen.layout = ["_s"]
    show = make_show(rows=1, columns=2)
    body = anyone.get(f"/api/v1/shows/{show.pk}/seats/").json()
    assert (body["rows"], body["columns"], body["currency"]) == (1, 2, "EUR")
    assert [seat["label"] for seat in body["seats"]] == ["A1"]
    client = as_(alice)
    url = f"/api/v1/shows/{show.pk}/hold/"
    for hold in (client.put(url, {"seats": ["A1"]}), client.get(url)):
        assert [seat["label"] for seat in hold.json()["seats"]] == ["A1"]
    booked = book(client, show)
    assert [ticket["seat"] for ticket in booked.json()["tickets"]] == ["A1"]


def test_it_shows_which_seats_are_taken_but_not_by_whom(
    anyone: APIClient, as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    book(client, show, "B1")
    client.put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["A1"]})
    answer = anyone.get(f"/api/v1/shows/{show.pk}/seats/")
    seen = statuses(anyone, show)
    assert (seen["A1"], seen["B1"], seen["A2"]) == ("selected", "booked", "available")
    assert b"alice" not in answer.content.lower()
    assert b"held" not in answer.content


def test_a_lapsed_hold_is_free_before_anybody_tidies_up(
    anyone: APIClient, as_: As, show: Show, alice: User
) -> None:
    as_(alice).put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["A1"]})
    let_pass(timedelta(minutes=7, seconds=50))
    assert statuses(anyone, show)["A1"] == "selected"
    let_pass(timedelta(seconds=10))
    assert statuses(anyone, show)["A1"] == "available"


def test_a_client_that_has_it_gets_304_until_it_changes(
    anyone: APIClient, as_: As, show: Show, alice: User
) -> None:
    url = f"/api/v1/shows/{show.pk}/seats/"
    first = anyone.get(url)
    assert first.headers["Cache-Control"] == "no-cache"

    def again() -> Any:
        return anyone.get(url, headers={"If-None-Match": first.headers["ETag"]})

    same = again()
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    as_(alice).put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["A1"]})
    held = again()
    assert held.status_code == 200
    let_pass(timedelta(minutes=9))
    assert again().status_code == 304


@pytest.mark.parametrize("label", ["A1", "E5", "J10"])
def test_a_change_of_any_seat_changes_the_map(
    anyone: APIClient, as_: As, show: Show, alice: User, label: str
) -> None:
    url = f"/api/v1/shows/{show.pk}/seats/"
    before = anyone.get(url).headers["ETag"]
    as_(alice).put(f"/api/v1/shows/{show.pk}/hold/", {"seats": [label]})
    assert anyone.get(url).headers["ETag"] != before


@pytest.mark.parametrize("tags", ['"other", {}', "W/{}", "*"])
def test_if_none_match_is_read_as_rfc_9110_says(anyone: APIClient, show: Show, tags: str) -> None:
    url = f"/api/v1/shows/{show.pk}/seats/"
    etag = anyone.get(url).headers["ETag"]
    assert anyone.get(url, headers={"If-None-Match": tags.format(etag)}).status_code == 304


def test_it_takes_one_query(anyone: APIClient, show: Show) -> None:
    with queries_at_most(1):
        anyone.get(f"/api/v1/shows/{show.pk}/seats/")


@pytest.mark.parametrize("show_id", ["999999", "9" * 19, "0", "-1", "x"])
def test_an_unknown_show_is_404(anyone: APIClient, db: None, show_id: str) -> None:
    answer = anyone.get(f"/api/v1/shows/{show_id}/seats/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
