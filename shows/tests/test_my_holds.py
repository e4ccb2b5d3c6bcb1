"""All that somebody holds, in one call."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from shows.models import Show
from tests.api import As, book, hold, hold_url
from tests.clock import let_pass
from tests.queries import queries_at_most
from users.models import User

HOLDS = "/api/v1/holds/"


def held(client: APIClient, query: str = "") -> list[int]:
    answer = client.get(f"{HOLDS}{query}")
    assert answer.status_code == 200, answer.content
    return [each["show"] for each in answer.json()["results"]]


def test_there_is_an_empty_list_for_who_holds_nothing(as_: As, show: Show, alice: User) -> None:
    answer = as_(alice).get(HOLDS).json()
    assert answer == {"count": 0, "next": None, "previous": None, "results": []}


def test_each_is_the_hold_of_its_show(as_: As, make_show: Callable[..., Show], alice: User) -> None:
    client = as_(alice)
    shows = [make_show() for _ in range(2)]
    hold(client, shows[1], "B2", "B1")
    hold(client, shows[0], "A1")
    listed = client.get(HOLDS).json()
    assert listed["count"] == 2
    for show, seen in zip(reversed(shows), listed["results"], strict=True):
        alone = client.get(hold_url(show)).json()
        assert 0 <= seen.pop("expires_in") - alone.pop("expires_in") <= 1
        assert seen == alone
    assert [seat["label"] for seat in listed["results"][0]["seats"]] == ["B1", "B2"]


def test_what_lapses_first_comes_first_unless_told_otherwise(
    as_: As, make_show: Callable[..., Show], alice: User
) -> None:
    client = as_(alice)
    soon, later = make_show(), make_show()
    hold(client, later, "A1")
    hold(client, soon, "A1")
    assert held(client) == [later.pk, soon.pk]
    assert held(client, "?ordering=-expires_at") == [soon.pk, later.pk]
    assert held(client, "?ordering=starts_at") == [soon.pk, later.pk]
    assert held(client, "?page=2&page_size=1") == [soon.pk]
    assert client.get(f"{HOLDS}?ordering=price").status_code == 400


def test_what_lapsed_was_released_or_booked_is_not_there(
    as_: As, make_show: Callable[..., Show], alice: User
) -> None:
    client = as_(alice)
    lapses, released, booked, stays = (make_show() for _ in range(4))
    hold(client, lapses, "A1")
    let_pass(timedelta(minutes=5))
    for show in (released, booked, stays):
        hold(client, show, "A1")
    client.delete(hold_url(released))
    book(client, booked)
    assert held(client) == [lapses.pk, stays.pk]
    let_pass(timedelta(minutes=3))
    assert held(client) == [stays.pk]


def test_nobody_sees_those_of_others(
    as_: As, anyone: APIClient, show: Show, alice: User, olga: User
) -> None:
    hold(as_(alice), show, "A1")
    assert held(as_(olga)) == []
    assert anyone.get(HOLDS).status_code == 401


def test_it_takes_three_queries_however_many_there_are(
    as_: As, make_show: Callable[..., Show], alice: User
) -> None:
    client = as_(alice)
    for _ in range(4):
        hold(client, make_show(), "A1", "A2")
    with queries_at_most(3):
        assert len(held(client)) == 4


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(as_: As, alice: User, method: str) -> None:
    assert getattr(as_(alice), method)(HOLDS).status_code == 405
