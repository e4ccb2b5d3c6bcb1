"""A pytest plugin: collects once, then runs chosen tests in a fork for each mutant it is sent.

Starting a new process for each mutant would take ten times as long as the tests until one fails.
"""

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from ctypes import Array, c_int
from multiprocessing.sharedctypes import RawArray
from typing import Any, TextIO

import pytest
from django.db import connection
from django.urls import resolve
from hypothesis import Phase, settings
from pytest_django.plugin import blocking_manager_key

from lab.mutants.grafting import graft
from lab.mutants.targets import TARGETS
from tests import databases

PASSED, FAILED, BROKEN = 0, 1, 3
USE_CASES = {test for target in TARGETS.values() for test in target.first}


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Tells Hypothesis neither to keep nor to shrink examples: the first that fails is enough."""
    phases = Phase.explicit, Phase.generate
    settings.register_profile("mutants", settings(), database=None, phases=phases)
    settings.load_profile("mutants")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Reads orders, one JSON object per line, to the end; answers each with a line."""
    orders, answers = (int(number) for number in os.environ["MUTANTS_PIPES"].split())
    with (
        session.config.stash[blocking_manager_key].unblock(),
        databases.database(),
        os.fdopen(orders) as questions,
        os.fdopen(answers, "w", buffering=1) as replies,
    ):
        databases.database = nullcontext  # type: ignore[assignment] # it is here already
        _warm_up(session)
        print("ready", file=replies)
        _serve(session, questions, replies)
    return True


def _warm_up(session: pytest.Session) -> None:
    """Runs a test of each file, so that what is made at first use is there in every fork.

    No races, because no thread survives a fork.
    """
    resolve("/api/v1/shows/1/hold/")  # loads all that serves
    first = {test: item for item in reversed(session.items) if (test := _file(item)) in USE_CASES}
    for item in first.values():
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    connection.close()
    gc.freeze()


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _serve(session: pytest.Session, questions: TextIO, replies: TextIO) -> None:
    failures = RawArray(c_int, len(session.items))  # in memory that forks share
    for line in questions:
        order, before = json.loads(line), list(failures)
        child = os.fork()
        if child == 0:
            _run(session, order, failures)
        _, status = os.waitpid(child, 0)
        code, failed = os.waitstatus_to_exitcode(status), _newest(session, failures, before)
        print(f"{code} {failed}" if failed else code, file=replies)


def _newest(session: pytest.Session, failures: "Array[c_int]", before: Sequence[int]) -> str:
    """Returns the test that has failed since its failures were counted."""
    counted = zip(session.items, failures, before, strict=True)
    return next((item.nodeid for item, now, then in counted if now > then), "")


def _run(session: pytest.Session, order: dict[str, Any], failures: "Array[c_int]") -> None:
    """In the fork: becomes the mutant, runs the tests, and exits, at the latest by a time limit."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(order["seconds"])
    code = BROKEN
    try:
        databases.empty()
        connection.close()
        code = _outcome(session, order["tests"], failures) if _grafted(order) else FAILED
    except BaseException:  # noqa: BLE001 (a fork must not go on as its parent would)
        traceback.print_exc(file=sys.stdout)
    finally:
        sys.stdout.flush()
        os._exit(code)


def _grafted(order: dict[str, Any]) -> bool:
    """Grafts the mutants, and returns whether they could be imported."""
    try:
        for module, source in order["sources"].items():
            graft(sys.modules[module], source)
    except Exception:  # noqa: BLE001 (whatever it is, a program that does not start is noticed)
        traceback.print_exc(file=sys.stdout)
        return False
    return True


def _outcome(session: pytest.Session, tests: Sequence[str], failures: "Array[c_int]") -> int:
    """Runs these files' tests until one fails, first those that have failed most often."""
    numbered = {item: number for number, item in enumerate(session.items)}
    items = [item for test in tests for item in numbered if _file(item) == test]
    items.sort(key=lambda item: -failures[numbered[item]])
    for item, following in zip(items, [*items[1:], None], strict=False):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            failures[numbered[item]] += 1
            return FAILED
    return PASSED


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Reports a failure at once, because a fork exits before the summary."""
    if report.failed:
        print(f"\n{report.nodeid}\n{report.longreprtext}")
