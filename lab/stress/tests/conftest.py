"""A valid world, of which each test of the checker breaks one thing."""

import pytest

from lab.stress.tests.world import World


@pytest.fixture
def world() -> World:
    """Alice bought A1 and A2, Bob A3, which he cancelled; both looked around."""
    world = World()
    world.hold("alice", "A1", "A2")
    world.book("alice", "A1", "A2")
    world.cancel("bob", world.book("bob", "A3"))
    world.read_seats(available=8, booked=2, selected=0, blocked=0)
    world.record("alice", "my_bookings", answer={"references": ["REF0000001"]})
    return world
