"""The checker finds holds that are lost, incomplete, too long, shared or too many."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lab.stress.history import Fault
from lab.stress.tests.world import World
from shows.models import Seat

pytestmark = pytest.mark.django_db


def test_a_hold_of_a_sold_seat_is_found(world: World) -> None:
    world.hold("bob", "A1")
    assert "no_seat_is_held_and_owned_by_another" in world.failures()


def test_two_holds_of_a_seat_are_found(world: World) -> None:
    world.hold("alice", "B1", "B2")
    world.hold("bob", "B2", "B3")
    assert world.failures() == {"no_seat_is_held_and_owned_by_another"}


def test_a_hold_after_another_was_released_is_in_order(world: World) -> None:
    world.hold("alice", "B1", "B2")
    world.record("alice", "release", 204)
    world.hold("bob", "B2", "B3")
    assert world.failures() == set()


def test_a_hold_after_a_lapse_is_in_order(world: World) -> None:
    world.hold("alice", "B1", "B2")
    lapse(world)
    world.hold("bob", "B2", "B3")
    assert world.failures() == set()


def lapse(world: World) -> None:
    world.now += 1
    fault = Fault(
        name="holds lapse", started=world.now, healed=world.now, served=world.now, excuses=False
    )
    world.faults.append(fault)


def swap(world: World, actor: str, *seats: str) -> None:
    """Adds an acknowledged hold, parallel to another request of the same person."""
    world.hold(actor, *seats).kind = "swap"


def test_a_booking_of_a_part_of_a_hold_is_found(world: World) -> None:
    swap(world, "bob", "B1", "B2")
    world.book("bob", "B1")
    world.records[-1].asked["seats"] = []
    assert world.failures() == {"a_hold_is_booked_whole"}


def test_a_booking_of_either_hold_of_two_windows_is_in_order(world: World) -> None:
    swap(world, "bob", "B1", "B2")
    swap(world, "bob", "B1", "B3")
    world.book("bob", "B1", "B2")
    world.records[-1].asked["seats"] = []
    assert world.failures() == set()


def test_a_hold_of_too_many_seats_by_two_windows_is_found(world: World) -> None:
    seats = [f"{row}{number}" for row in "ABC" for number in range(1, 5)]
    swap(world, "bob", *seats[:6])
    swap(world, "bob", *seats[6:])
    world.record("bob", "my_hold", answer={"seats": seats, "expires_in": 480})
    assert world.failures() == {"no_hold_is_promised_for_longer"}


def test_a_booking_of_a_lapsed_hold_is_found(world: World) -> None:
    world.hold("bob", "B1")
    lapse(world)
    world.book("bob", "B1")
    world.records[-1].asked["seats"] = []
    assert world.failures() == {"a_lapsed_hold_cannot_be_booked"}


def test_a_hold_changed_by_a_refused_request_is_found(world: World) -> None:
    world.hold("bob", "B1")
    world.record("bob", "hold", 409, asked={"seats": ["A1", "B1"]})
    world.record("bob", "my_hold", answer={"seats": ["B1"]})
    assert world.failures() == set()
    world.record("bob", "my_hold", answer={"seats": []})
    assert world.failures() == {"a_hold_is_what_was_last_put"}


def test_a_lost_hold_is_found(world: World) -> None:
    world.hold("bob", "B1")
    world.record("bob", "my_hold", 404)
    assert world.failures() == {"a_hold_is_not_lost"}


def test_half_a_hold_is_found(world: World) -> None:
    world.hold("bob", "B1", "B2").answer["seats"].pop()
    assert world.failures() == {"a_hold_is_all_or_nothing"}


def test_a_hold_for_too_long_is_found(world: World) -> None:
    until = timezone.now() + timedelta(minutes=9)
    Seat.objects.filter(label="B1").update(
        status="selected", held_by=world.users["bob"], held_since=timezone.now(), held_until=until
    )
    assert world.failures() == {"no_hold_outlives_its_maximum"}


def test_too_many_held_seats_are_found(world: World) -> None:
    hold = {
        "status": "selected",
        "held_by": world.users["bob"],
        "held_since": timezone.now(),
        "held_until": timezone.now() + timedelta(minutes=5),
    }
    for day in range(20, 24):
        world.new_show(world.show.screen, starts_in=timedelta(days=day))
    Seat.objects.filter(label="B5").update(**hold)
    assert world.failures() == {"holds_stay_within_their_limits"}
