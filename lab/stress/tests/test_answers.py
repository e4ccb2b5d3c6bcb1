"""The checker finds failures without a reason, and a service that recovers too late."""

import pytest

from lab.stress.checks.answers import last_failures
from lab.stress.history import Fault
from lab.stress.tests.world import World

pytestmark = pytest.mark.django_db


def test_an_error_that_is_not_a_problem_document_is_found(world: World) -> None:
    world.record("bob", "browse", 404, is_problem=False)
    assert world.failures() == {"errors_are_problem_documents"}


def test_a_500_is_found_even_in_a_fault(world: World) -> None:
    world.faults.append(Fault(name="a fault", started=0, healed=9e9, served=9e9, excuses=True))
    world.record("bob", "browse", 500)
    assert world.failures() == {"no_answer_is_a_bug"}


@pytest.mark.parametrize("status", [503, None])
def test_a_failure_without_a_fault_is_found(world: World, status: int | None) -> None:
    world.record("bob", "browse", status, retry_after="2")
    assert world.failures() == {"requests_fail_only_while_something_is_broken"}


def test_a_failure_within_a_fault_is_in_order(world: World) -> None:
    start = world.now
    world.record("bob", "browse", 503, retry_after="2")
    fault = Fault(name="x", started=start, healed=start + 1, served=start + 3, excuses=True)
    world.faults.append(fault)
    assert world.failures() == set()


RETURN = "service_returns_within_5_seconds"


def a_fault(world: World, *, excuses: bool = True) -> Fault:
    """Adds a fault that ends now."""
    fault = Fault(
        name="x", started=world.now, healed=world.now, served=world.now + 9, excuses=excuses
    )
    world.faults.append(fault)
    return fault


@pytest.mark.parametrize("kind", ["browse", "hold", "sales", "refresh", "login"])
def test_a_request_of_any_kind_that_fails_after_5_seconds_is_a_slow_return(
    world: World, kind: str
) -> None:
    fault = a_fault(world)
    world.record("bob", "browse")
    asked = {"seats": ["B1"], "token": "t"}
    took = {"started": fault.healed, "ended": fault.healed + 5.1}
    world.record("bob", kind, None, code="", asked=asked, **took)
    assert world.failures() == {RETURN}


def test_a_slow_return_is_found_after_a_fault_that_excuses_nothing(world: World) -> None:
    fault = a_fault(world, excuses=False)
    world.record("bob", "browse", None, started=fault.healed + 1, ended=fault.healed + 6)
    assert RETURN in world.failures()


def test_an_answer_that_takes_5_seconds_is_a_slow_return(world: World) -> None:
    fault = a_fault(world)
    world.record("bob", "browse", 200, started=fault.healed + 1, ended=fault.healed + 6.1)
    assert world.failures() == {RETURN}


def test_many_logins_at_once_are_not_a_slow_return(world: World) -> None:
    fault = a_fault(world)
    world.record("bob", "login", 503, ended=fault.healed + 6, retry_after="1")
    assert world.failures() == set()


def test_failures_of_the_next_fault_do_not_count_for_the_previous_one(world: World) -> None:
    first = a_fault(world)
    world.now += 20
    a_fault(world)
    world.record("bob", "browse", 503, retry_after="1")
    assert [last and last.kind for last in last_failures(world.records, world.faults)] == [
        None,
        "browse",
    ]
    assert first.healed + 20 < world.now
    assert world.failures() == set()


def test_a_service_that_never_returns_is_found(world: World) -> None:
    a_fault(world).served = None
    assert world.failures() == {RETURN}
