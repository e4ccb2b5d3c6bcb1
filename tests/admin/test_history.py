"""Changes are listed in the time of their theater, or in UTC if there is none."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from movies.models import Movie
from tests.admin.conftest import page
from users.models import User

Desk = Callable[[User], Client]


@pytest.fixture
def changed(ada: User, ottos_booking: Booking) -> list[tuple[str, int]]:
    """Something of each kind in Tokyo, changed at noon of New Year's Eve by UTC."""
    show = ottos_booking.show
    rows = [ottos_booking, show, show.screen, show.screen.theater]
    for row in rows:
        LogEntry.objects.log_actions(ada.pk, [row], CHANGE, change_message="", single_object=True)
    LogEntry.objects.update(action_time=datetime(2026, 12, 31, 12, tzinfo=UTC))
    return [(f"{row._meta.app_label}/{row._meta.model_name}", row.pk) for row in rows]


def told(client: Client, path: str) -> str:
    return page(client, path).replace("\N{NO-BREAK SPACE}", " ")


def test_a_history_is_in_the_time_of_the_theater(
    at_desk: Desk, otto: User, ada: User, changed: list[tuple[str, int]]
) -> None:
    for path, pk in changed:
        said = told(at_desk(otto), f"{path}/{pk}/history/")
        assert "Thu 31 Dec 2026, 21:00 JST" in said
        assert "12:00" not in said
        assert "Ada" in said
        assert "ada@example.com" not in said
        assert "ada@example.com" in told(at_desk(ada), f"{path}/{pk}/history/")


def test_the_history_of_a_movie_names_utc(at_desk: Desk, ada: User, movie: Movie) -> None:
    LogEntry.objects.log_actions(ada.pk, [movie], CHANGE, change_message="", single_object=True)
    LogEntry.objects.update(action_time=datetime(2026, 12, 31, 12, tzinfo=UTC))
    client = at_desk(ada)
    assert "Thu 31 Dec 2026, 12:00 UTC" in told(client, f"movies/movie/{movie.pk}/history/")
    assert "Thu 31 Dec 2026, 12:00 UTC" in told(client, "admin/logentry/")


def test_the_list_of_changes_tells_each_in_the_time_of_its_theater(
    at_desk: Desk, ada: User, movie: Movie, changed: list[tuple[str, int]]
) -> None:
    client = at_desk(ada)
    assert told(client, "admin/logentry/").count("Thu 31 Dec 2026, 21:00 JST") == 4
    one = LogEntry.objects.latest("pk")
    assert "21:00 JST" in told(client, f"admin/logentry/{one.pk}/change/")
    LogEntry.objects.log_actions(ada.pk, [movie], CHANGE, change_message="", single_object=True)
    LogEntry.objects.update(action_flag=DELETION, object_id="0")
    LogEntry.objects.filter(pk=one.pk).update(object_id=None)
    LogEntry.objects.update(action_time=datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert told(client, "admin/logentry/").count("Thu 31 Dec 2026, 12:00 UTC") == 5


def test_zones_cost_no_query_of_their_own(
    at_desk: Desk, ada: User, changed: list[tuple[str, int]]
) -> None:
    client = at_desk(ada)
    with CaptureQueriesContext(connection) as queries:
        page(client, "admin/logentry/")
    assert len(queries) <= 8
