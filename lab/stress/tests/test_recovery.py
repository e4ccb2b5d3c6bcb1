"""It serves again after a fault when all kinds of requests succeed and none fails or hangs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.stress.history import History, Record

SINCE = 1000.0
KINDS = ("browse", "book")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """In which all has succeeded since."""
    history = History(tmp_path / "history.jsonl")
    for kind in KINDS:
        history.add(answered(kind, 200, SINCE + 1))
    yield history
    history.close()


def answered(kind: str, status: int | None, at: float) -> Record:
    return Record(actor="a", kind=kind, call="", started=at - 0.1, ended=at, status=status)


def test_it_serves_again_when_all_succeed(history: History) -> None:
    assert history.is_serving_again(SINCE, KINDS)


def test_there_is_none_until_all_kinds_have_succeeded(history: History) -> None:
    assert not history.is_serving_again(SINCE, (*KINDS, "cancel"))
    assert not history.is_serving_again(SINCE + 2, KINDS)


def test_there_is_none_after_a_failure_until_all_have_succeeded_again(history: History) -> None:
    history.add(answered("hold", None, SINCE + 2))
    assert not history.is_serving_again(SINCE, KINDS)
    for kind in KINDS:
        history.add(answered(kind, 200, SINCE + 3))
    assert history.is_serving_again(SINCE, KINDS)


def test_there_is_none_while_a_request_from_before_hangs(history: History) -> None:
    history.begin(SINCE - 1)
    assert not history.is_serving_again(SINCE, KINDS)
    history.add(answered("hold", 200, SINCE + 2))
    assert history.is_serving_again(SINCE, KINDS)
