"""A theater that wants no single seats left insists, but only where something else is possible."""

from collections.abc import Callable
from typing import Any

import pytest

from bookings.models import Booking
from shows.models import HoldChain, Seat, Show
from tests.api import As, book, hold, hold_url
from tests.problems import problem
from tests.queries import queries_at_most
from theaters.models import Screen, Theater
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def row_of(make_show: Callable[..., Show], screen: Screen) -> Callable[..., Show]:
    """`row_of("ssss")` is a show with this row, in a theater that insists."""
    Theater.objects.update(no_single_seats=True)

    def make(*lines: str) -> Show:
        screen.layout = list(lines)
        return make_show(rows=len(lines), columns=len(lines[0]))

    return make


def held(show: Show) -> list[str]:
    return list(show.seats.filter(status="selected").values_list("label", flat=True))


def refused(answer: Any) -> tuple[list[str], list[str]]:
    said = problem(answer, 409, "single_seat_left")
    return said["singles"], said["instead"]


def test_a_hold_that_leaves_one_is_refused_with_the_way_out(
    as_: As, alice: User, row_of: Callable[..., Show]
) -> None:
    show, client = row_of("ssss"), as_(alice)
    assert refused(hold(client, show, "A2", "A3")) == (["A1", "A4"], ["A1", "A2"])
    assert held(show) == []
    assert not HoldChain.objects.exists()
    assert hold(client, show, "A1", "A2").status_code == 200


def test_what_was_held_before_stays_held(as_: As, alice: User, row_of: Callable[..., Show]) -> None:
    show, client = row_of("ssssss"), as_(alice)
    assert hold(client, show, "A1", "A2").status_code == 200
    assert refused(hold(client, show, "A2", "A3"))[0] == ["A1"]
    assert held(show) == ["A1", "A2"]


def test_by_default_nobody_is_told_where_to_sit(as_: As, alice: User, show: Show) -> None:
    assert hold(as_(alice), show, "A2").status_code == 200
    assert book(as_(alice), show, "B2").status_code == 201


def test_a_booking_in_one_step_is_refused_too(
    as_: As, alice: User, row_of: Callable[..., Show]
) -> None:
    show, client = row_of("ssss"), as_(alice)
    answer = book(client, show, "A2", "A3", key="k")
    assert refused(answer) == (["A1", "A4"], ["A1", "A2"])
    assert not Booking.objects.exists()
    assert not show.seats.exclude(status="available").exists()
    assert book(client, show, "A1", "A2", key="k").status_code == 201


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_hold_can_be_kept_and_booked_whatever_others_take_meanwhile(
    in_one_step: bool, as_: As, alice: User, row_of: Callable[..., Show]
) -> None:
    show, client = row_of("sssss"), as_(alice)
    assert hold(client, show, "A1", "A2").status_code == 200
    Seat.objects.filter(show=show, label="A4").update(status="booked")
    assert hold(client, show, "A1", "A2").status_code == 200
    labels = ["A1", "A2"] if in_one_step else []
    assert book(client, show, *labels).status_code == 201


def test_giving_up_a_part_of_a_hold_may_leave_none_either(
    as_: As, alice: User, row_of: Callable[..., Show]
) -> None:
    show, client = row_of("ssssss"), as_(alice)
    assert hold(client, show, "A1", "A2", "A3", "A4").status_code == 200
    assert refused(hold(client, show, "A2", "A3")) == (["A1"], ["A1", "A2"])
    assert hold(client, show, "A1", "A2").status_code == 200


def test_the_last_seats_are_for_whoever_wants_them(
    as_: As, alice: User, row_of: Callable[..., Show]
) -> None:
    show, client = row_of("sss"), as_(alice)
    assert hold(client, show, "A1", "A2").status_code == 200
    assert client.delete(hold_url(show)).status_code == 204
    assert book(client, show, "A2", "A3").status_code == 201


def test_who_sells_for_the_theater_seats_people_as_they_like(
    as_: As, olga: User, row_of: Callable[..., Show]
) -> None:
    show, client = row_of("ssssssss"), as_(olga)
    assert hold(client, show, "A2").status_code == 200
    assert book(client, show, "A4").status_code == 201


def test_seats_that_are_lost_are_said_first(
    as_: As, alice: User, bob: User, row_of: Callable[..., Show]
) -> None:
    show = row_of("ssssss")
    assert hold(as_(bob), show, "A1", "A2").status_code == 200
    problem(hold(as_(alice), show, "A2", "A3"), 409, "seats_unavailable")
    assert refused(hold(as_(alice), show, "A4")) == (["A3"], ["A3"])


def test_it_costs_a_query_only_where_it_is_wanted(
    as_: As, alice: User, row_of: Callable[..., Show]
) -> None:
    show, client = row_of("ssssss"), as_(alice)
    for insists, wish, most in (
        (False, ["A1"], 4),
        (True, ["A1"], 4),
        (True, ["A1", "A2"], 5),
    ):
        Theater.objects.update(no_single_seats=insists)
        with queries_at_most(most):
            assert hold(client, show, *wish).status_code == 200
