"""Local times and overlaps as properties, in zones whose clocks behave in different ways."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.failures import InvalidInput
from movies.models import Movie
from shows.models import Show
from shows.scheduling import Pricing, ScreenOverlap, schedule_show
from shows.start_times import AmbiguousLocalTime, NonexistentLocalTime, to_utc
from tests.examples import examples
from theaters.models import Screen, Theater
from users.models import User

# An hour at 2 o'clock, an hour at midnight, half an hour, 45 minutes past the hour, none at all.
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Asia/Kolkata",
]
zones = st.sampled_from(ZONES)


def changes_of_the_clock(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    """Yields the moments, in UTC, at which the zone's offset changes."""
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        following = moment + timedelta(minutes=30)
        if moment.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            yield following
        moment = following


@pytest.mark.parametrize("name", ZONES)
def test_every_minute_around_each_change_is_converted_correctly(name: str) -> None:
    zone = ZoneInfo(name)
    for change in changes_of_the_clock(zone, 2027):
        before = (change - timedelta(minutes=1)).astimezone(zone).utcoffset()
        after = change.astimezone(zone).utcoffset()
        assert before is not None
        assert after is not None
        wall = (change + before).replace(tzinfo=None)
        leap = after - before
        for minute in range(-200, 200):
            moment = wall + timedelta(minutes=minute)
            expected = _expected(moment, wall, leap)
            if expected is None:
                assert to_utc(moment, zone).astimezone(zone).replace(tzinfo=None) == moment
            else:
                with pytest.raises(expected):
                    to_utc(moment, zone)


def _expected(moment: datetime, wall: datetime, leap: timedelta) -> type[InvalidInput] | None:
    """The rule in other words: a gap after a jump forward, a repetition before a jump back."""
    if wall <= moment < wall + leap:
        return NonexistentLocalTime
    if wall + leap <= moment < wall:
        return AmbiguousLocalTime
    return None


@given(zones, st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_survives_conversion_to_local_time_and_back(name: str, moment: datetime) -> None:
    zone = ZoneInfo(name)
    assert to_utc(moment.astimezone(zone), zone) == moment
    try:
        assert to_utc(moment.astimezone(zone).replace(tzinfo=None), zone) == moment
    except AmbiguousLocalTime:
        assert moment.astimezone(zone).replace(fold=1).utcoffset() != (
            moment.astimezone(zone).replace(fold=0).utcoffset()
        )


class Plan:
    """A model of the screen's schedule: which spans of UTC are taken."""

    def __init__(self) -> None:
        self.taken: list[tuple[datetime, datetime]] = []

    def has_room(self, start: datetime, until: datetime) -> bool:
        return all(until <= begin or start >= end for begin, end in self.taken)


class Wish(NamedTuple):
    """A show to schedule, some minutes from a change of the clock, in local time or UTC."""

    minutes_from_change: int
    duration: int
    turnaround: int
    is_on_the_wall: bool


wishes = st.builds(
    Wish, st.integers(-1600, 1600), st.integers(1, 300), st.integers(0, 60), st.booleans()
)


@pytest.mark.django_db
@settings(max_examples=examples(60), deadline=None)
@given(zones, st.integers(0, 1), st.lists(wishes, min_size=2, max_size=12))
@example("Europe/Berlin", 1, [Wish(-90, 180, 0, False), Wish(100, 60, 0, True)])
def test_no_two_shows_overlap_across_midnight_and_changes_of_the_clock(
    name: str, which: int, wished: list[Wish]
) -> None:
    zone, year = ZoneInfo(name), timezone.now().year + 1
    changes = [*changes_of_the_clock(zone, year), datetime(year, 6, 1, tzinfo=UTC)]
    with transaction.atomic():
        _follow(zone, changes[which % len(changes)], wished)
        transaction.set_rollback(True)


def _follow(zone: ZoneInfo, change: datetime, wished: list[Wish]) -> None:
    owner = User.objects.create_user("olga@example.com", None, name="Olga", role="owner")
    theater = Theater.objects.create(name="T", city="C", timezone=zone.key, owner=owner)
    screen = Screen.objects.create(theater=theater, name="S", layout=["s"])
    plan = Plan()
    for wish in wished:
        Screen.objects.update(turnaround_minutes=wish.turnaround)
        moment = (change + timedelta(minutes=wish.minutes_from_change)).astimezone(zone)
        starts_at = moment.replace(tzinfo=None) if wish.is_on_the_wall else moment
        try:
            start = to_utc(starts_at, zone)
        except InvalidInput:
            continue
        end = start + timedelta(minutes=wish.duration)
        span = start, end + timedelta(minutes=wish.turnaround)
        movie = Movie.objects.create(title="M", duration_minutes=wish.duration)
        try:
            show = schedule_show(
                movie=movie, screen=screen, starts_at=starts_at, pricing=Pricing(Decimal(1))
            )
        except ScreenOverlap:
            assert not plan.has_room(*span)
        else:
            assert plan.has_room(*span)
            assert (show.ends_at, show.local_date) == (end, start.astimezone(zone).date())
            plan.taken.append(span)
    assert Show.objects.filter(screen=screen).count() == len(plan.taken)
