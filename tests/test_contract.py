"""Every operation answers as the schema says: with what it gives, and with each problem."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from bookings.tests.wallet_keys import apple_key
from shows.models import Show
from tests import contract
from tests.contract_calls import CALLS
from tests.contract_refusals import SPECIAL, way
from tests.contract_ways import ELSEWHERE
from tests.contract_world import World, undone
from users.models import User

pytestmark = pytest.mark.django_db
SCHEMA = contract.generated()
STRICT = contract.strict(SCHEMA)
OPERATIONS = contract.operations(STRICT)
SOMETIMES = {"idempotent-replayed"}  # with a repetition only


def content(name: str, status: int) -> Iterator[tuple[str, Any]]:
    """The media types of an operation's answer of that status."""
    answer = contract.resolved(STRICT, OPERATIONS[name]["responses"][str(status)])
    yield from answer.get("content", {}).items()


def codes(name: str) -> set[str]:
    """The problems that are listed for the operation."""
    return {
        contract.resolved(STRICT, each)["properties"]["code"]["enum"][0]
        for status in OPERATIONS[name]["responses"]
        for kind, answer in content(name, int(status))
        if kind == "application/problem+json"
        for each in answer["schema"]["anyOf"]
    }


def check(name: str, answer: Any) -> None:
    """Raises AssertionError unless the answer is what the schema says of its status."""
    said = {each.lower() for each in _headers(name, answer.status_code)} - SOMETIMES
    assert said <= {each.lower() for each in answer.headers}
    shapes = dict(content(name, answer.status_code))
    if not shapes:
        assert not answer.content
        return
    kind = answer.headers["Content-Type"].partition(";")[0]
    value = answer.json() if "json" in kind else answer.content.decode(errors="replace")
    found = shapes.get(kind) or shapes["application/json"]
    assert not contract.faults(STRICT, found["schema"], value)


def _headers(name: str, status: int) -> Iterator[str]:
    answer = contract.resolved(STRICT, OPERATIONS[name]["responses"][str(status)])
    yield from answer.get("headers", {})


@pytest.fixture(scope="session")
def pass_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(apple_key(tmp_path_factory.mktemp("pass"))[0])


@pytest.fixture
def world(
    alice: User,
    bob: User,
    olga: User,
    otto: User,
    ada: User,
    make_show: Callable[..., Show],
    settings: Settings,
    pass_file: str,
) -> World:
    settings.APPLE_PASS_FILE = pass_file
    people = {user.name.lower(): user for user in (alice, bob, olga, otto, ada)}
    return World(SCHEMA, people, make_show)


def test_every_operation_is_called() -> None:
    assert CALLS.keys() == OPERATIONS.keys()
    for name, ways in SPECIAL.items():
        assert ways.keys() <= codes(name), name


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_as_the_schema_says(name: str, world: World) -> None:
    with undone():
        answer = world.ask(name)
        assert answer.status_code < 300, answer.content
        check(name, answer)
        if name.startswith("list_"):
            assert answer.json().get("results", [True]), "an empty list proves nothing"
        if "304" in OPERATIONS[name]["responses"]:
            again = world.ask(name, HTTP_IF_NONE_MATCH=answer.headers["ETag"])
            assert again.status_code == 304
            check(name, again)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_each_problem_that_the_schema_lists(name: str, world: World) -> None:
    wrong = []
    for code in sorted(codes(name) - ELSEWHERE.keys()):
        with undone():
            answer = way(name, code)(world, name)
            kind = answer.headers["Content-Type"]
            got = answer.json()["code"] if kind == "application/problem+json" else None
            if got != code:
                wrong.append(f"{code}: {answer.status_code} {answer.text[:300]}")
            else:
                check(name, answer)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("get_show", {"a_member": "of nobody's"}),
        ("get_show", {"starts_at": "2026-12-31T20:15:00"}),
        ("get_show", {"price": "1e2"}),
        ("get_hold", {"expires_in": "480"}),
        ("get_booking", {"status": "paid"}),
    ],
)
def test_another_answer_is_noticed(name: str, change: dict[str, Any], world: World) -> None:
    (answer,) = (found for _, found in content(name, 200))
    value = world.ask(name).json()
    assert not contract.faults(STRICT, answer["schema"], value)
    assert contract.faults(STRICT, answer["schema"], value | change)


def test_another_problem_is_noticed(world: World) -> None:
    """One that the operation does not list, and one with a member too many or too few."""
    (answer,) = (found for _, found in content("hold_seats", 409))
    with undone():
        refused = way("hold_seats", "seats_unavailable")(world, "hold_seats").json()
    assert not contract.faults(STRICT, answer["schema"], refused)
    for other in (
        refused | {"code": "too_late"},
        refused | {"total": "1.00"},
        {name: value for name, value in refused.items() if name != "seats"},
    ):
        assert contract.faults(STRICT, answer["schema"], other)
