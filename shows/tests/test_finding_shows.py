"""The list of shows: what is on, where and when, and how many seats are left."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from movies.models import Movie
from shows.models import Seat, Show
from tests.problems import problem
from theaters.models import Screen, Theater
from users.models import User

SHOWS = "/api/v1/shows/"
MakeShow = Callable[..., Show]


def found(client: APIClient, **parameters: Any) -> list[int]:
    answer = client.get(SHOWS, {name.rstrip("_"): value for name, value in parameters.items()})
    assert answer.status_code == 200, answer.content
    assert answer.json()["count"] == len(answer.json()["results"])
    return [show["id"] for show in answer.json()["results"]]


@pytest.fixture
def elsewhere(otto: User) -> Screen:
    """A screen of Otto's, in Tokyo."""
    theater = Theater.objects.create(
        name="Eurospace", city="Tokyo", timezone="Asia/Tokyo", currency="JPY", owner=otto
    )
    return Screen.objects.create(theater=theater, name="Screen 1")


def test_the_list_has_scheduled_shows_that_have_not_started_by_start(
    anyone: APIClient, make_show: MakeShow
) -> None:
    now = timezone.now()
    sooner, later = make_show(), make_show()
    soon = now + timedelta(hours=1)
    make_show(starts_at=now - timedelta(seconds=1), ends_at=soon, free_at=soon)
    make_show(status="cancelled")
    assert found(anyone) == [sooner.pk, later.pk]
    assert found(anyone, ordering="-starts_at") == [later.pk, sooner.pk]


def test_filters_by_what_and_where(
    anyone: APIClient, make_show: MakeShow, elsewhere: Screen, screen: Screen
) -> None:
    other = Movie.objects.create(title="M", duration_minutes=99)
    here = make_show(language="German", format="IMAX")
    there = make_show(screen=elsewhere, movie=other, language="Japanese")
    assert found(anyone, movie=other.pk) == [there.pk]
    assert found(anyone, theater=screen.theater_id) == [here.pk]
    assert found(anyone, screen=elsewhere.pk) == [there.pk]
    assert found(anyone, city="bERLIN") == [here.pk]
    assert found(anyone, language="japanese") == [there.pk]
    assert found(anyone, format="imax") == [here.pk]
    assert found(anyone, city="Berlin", language="Japanese") == []
    assert found(anyone, movie=999_999) == found(anyone, movie=9 * 10**18) == []


def test_a_day_is_the_theaters_own(
    anyone: APIClient, make_show: MakeShow, elsewhere: Screen
) -> None:
    start = (timezone.now() + timedelta(days=5)).replace(hour=18, minute=0, second=0)
    next_day = start.date() + timedelta(days=1)
    show = make_show(
        screen=elsewhere,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        free_at=start + timedelta(hours=1),
        local_date=next_day,
    )
    assert found(anyone, date=next_day) == [show.pk]
    assert found(anyone, date=start.date()) == []
    assert found(anyone, from_=next_day, to=next_day) == [show.pk]
    assert found(anyone, to=start.date()) == []
    answer = anyone.get(f"{SHOWS}{show.pk}/").json()
    assert answer["starts_at"].startswith(f"{next_day}T03:00")
    assert answer["starts_at"].endswith("+09:00")


def test_from_and_to_reach_into_the_past(anyone: APIClient, make_show: MakeShow) -> None:
    now = timezone.now()
    past = make_show(
        starts_at=now - timedelta(days=2),
        ends_at=now - timedelta(days=1, hours=22),
        free_at=now - timedelta(days=1, hours=22),
    )
    coming = make_show()
    assert found(anyone, from_=(now - timedelta(days=3)).isoformat()) == [past.pk, coming.pk]
    assert found(anyone, to=now.isoformat()) == [past.pk]
    assert found(anyone, from_=coming.starts_at.isoformat(), to=coming.starts_at.isoformat()) == [
        coming.pk
    ]


def test_a_plus_sign_that_was_not_escaped_is_understood(anyone: APIClient, show: Show) -> None:
    answer = anyone.get(f"{SHOWS}?from=2020-01-01T00:00:00+02:00")
    assert answer.json()["count"] == 1


def test_cancelled_shows_are_shown_when_asked_for(anyone: APIClient, make_show: MakeShow) -> None:
    cancelled, scheduled = make_show(status="cancelled"), make_show()
    assert found(anyone, status="cancelled") == [cancelled.pk]
    assert found(anyone, status="scheduled") == [scheduled.pk]
    assert anyone.get(f"{SHOWS}{cancelled.pk}/").json()["status"] == "cancelled"


def test_available_seats_are_those_that_can_be_held_now(
    anyone: APIClient, show: Show, alice: User
) -> None:
    now = timezone.now()
    seats = Seat.objects.filter(show=show)
    seats.filter(row="A").update(status="booked")
    seats.filter(row="B").update(status="blocked")
    hold = {"status": "selected", "held_by": alice, "held_since": now - timedelta(minutes=9)}
    seats.filter(row="C").update(held_until=now + timedelta(minutes=1), **hold)
    seats.filter(row="D").update(held_until=now - timedelta(seconds=1), **hold)
    for answer in (
        anyone.get(SHOWS).json()["results"][0],
        anyone.get(f"{SHOWS}{show.pk}/").json(),
    ):
        assert (answer["seats_total"], answer["seats_available"]) == (100, 70)


def test_a_page_costs_one_query_however_long(
    anyone: APIClient, make_show: MakeShow, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(25):
        make_show()
    with django_assert_num_queries(1):
        page = anyone.get(SHOWS, {"city": "Berlin", "page": "2"}).json()
    assert (page["count"], len(page["results"]), page["next"]) == (25, 5, None)
    assert page["previous"].endswith("/api/v1/shows/?city=Berlin")
    with django_assert_num_queries(1):
        assert len(anyone.get(SHOWS, {"page_size": 100}).json()["results"]) == 25
    problem(anyone.get(SHOWS, {"page": 3}), 404, "not_found")


def test_the_next_page_keeps_what_was_asked_for(anyone: APIClient, make_show: MakeShow) -> None:
    for _ in range(3):
        make_show()
    wish = "page_size=1&city=Berlin&p%61ge=1"
    second = anyone.get(anyone.get(f"{SHOWS}?{wish}").json()["next"]).json()
    assert second["next"].endswith("/api/v1/shows/?page_size=1&city=Berlin&page=3")
    assert anyone.get(second["next"]).json()["next"] is None
    assert anyone.get(second["previous"]).json()["previous"] is None


def test_whoever_negotiates_gets_the_same_list(anyone: APIClient, make_show: MakeShow) -> None:
    make_show()
    plain = anyone.get(SHOWS, {"city": "Berlin"})
    asked = anyone.get(SHOWS, {"city": "Berlin"}, HTTP_ACCEPT="application/json;q=0.9, */*;q=0.1")
    assert (asked.status_code, asked.content) == (200, plain.content)
    assert anyone.get(SHOWS, HTTP_ACCEPT="text/html").status_code == 406


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("movie", "x"),
        ("movie", "0"),
        ("movie", "-1"),
        ("movie", "01"),
        ("movie", "１"),
        ("screen", "1.0"),
        ("theater", "1e3"),
        ("date", "today"),
        ("date", "2026-02-30"),
        ("from", "2026-01-01T20:00"),
        ("from", "0001-01-01T00:00:00+14:00"),
        ("to", "9999-12-31T23:59:59-14:00"),
        ("to", "1798138800"),
        ("status", "started"),
        ("city", "x" * 101),
        ("city", "\0"),
        ("format", "\0"),
        ("ordering", "title"),
        ("ordering", "pk"),
        ("ordering", "movie__title"),
        ("ordering", "starts_at;select"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(
    anyone: APIClient, show: Show, field: str, value: str
) -> None:
    said = problem(anyone.get(SHOWS, {field: value}), 400)
    assert "\0" in value or [row["field"] for row in said["errors"]] == [field]


def test_an_unknown_show_is_404(anyone: APIClient, db: None) -> None:
    for number in ("0", "999999", "01", "9" * 19, "1" * 40, "x", "-1", "１"):
        problem(anyone.get(f"{SHOWS}{number}/"), 404, "not_found")


@pytest.mark.parametrize("number", ["3", "0", "-1", "last-but-one", "9" * 4000])
def test_a_page_past_the_end_says_which_is_the_last(
    anyone: APIClient, make_show: Callable[..., Show], number: str
) -> None:
    make_show(), make_show()
    answer = anyone.get(f"{SHOWS}?page_size=1&page={number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"] == f"There is no page {number}; the last one is 2."
