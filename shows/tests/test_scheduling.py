"""Owners put movies on their screens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from core.failures import DoesNotExist
from movies.models import Movie
from shows.models import Seat, Show
from shows.scheduling import Pricing, schedule_show
from tests.api import As
from tests.locks import locked
from tests.problems import problem
from theaters.models import Screen, Theater
from users.models import User

Schedule = Callable[..., Any]
SHOWS = "/api/v1/shows/"
BERLIN = ZoneInfo("Europe/Berlin")


def evening(days: int = 30, hour: int = 20, minute: int = 0) -> datetime:
    """Returns a local time in Berlin, so many days from now, away from any change of clocks."""
    day = timezone.now().astimezone(BERLIN).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001


@pytest.fixture
def schedule(as_: As, olga: User, movie: Movie, screen: Screen) -> Schedule:
    """`schedule(price="9.00")` schedules a show with that price and returns the response."""
    client = as_(olga)
    usual = {
        "movie": movie.pk,
        "screen": screen.pk,
        "starts_at": evening().isoformat(),
        "price": "250.00",
    }
    return lambda **body: client.post(SHOWS, usual | body)


def test_a_show_comes_with_its_seats(
    schedule: Schedule, movie: Movie, screen: Screen, anyone: APIClient
) -> None:
    answer = schedule(prices={"premium": "300"}, language="English", format="IMAX")
    assert answer.status_code == 201
    show = answer.json()
    start = evening().replace(tzinfo=BERLIN)
    assert show == {
        "id": show["id"],
        "movie": {
            "id": movie.pk,
            "title": "Metropolis",
            "duration_minutes": 153,
            "certificate": "",
            "poster_url": "",
        },
        "theater": {
            "id": screen.theater_id,
            "name": "Babylon",
            "city": "Berlin",
            "timezone": "Europe/Berlin",
        },
        "screen": {"id": screen.pk, "name": "Screen 1"},
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=153)).isoformat(),
        "language": "English",
        "format": "IMAX",
        "price": "250.00",
        "price_from": "250.00",
        "prices": {"premium": "300.00"},
        "currency": "EUR",
        "rows": 10,
        "columns": 10,
        "status": "scheduled",
        "seats_total": 100,
        "seats_available": 100,
    }
    assert anyone.get(f"{SHOWS}{show['id']}/").json() == show


def test_language_and_format_have_defaults(schedule: Schedule) -> None:
    show = schedule().json()
    assert (show["language"], show["format"], show["prices"]) == ("German", "2D", {})


def test_seats_are_made_from_the_screens_layout(schedule: Schedule, screen: Screen) -> None:
    Screen.objects.update(layout=["_px_", "____", "s_w_"])
    show = schedule(prices={"premium": "300", "wheelchair": "0"}).json()
    seats = Seat.objects.filter(show=show["id"]).values_list("label", "column", "price", "status")
    assert [(label, column, str(price), status) for label, column, price, status in seats] == [
        ("A1", 2, "300.00", "available"),
        ("A2", 3, "250.00", "blocked"),
        ("B1", 1, "250.00", "available"),
        ("B2", 3, "0.00", "available"),
    ]
    assert (show["rows"], show["columns"]) == (3, 4)
    assert (show["seats_total"], show["seats_available"]) == (4, 3)


def test_rows_and_columns_ask_for_a_plain_grid(schedule: Schedule) -> None:
    show = schedule(rows=3, columns=4).json()
    assert (show["rows"], show["columns"], show["seats_total"]) == (3, 4, 12)


def test_a_hundred_seats_cost_eight_queries(schedule: Schedule) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert schedule().json()["seats_total"] == 100
    assert sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries) <= 8


def test_an_offset_says_the_moment(schedule: Schedule) -> None:
    moment = (timezone.now() + timedelta(days=9)).replace(microsecond=0)
    show = schedule(starts_at=moment.astimezone(ZoneInfo("Asia/Kolkata")).isoformat()).json()
    assert show["starts_at"] == moment.astimezone(BERLIN).isoformat()
    assert schedule(starts_at="2026-12-31T20:00:00z").status_code in (201, 400)


@pytest.mark.parametrize(
    ("wall", "code"),
    [
        ("{year}-03-{last_sunday}T02:30", "nonexistent_local_time"),
        ("{year}-10-{last_sunday}T02:30", "ambiguous_local_time"),
    ],
)
def test_times_that_the_clock_skips_or_repeats_are_refused(
    schedule: Schedule, wall: str, code: str
) -> None:
    now = timezone.now()
    month = int(wall[7:9])
    year = now.year if now.month < month else now.year + 1
    last_sunday = max(
        d for d in range(25, 32) if datetime(year, month, d, tzinfo=UTC).weekday() == 6
    )
    starts_at = wall.format(year=year, last_sunday=last_sunday)
    assert problem(schedule(starts_at=starts_at), 400, code)["errors"][0]["field"] == "starts_at"
    first, second = (
        schedule(starts_at=f"{starts_at}:00{offset}") for offset in ("+02:00", "+01:00")
    )
    assert first.status_code == 201
    assert second.status_code in (201, 409)


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        ("2020-01-01T20:00", "in_the_past"),
        ("0001-01-01T00:00:00+14:00", "in_the_past"),
        ("9999-12-31T23:59:59-12:00", "too_far_ahead"),
        ("9999-01-01T20:00", "too_far_ahead"),
        ("2026-02-30T20:00", "validation_failed"),
        ("2026-12-24", "validation_failed"),
        ("20261224T200000", "validation_failed"),
        ("2026-12-24T25:00", "validation_failed"),
        ("2026-12-24T20:00:60", "validation_failed"),
        ("2026-12-24T20:00:00+99:00", "validation_failed"),
        ("２０２６-12-24T20:00", "validation_failed"),
        ("tonight", "validation_failed"),
        (1798138800, "validation_failed"),
        (None, "validation_failed"),
    ],
)
def test_an_impossible_start_is_refused(schedule: Schedule, starts_at: object, code: str) -> None:
    said = problem(schedule(starts_at=starts_at), 400, code)
    assert [row["field"] for row in said["errors"]] == ["starts_at"]
    assert not Show.objects.exists()


def test_two_years_ahead_and_no_further(schedule: Schedule) -> None:
    now = timezone.now()
    assert schedule(starts_at=(now + timedelta(days=729)).isoformat()).status_code == 201
    late = (now + timedelta(days=732)).isoformat()
    problem(schedule(starts_at=late), 400, "too_far_ahead")
    early = (now - timedelta(seconds=1)).isoformat()
    problem(schedule(starts_at=early), 400, "in_the_past")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("price", value) for value in ("-1", "0.001", "NaN", "Infinity", "1e5", "１００", "")),
        ("price", 10**12),
        ("price", -1),
        ("price", 1.5),
        ("price", True),
        ("price", None),
        ("price", []),
        ("price", "1000000"),
        ("prices.premium", {"premium": "-1"}),
        ("prices.premium", {"premium": None}),
        ("prices.vip", {"vip": "1"}),
        ("prices", ["1"]),
        ("prices", "1"),
        ("rows", 0),
        ("rows", 51),
        ("columns", -1),
        ("columns", "10"),
        ("format", ""),
        ("format", "x" * 21),
        ("language", 1),
    ],
)
def test_a_bad_value_is_refused_by_name(schedule: Schedule, field: str, value: object) -> None:
    said = problem(schedule(**{field.split(".", maxsplit=1)[0]: value}), 400)
    assert [row["field"] for row in said["errors"]] == [field]
    assert not Show.objects.exists()


def test_a_currency_without_decimals_needs_whole_amounts(
    schedule: Schedule, theater: Theater
) -> None:
    Theater.objects.update(currency="JPY")
    said = problem(schedule(price="1200.50"), 400, "not_whole")
    assert said["errors"][0]["field"] == "price"
    said = problem(schedule(prices={"premium": "0.1"}), 400, "not_whole")
    assert said["errors"][0]["field"] == "prices.premium"
    assert schedule(price="1201").json()["price"] == "1201.00"


@pytest.mark.parametrize("unknown", [0, -1, 999_999, 10**30, "1", True, None, [1], {"id": 1}])
@pytest.mark.parametrize("field", ["movie", "screen"])
def test_unknown_objects_cannot_be_used(schedule: Schedule, field: str, unknown: object) -> None:
    said = problem(schedule(**{field: unknown}), 400)
    assert [row["field"] for row in said["errors"]] == [field]
    if unknown in (999_999, 10**30):
        assert said["code"] == "does_not_exist"


def test_the_screen_is_taken_until_the_turnaround_is_over(schedule: Schedule) -> None:
    first = schedule().json()
    said = problem(schedule(starts_at=evening(hour=22, minute=47).isoformat()), 409)
    assert (said["code"], said["show"]) == ("screen_overlap", first["id"])
    assert "Metropolis" in said["detail"]
    assert "20:00" in said["detail"]
    assert schedule(starts_at=evening(hour=22, minute=48).isoformat()).status_code == 201
    problem(schedule(starts_at=evening(hour=18).isoformat()), 409, "screen_overlap")
    assert Seat.objects.count() == 200


def test_another_screen_and_a_cancelled_show_do_not_overlap(
    schedule: Schedule, theater: Theater
) -> None:
    schedule()
    other = Screen.objects.create(theater=theater, name="Blue")
    assert schedule(screen=other.pk).status_code == 201
    Show.objects.update(status="cancelled")
    assert schedule().status_code == 201


def test_the_overlapping_show_is_named_and_not_one_that_only_touches(
    schedule: Schedule, theater: Theater
) -> None:
    """Others are before it, after it, on another screen or cancelled, and were made earlier."""
    other = Screen.objects.create(theater=theater, name="Blue")
    schedule(screen=other.pk)
    Show.objects.filter(pk=schedule().json()["id"]).update(status="cancelled")
    schedule(starts_at=evening(hour=17, minute=12).isoformat())
    schedule(starts_at=evening(hour=22, minute=48).isoformat())
    in_the_way = schedule().json()
    said = problem(schedule(), 409, "screen_overlap")
    assert said["show"] == in_the_way["id"]


def test_each_screen_has_its_own_layout_turnaround_and_zone(schedule: Schedule, olga: User) -> None:
    place = {"city": "Delhi", "timezone": "Asia/Kolkata", "currency": "JPY"}
    far = Theater.objects.create(name="Regal", owner=olga, **place)
    blue = Screen.objects.create(
        theater=far, name="Blue", layout=["sss", "sss"], turnaround_minutes=40
    )
    made = schedule(screen=blue.pk).json()
    assert (made["rows"], made["columns"], made["currency"]) == (2, 3, "JPY")
    assert made["starts_at"].endswith("T20:00:00+05:30")
    show = Show.objects.get(pk=made["id"])
    assert show.free_at - show.ends_at == timedelta(minutes=40)


def test_a_movie_that_has_just_been_deleted_is_refused(movie: Movie, screen: Screen) -> None:
    Movie.objects.all().delete()
    with pytest.raises(DoesNotExist):
        schedule_show(movie=movie, screen=screen, starts_at=evening(), pricing=Pricing(Decimal(9)))


@pytest.mark.django_db(transaction=True)
def test_scheduling_waits_for_no_other_theater(schedule: Schedule, olga: User) -> None:
    place = {"city": "Berlin", "timezone": "Europe/Berlin", "currency": "EUR"}
    other = Theater.objects.create(name="Odeon", owner=olga, **place)
    with locked("SELECT FROM theaters_theater WHERE id = %(id)s FOR UPDATE", id=other.pk):
        assert schedule().status_code == 201


def test_the_length_at_scheduling_counts(
    schedule: Schedule, movie: Movie, anyone: APIClient
) -> None:
    show = schedule().json()
    Movie.objects.update(duration_minutes=10)
    assert anyone.get(f"{SHOWS}{show['id']}/").json()["ends_at"] == show["ends_at"]
