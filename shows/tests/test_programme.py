"""The programme of a day: each film once, with its times by theater."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from movies.models import Movie
from shows import programme
from shows.models import Show, ShowStatus
from tests.api import As, hold
from tests.problems import problem
from tests.queries import queries_at_most
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db
MakeShow = Callable[..., Show]
PATH = "/api/v1/programme/"


def ask(client: APIClient, **where: Any) -> Any:
    answer = client.get(PATH, where)
    assert answer.status_code == 200, answer.content
    return answer.json()


def shown(said: Any) -> list[int]:
    """The ids of the shows, in the order of the programme."""
    return [
        show["id"]
        for film in said["films"]
        for theater in film["theaters"]
        for show in theater["shows"]
    ]


@pytest.fixture
def a_day(make_show: MakeShow) -> Callable[..., Show]:
    """`a_day(hour)` is a show that starts in so many hours of the day after tomorrow (UTC)."""
    first = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)

    def make(hour: float, **fields: Any) -> Show:
        start = first + timedelta(hours=hour)
        end = start + timedelta(minutes=30)
        times = {"starts_at": start, "ends_at": end, "free_at": end, "local_date": first.date()}
        return make_show(**times | fields)

    return make


@pytest.fixture
def tokyo(otto: User) -> Screen:
    theater = Theater.objects.create(
        name="Asahi", city="Tōkyō", timezone="Asia/Tokyo", currency="JPY", owner=otto
    )
    return Screen.objects.create(theater=theater, name="Red")


def test_each_film_is_there_once_with_its_times_by_theater(
    anyone: APIClient, a_day: MakeShow, screen: Screen, tokyo: Screen
) -> None:
    faust = Movie.objects.create(
        title="Faust",
        duration_minutes=107,
        certificate="PG",
        genres=["Drama"],
        poster_url="https://posters.example/faust.jpg",
    )
    late, early = a_day(12), a_day(11)
    first, there = a_day(13, movie=faust), a_day(11, movie=faust, screen=tokyo)
    said = ask(anyone, date=early.local_date)
    assert [film["title"] for film in said["films"]] == ["Faust", "Metropolis"]
    assert shown(said) == [there.pk, first.pk, early.pk, late.pk]
    film = said["films"][0]
    theaters = film.pop("theaters")
    assert film == {
        "id": faust.pk,
        "title": "Faust",
        "duration_minutes": 107,
        "certificate": "PG",
        "genres": ["Drama"],
        "poster_url": "https://posters.example/faust.jpg",
    }
    assert [theater["name"] for theater in theaters] == ["Asahi", "Babylon"]
    assert theaters[0]["timezone"] == "Asia/Tokyo"


def test_a_time_says_what_the_show_says(
    anyone: APIClient, as_: As, alice: User, make_show: MakeShow
) -> None:
    show = make_show(price=12, prices={"premium": "15.00"}, language="German", format="IMAX")
    Theater.objects.update(booking_fee="0.50")
    hold(as_(alice), show, "A1")
    (film,) = ask(anyone, date=show.local_date)["films"]
    (time,) = film["theaters"][0]["shows"]
    whole = anyone.get(f"/api/v1/shows/{show.pk}/").json()
    assert time == {name: whole[name] for name in time}
    assert set(time) == set(programme.SHOWN)
    assert (time["price_from"], time["seats_available"]) == ("12.50", 99)


def test_it_is_of_a_city_or_a_theater_or_everywhere(
    anyone: APIClient, a_day: MakeShow, theater: Theater, tokyo: Screen
) -> None:
    here, there = a_day(11), a_day(12, screen=tokyo)
    day = here.local_date
    assert shown(ask(anyone, date=day, city="berlin")) == [here.pk]
    assert shown(ask(anyone, date=day, city="TOKYO")) == [there.pk]
    assert shown(ask(anyone, date=day, theater=theater.pk)) == [here.pk]
    assert shown(ask(anyone, date=day, theater=theater.pk, city="Tokyo")) == []
    assert sorted(shown(ask(anyone, date=day))) == sorted([here.pk, there.pk])
    for nowhere in ({"city": "Graz"}, {"theater": 9 * 10**18}):
        said = ask(anyone, **nowhere)
        assert (said["films"], said["dates"], said["is_complete"]) == ([], [], True)


def test_what_is_over_or_cancelled_is_not_on(
    anyone: APIClient, a_day: MakeShow, make_show: MakeShow
) -> None:
    kept = a_day(10)
    a_day(11, status=ShowStatus.CANCELLED)
    now = timezone.now()
    started = {"starts_at": now - timedelta(minutes=5), "ends_at": now, "free_at": now}
    past = make_show(**started, local_date=started["starts_at"].date())
    assert shown(ask(anyone, date=kept.local_date)) == [kept.pk]
    assert shown(ask(anyone, date=past.local_date)) == []
    assert ask(anyone)["dates"] == [kept.local_date.isoformat()]


def test_the_days_with_shows_are_listed_whatever_day_is_shown(
    anyone: APIClient, make_show: MakeShow, tokyo: Screen
) -> None:
    days = sorted({make_show().local_date, make_show().local_date})
    elsewhere = make_show(screen=tokyo).local_date
    said = ask(anyone, city="Berlin", date="2001-01-01")
    assert (said["date"], said["films"]) == ("2001-01-01", [])
    assert said["dates"] == [day.isoformat() for day in days]
    assert ask(anyone)["dates"] == [day.isoformat() for day in [*days, elsewhere]]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_today_is_the_theaters_own_day(
    zone: str, anyone: APIClient, theater: Theater, make_show: MakeShow
) -> None:
    Theater.objects.filter(pk=theater.pk).update(timezone=zone)
    today = local_day(zone)
    soon = timezone.now() + timedelta(minutes=1)
    show = make_show(starts_at=soon, ends_at=soon + timedelta(1), local_date=today)
    said = ask(anyone, theater=theater.pk)
    assert (said["date"], shown(said)) == (today.isoformat(), [show.pk])


def local_day(zone: str) -> date:
    return datetime.now(ZoneInfo(zone)).date()


def test_where_days_differ_the_earlier_one_is_shown(
    anyone: APIClient, theater: Theater, tokyo: Screen
) -> None:
    Theater.objects.filter(pk=theater.pk).update(timezone="Pacific/Kiritimati")  # UTC+14
    Theater.objects.filter(pk=tokyo.theater_id).update(timezone="Pacific/Pago_Pago")  # UTC-11
    assert ask(anyone)["date"] == local_day("Pacific/Pago_Pago").isoformat()


def test_the_number_of_queries_does_not_grow(
    anyone: APIClient, a_day: MakeShow, tokyo: Screen
) -> None:
    for hour in range(10, 16):
        show = a_day(hour)
        a_day(hour, screen=tokyo, movie=Movie.objects.create(title=f"{hour}", duration_minutes=30))
    with queries_at_most(2):
        assert len(shown(ask(anyone, date=show.local_date))) == 12


def test_there_are_so_many_shows_at_most(
    anyone: APIClient, a_day: MakeShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = a_day(10), a_day(11), a_day(12)
    few = programme.SELECT_LINES.replace(f"LIMIT {programme.MOST_SHOWS + 1}", "LIMIT 3")
    monkeypatch.setattr(programme, "SELECT_LINES", few)
    for most, is_complete in ((3, True), (2, False)):
        monkeypatch.setattr(programme, "MOST_SHOWS", most)
        said = ask(anyone, date=first.local_date)
        assert (shown(said), said["is_complete"]) == (
            [first.pk, second.pk, third.pk][:most],
            is_complete,
        )


@pytest.mark.parametrize(
    ("where", "field"), [({"date": "31.12."}, "date"), ({"theater": "x"}, "theater")]
)
def test_what_makes_no_sense_is_refused(where: Any, field: str, anyone: APIClient) -> None:
    said = problem(anyone.get(PATH, where), 400, "validation_failed")
    assert [each["field"] for each in said["errors"]] == [field]
