"""Two people plan the same screens at once; the guard has a twin."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from core.failures import Failure
from core.postgres.rows import execute
from movies.models import Movie
from shows import planning, scheduling
from shows.models import Seat, Show
from shows.planning import PlanClashes, Wish, schedule_shows
from shows.repricing import reprice_shows
from shows.scheduling import Pricing, change_screen
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


def race_of_prices(olga: User, movie: Movie, theater: Theater) -> list[Decimal]:
    """Prices of seats other than 9, when a show changes its screen while all prices become 9."""
    screens = [Screen.objects.create(theater=theater, name=f"{n}", layout=["ss"]) for n in (1, 2)]
    first = timezone.now().date()
    for day in range(2, 2 + ROUNDS):
        at = datetime.combine(first + timedelta(days=day), time(15))
        wish = Wish(movie.pk, screens[0].pk, at, Pricing(Decimal(250)))
        (pk,) = schedule_shows(user=olga, wishes=[wish])
        show = Show.objects.select_related("screen").get(pk=pk)
        calls: list[Callable[[], object]] = [
            partial(change_screen, show=show, screen=screens[1], starts_at=at),
            partial(reprice_shows, user=olga, shows=[pk], pricing=Pricing(Decimal(9))),
        ]
        at_once(calls)
        assert Seat.objects.filter(show=pk, show__screen=screens[1]).count() == 2
        prices = [*Seat.objects.filter(show=pk).values_list("price", flat=True)]
        if wrong := [price for price in prices if price != 9]:
            return wrong
    return []


def test_new_prices_and_another_screen_never_undo_each_other(
    olga: User, movie: Movie, theater: Theater
) -> None:
    assert race_of_prices(olga, movie, theater) == []


def test_without_the_lock_of_the_show_they_do(
    olga: User, movie: Movie, theater: Theater, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(show_id: int) -> Show:
        show = Show.objects.select_related("screen").get(pk=show_id)
        execute("SELECT pg_sleep(0.1)")
        return show

    monkeypatch.setattr(scheduling, "_lock_show", look)
    assert race_of_prices(olga, movie, theater) != []
