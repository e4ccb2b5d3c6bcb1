"""The programme looks like one that a cinema would print."""

from collections import defaultdict
from datetime import UTC, date, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from demo.audience import share_sold
from demo.cinemas import GRAND, MIDDLE, Cinema, cinemas
from demo.cities import BERLIN, CITIES, City
from demo.films import FILMS
from demo.plan import Days, Room, Title, programme
from shows.models import Show
from users.models import User

CLOCKS_CHANGE = [date(2026, 3, 1), date(2026, 9, 28), date(2026, 11, 22)]


def rooms_of(city: City) -> list[Room]:
    cinema = Cinema("The Test", "1 Test Road", city, (GRAND, MIDDLE))
    theater = cinema.theater(User())
    return [Room(screen, n, city) for n, screen in enumerate(cinema.screens(theater))]


@cache
def planned(city: City, today: date, *, coming: int = 40) -> dict[int, list[Show]]:
    """Returns the shows by the number of their room."""
    titles = [Title(film, film.movie(today)) for film in FILMS]
    rooms, days = rooms_of(city), Days(today, past=2, coming=coming)
    found = defaultdict(list)
    for show in programme(rooms, titles, days=days, seed=1):
        found[next(room.number for room in rooms if room.screen is show.screen)].append(show)
    return found


@pytest.mark.parametrize("today", CLOCKS_CHANGE, ids=str)
@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.name)
class TestInEachCityWhenTheClocksChange:
    def test_no_two_shows_of_a_screen_overlap(self, city: City, today: date) -> None:
        for shows in planned(city, today).values():
            assert all(one.free_at <= next_.starts_at for one, next_ in pairwise(shows))

    def test_shows_start_at_usual_times(self, city: City, today: date) -> None:
        zone = ZoneInfo(city.timezone)
        for shows in planned(city, today).values():
            for show in shows:
                local = show.starts_at.astimezone(zone)
                assert local.date() == show.local_date
                assert (10, 30) <= (local.hour, local.minute) <= (23, 0)
                assert local.minute % 15 == 0
                assert local.weekday() >= 5 or local.hour >= 13

    def test_a_show_lasts_as_long_as_the_film_and_the_turnaround(
        self, city: City, today: date
    ) -> None:
        for shows in planned(city, today).values():
            for show in shows:
                assert show.ends_at - show.starts_at == timedelta(
                    minutes=show.movie.duration_minutes
                )
                assert show.free_at - show.ends_at == timedelta(
                    minutes=show.screen.turnaround_minutes
                )


def test_weekends_have_more_shows_and_every_day_has_some() -> None:
    of_day: dict[date, int] = defaultdict(int)
    for shows in planned(BERLIN, date(2026, 11, 2), coming=28).values():
        for show in shows:
            of_day[show.local_date] += 1
    weekend = [count for day, count in of_day.items() if day.weekday() >= 5]
    workdays = [count for day, count in of_day.items() if day.weekday() < 5]
    assert len(of_day) == 30
    assert min(workdays) >= 4
    assert sum(weekend) / len(weekend) > sum(workdays) / len(workdays) + 1


def test_a_film_is_shown_from_its_release_on() -> None:
    for shows in planned(BERLIN, date(2026, 11, 2)).values():
        releases = [(show.movie.release_date, show.local_date) for show in shows]
        assert all(release and release <= day for release, day in releases)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_film_that_is_out_is_shown_in_the_next_two_weeks(month: int) -> None:
    today = date(2027, month, 2 * month)
    titles = [Title(film, film.movie(today)) for film in FILMS]
    rooms = [
        Room(screen, number, cinema.city)
        for cinema in cinemas(4)
        for number, screen in enumerate(cinema.screens(cinema.theater(User())))
    ]
    shows = programme(rooms, titles, days=Days(today, past=0, coming=14), seed=1)
    shown = {show.movie.title for show in shows if show.local_date > today}
    assert shown >= {title.movie.title for title in titles if title.is_out(today)}


def test_films_for_children_are_dubbed_and_others_are_not() -> None:
    languages = {
        show.movie.title: show.language
        for shows in planned(BERLIN, date(2026, 11, 2)).values()
        for show in shows
    }
    assert languages["Paddington 2"] == "German"
    assert languages["Parasite"] == "Korean"


@pytest.mark.parametrize("hour", range(10, 24))
def test_some_film_fits_every_hour(hour: int) -> None:
    assert sum(f.hours[0] <= hour <= f.hours[1] for f in FILMS if isinstance(f.released, date)) >= 2


def test_saturday_evening_sells_better_than_monday_afternoon_and_near_better_than_far() -> None:
    room, days = rooms_of(BERLIN)[0], Days(date(2026, 11, 2), past=7, coming=14)

    def share(day: int, hour: int) -> float:
        starts_at = days.midnight + timedelta(days=day, hours=hour)
        return share_sold(Show(starts_at=starts_at.astimezone(UTC)), room, 1.0, days, Random(1))

    assert share(-2, 19) > 2 * share(-7, 14)
    assert share(-2, 19) > 2 * share(5, 19) > 2 * share(12, 19) > 0


def test_every_cinema_has_a_name_of_its_own() -> None:
    found = cinemas(300)
    assert len({cinema.name for cinema in found}) == 300
    assert all(len(set(map(len, layout))) == 1 for cinema in found for layout in cinema.layouts)
