"""Parallel changes of one theater by owners and admins; each guard has a twin without it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.test import APIClient

from movies.models import Movie
from shows import scheduling, seats
from shows.models import Seat, Show
from tests.parallel import at_once
from theaters.models import Screen, Theater
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
ROUNDS = 10
Call = Callable[[], HttpResponse]


def client_of(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(user)
    return client


def schedule(user: User, movie: Movie, screen: Screen, minutes: int) -> Call:
    starts_at = timezone.now() + timedelta(days=30, minutes=minutes)
    body = {
        "movie": movie.pk,
        "screen": screen.pk,
        "price": "1",
        "starts_at": starts_at.isoformat(),
    }
    return partial(client_of(user).post, "/api/v1/shows/", body)


def statuses(answers: list[HttpResponse]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def test_of_many_overlapping_shows_one_is_scheduled(
    olga: User, movie: Movie, screen: Screen
) -> None:
    for number in range(ROUNDS):
        calls = [schedule(olga, movie, screen, 1000 * number + 10 * i) for i in range(8)]
        assert statuses(at_once(calls)) == [201] + [409] * 7
    assert Show.objects.count() == ROUNDS
    assert Seat.objects.count() == ROUNDS * 100


@pytest.fixture
def no_constraint(transactional_db: None) -> Iterator[None]:
    """The exclusion constraint is away until the test's shows are gone."""
    guard = next(c for c in Show._meta.constraints if c.name == "show_screen_overlap")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Show, guard)
    yield
    Seat.objects.all().delete()
    Show.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Show, guard)


def test_without_the_constraint_they_all_are(
    olga: User, movie: Movie, screen: Screen, no_constraint: None
) -> None:
    calls = [schedule(olga, movie, screen, 10 * i) for i in range(8)]
    assert statuses(at_once(calls)) == [201] * 8


def zone_beside_show(olga: User, movie: Movie, number: int) -> bool:
    """Whether the show's local day is that of its theater's zone after both were done."""
    theater = Theater.objects.create(
        name=f"T{number}", city="C", timezone="Pacific/Kiritimati", owner=olga
    )
    screen = Screen.objects.create(theater=theater, name="S", layout=["s"])
    change = partial(
        client_of(olga).patch, f"/api/v1/theaters/{theater.pk}/", {"timezone": "Pacific/Niue"}
    )
    done = statuses(at_once([schedule(olga, movie, screen, 0), change]))
    assert done in ([200, 201], [201, 409]), done
    row = Show.objects.select_related("screen__theater").get(screen=screen)
    zone = ZoneInfo(row.screen.theater.timezone)
    return row.local_date == row.starts_at.astimezone(zone).date()


def test_scheduling_and_a_change_of_the_zone_never_pass_each_other(
    olga: User, movie: Movie
) -> None:
    assert all(zone_beside_show(olga, movie, number) for number in range(ROUNDS))


def test_without_the_theaters_lock_they_pass_each_other(
    olga: User, movie: Movie, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "LOCK_THEATER", "SELECT %(screen)s")
    real = seats.make_seats

    def dawdle(**parts: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
        real(**parts)

    monkeypatch.setattr(scheduling, "make_seats", dawdle)
    assert not all(zone_beside_show(olga, movie, number) for number in range(ROUNDS))


@pytest.mark.parametrize("path", ["movies/{movie}", "screens/{screen}", "theaters/{theater}"])
def test_what_is_deleted_beside_a_new_show_is_gone_or_in_use(
    ada: User, olga: User, path: str
) -> None:
    for number in range(ROUNDS):
        movie = Movie.objects.create(title="M", duration_minutes=90)
        theater = Theater.objects.create(name=f"T{number}", city="C", owner=olga)
        screen = Screen.objects.create(theater=theater, name="S", layout=["s"])
        ids = {"movie": movie.pk, "screen": screen.pk, "theater": theater.pk}
        delete: Call = partial(client_of(ada).delete, f"/api/v1/{path.format(**ids)}/")
        made, deleted = at_once([schedule(olga, movie, screen, 0), delete])
        assert (made.status_code, deleted.status_code) in {(201, 409), (400, 204)}, made.content


def test_prices_that_change_beside_bookings_reach_every_seat_that_is_not_sold(
    olga: User, alice: User, bob: User, make_show: Callable[..., Show]
) -> None:
    for _ in range(ROUNDS):
        show = make_show()
        calls: list[Call] = [
            partial(
                client_of(user).post,
                "/api/v1/bookings/",
                {"show": show.pk, "seats": [row + "1", row + "2"]},
            )
            for user, row in ((alice, "A"), (bob, "B"))
        ]
        change: Call = partial(client_of(olga).patch, f"/api/v1/shows/{show.pk}/", {"price": "9"})
        *booked, changed = at_once([*calls, change])
        assert statuses([*booked, changed]) == [200, 201, 201]
        for answer in booked:
            assert orjson.loads(answer.content)["total"] in ("500.00", "18.00")
        unsold = Seat.objects.filter(show=show).exclude(status="booked")
        assert set(unsold.values_list("price", flat=True)) == {9}
        for answer in booked:
            reference = orjson.loads(answer.content)["reference"]
            user = alice if answer is booked[0] else bob
            client_of(user).post(f"/api/v1/bookings/{reference}/cancel/")
        assert set(unsold.values_list("price", flat=True)) == {9}
        assert unsold.count() == 100
