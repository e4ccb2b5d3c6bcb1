"""Two people plan the same screens at once; the guard has a twin."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from core.failures import Failure
from movies.models import Movie
from shows import planning
from shows.models import Show
from shows.planning import PlanClashes, Wish, schedule_shows
from shows.scheduling import Pricing
from tests.parallel import at_once
from theaters.models import Screen, Theater
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
ROUNDS = 8


def attempt(user: User, wishes: list[Wish]) -> list[int] | Failure:
    try:
        return schedule_shows(user=user, wishes=wishes)
    except Failure as failure:
        return failure


def plans(movie: Movie, screens: list[Screen], day: int) -> list[list[Wish]]:
    """Three plans for all screens, an hour apart, so that each clashes with the others."""
    first = timezone.now().date() + timedelta(days=day)
    return [
        [
            Wish(movie.pk, screen.pk, datetime.combine(first, time(hour)), Pricing(Decimal(9)))
            for screen in (screens if hour % 2 else screens[::-1])
        ]
        for hour in (14, 15, 16)
    ]


def race(olga: User, movie: Movie, theater: Theater) -> Sequence[object]:
    """What is wrong: of the plans one is made whole, and the others are told of all clashes."""
    screens = [Screen.objects.create(theater=theater, name=f"{n}", layout=["s"]) for n in range(4)]
    for day in range(2, 2 + ROUNDS):
        before = Show.objects.count()
        answers = at_once([partial(attempt, olga, each) for each in plans(movie, screens, day)])
        made = [each for each in answers if isinstance(each, list)]
        told = [each for each in answers if isinstance(each, PlanClashes)]
        all_told = all(each.extra == {"clashes": len(screens)} for each in told)
        if (len(made), len(told), all_told) != (1, 2, True):
            return answers
        if Show.objects.count() != before + len(screens):
            return [Show.objects.count()]
    return []


def test_of_plans_that_clash_one_is_made_whole_and_the_others_are_told(
    olga: User, movie: Movie, theater: Theater
) -> None:
    assert race(olga, movie, theater) == []


def test_without_the_lock_of_the_screens_the_dry_run_is_stale(
    olga: User, movie: Movie, theater: Theater, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        planning,
        "LOCK_SCREENS",
        "SELECT pg_sleep(0.05), %(screens)s::bigint[]",
    )
    assert race(olga, movie, theater) != []
