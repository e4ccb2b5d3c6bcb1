"""The sweeper makes lapsed holds look free, and touches nothing else."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from core.postgres.clock import StatementTime
from movies.models import Movie
from shows.models import Seat, Show
from shows.tidying import release_lapsed_holds
from theaters.models import Screen
from users.models import User

MINUTE = timedelta(minutes=1)


@pytest.fixture
def seats(movie: Movie, screen: Screen, alice: User) -> None:
    """A1 was held until a minute ago, A2 is still held, A3 is booked."""
    start = datetime(2030, 1, 1, 18, tzinfo=UTC)
    show = Show.objects.create(
        movie=movie,
        screen=screen,
        starts_at=start,
        ends_at=start + 2 * MINUTE,
        free_at=start + 2 * MINUTE,
        local_date=start.date(),
        price=9,
        rows=1,
        columns=3,
    )
    now = StatementTime()
    held: dict[str, Any] = {
        "status": "selected",
        "held_by": alice,
        "held_since": now - 5 * MINUTE,
    }
    states = [
        held | {"held_until": now - MINUTE},
        held | {"held_until": now + MINUTE},
        {"status": "booked"},
    ]
    for number, fields in enumerate(states, start=1):
        Seat.objects.create(
            show=show,
            label=f"A{number}",
            row="A",
            number=number,
            column=number,
            category="standard",
            price=9,
            **fields,
        )


def statuses() -> list[str]:
    return list(Seat.objects.values_list("status", flat=True))


@pytest.mark.usefixtures("seats")
def test_only_lapsed_holds_become_available() -> None:
    assert release_lapsed_holds() == 1
    assert statuses() == ["available", "selected", "booked"]
    assert release_lapsed_holds() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("seats")
def test_it_does_not_wait_for_a_seat_that_is_being_changed() -> None:
    released: list[int] = []

    def sweep() -> None:
        released.append(release_lapsed_holds())
        connection.close()

    with transaction.atomic():
        list(Seat.objects.select_for_update())
        sweeper = Thread(target=sweep)
        sweeper.start()
        sweeper.join(timeout=3)
        assert released == [0]
    assert release_lapsed_holds() == 1
