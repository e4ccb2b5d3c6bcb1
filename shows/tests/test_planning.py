"""Many shows at once: the dry run, all or none, copies."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.failures import NotFound
from movies.models import Movie
from shows import planning
from shows.models import Seat, Show
from shows.planning import (
    PlanClashes,
    TooManyShows,
    Wish,
    digest_of,
    plan_shows,
    schedule_shows,
    wishes_to_copy,
)
from shows.scheduling import Pricing
from tests.queries import queries_at_most
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
PRICE = Pricing(Decimal(12), {"premium": Decimal(15)})


def at(days: int, hour: int, minute: int = 0) -> datetime:
    """A local time so many days from now."""
    day = timezone.now().astimezone(BERLIN).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute))


def wish(movie: Movie, screen: Screen, starts_at: datetime) -> Wish:
    return Wish(movie.pk, screen.pk, starts_at, PRICE)


def test_a_week_on_two_screens_is_made_at_once(olga: User, movie: Movie, screen: Screen) -> None:
    other = Screen.objects.create(theater=screen.theater, name="Screen 2", layout=["sp"])
    wishes = [
        wish(movie, where, at(day, hour))
        for where in (screen, other)
        for day in range(3, 10)
        for hour in (14, 18)
    ]
    made = schedule_shows(user=olga, wishes=wishes)
    assert Show.objects.filter(pk__in=made).count() == len(wishes) == 28
    assert Seat.objects.filter(show__screen=screen).count() == 14 * 100
    assert Seat.objects.filter(show__screen=other, category="premium", price=15).count() == 14
    show = Show.objects.filter(screen=other).earliest("starts_at")
    assert show.starts_at.astimezone(BERLIN).replace(tzinfo=None) == at(3, 14)
    assert (show.language, show.format, show.columns) == ("German", "2D", 2)
    assert show.ends_at - show.starts_at == timedelta(minutes=153)
    assert show.free_at - show.ends_at == timedelta(minutes=15)


def test_the_dry_run_names_every_clash_and_changes_nothing(
    olga: User, movie: Movie, screen: Screen
) -> None:
    schedule_shows(user=olga, wishes=[wish(movie, screen, at(3, 15))])
    plan = plan_shows(
        user=olga,
        wishes=[
            wish(movie, screen, at(3, 14)),
            wish(movie, screen, at(4, 14)),
            wish(movie, screen, at(4, 15)),
            wish(movie, screen, at(-1, 15)),
        ],
    )
    assert [each.clash.split(" by")[0].split(":")[0] for each in plan] == [
        "That time has passed",
        "The screen is taken",
        "",
        "It overlaps another show of this plan",
    ]
    assert Show.objects.count() == 1


def test_shows_may_follow_each_other_at_once(olga: User, movie: Movie, screen: Screen) -> None:
    wishes = [wish(movie, screen, at(3, 14)), wish(movie, screen, at(3, 16, 48))]
    assert len(schedule_shows(user=olga, wishes=wishes)) == 2


def test_a_plan_with_one_clash_makes_nothing(olga: User, movie: Movie, screen: Screen) -> None:
    schedule_shows(user=olga, wishes=[wish(movie, screen, at(3, 15))])
    wishes = [wish(movie, screen, at(day, 14)) for day in range(3, 9)]
    with pytest.raises(PlanClashes) as refused:
        schedule_shows(user=olga, wishes=wishes)
    assert refused.value.extra == {"clashes": 1}
    assert Show.objects.count() == 1


def test_a_fault_at_the_seats_makes_nothing(
    olga: User, movie: Movie, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(planning, "make_seats", break_down)
    with pytest.raises(RuntimeError):
        schedule_shows(user=olga, wishes=[wish(movie, screen, at(3, 15))])
    assert not Show.objects.exists()


def test_a_cancelled_show_leaves_its_time(
    olga: User, movie: Movie, screen: Screen, make_show: Callable[..., Show]
) -> None:
    gone = make_show(status="cancelled")
    plan = plan_shows(user=olga, wishes=[wish(movie, screen, gone.starts_at)])
    assert not plan[0].clash


def test_a_plan_costs_the_same_however_long(olga: User, movie: Movie, screen: Screen) -> None:
    for count in (2, 30):
        wishes = [wish(movie, screen, at(day, count % 9 + 8)) for day in range(2, 2 + count)]
        with queries_at_most(4):
            plan_shows(user=olga, wishes=wishes)
        with queries_at_most(9):
            schedule_shows(user=olga, wishes=wishes)
        Show.objects.all().delete()


def test_the_screens_of_others_are_unknown(
    otto: User, alice: User, movie: Movie, screen: Screen
) -> None:
    for stranger in (otto, alice):
        with pytest.raises(NotFound):
            schedule_shows(user=stranger, wishes=[wish(movie, screen, at(3, 14))])


def test_a_plan_has_an_end(olga: User, movie: Movie, screen: Screen) -> None:
    with pytest.raises(TooManyShows):
        plan_shows(user=olga, wishes=601 * [wish(movie, screen, at(3, 14))])


def test_a_week_is_copied_with_its_times_and_prices(
    olga: User, movie: Movie, screen: Screen
) -> None:
    schedule_shows(
        user=olga, wishes=[wish(movie, screen, at(3, 14)), wish(movie, screen, at(5, 20, 15))]
    )
    first = at(3, 0).date()
    wishes = wishes_to_copy(
        user=olga, theater_id=screen.theater_id, first=first, days=7, to=first + timedelta(days=7)
    )
    assert [each.starts_at for each in wishes] == [at(10, 14), at(12, 20, 15)]
    assert {each.pricing.price for each in wishes} == {Decimal(12)}
    assert wishes[0].pricing.prices == {"premium": Decimal(15)}
    assert len(schedule_shows(user=olga, wishes=wishes)) == 2


def test_a_copy_of_another_theater_is_refused(otto: User, theater: Theater) -> None:
    day = at(3, 0).date()
    with pytest.raises(NotFound):
        wishes_to_copy(user=otto, theater_id=theater.pk, first=day, days=7, to=day)


def test_the_digest_tells_when_what_would_be_made_changes(
    olga: User, movie: Movie, screen: Screen
) -> None:
    wishes = [wish(movie, screen, at(3, 14)), wish(movie, screen, at(4, 14))]
    before = digest_of(plan_shows(user=olga, wishes=wishes))
    assert before == digest_of(plan_shows(user=olga, wishes=wishes[::-1]))
    schedule_shows(user=olga, wishes=wishes[:1])
    assert before != digest_of(plan_shows(user=olga, wishes=wishes))
