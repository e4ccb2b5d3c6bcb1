"""A process with the tests collected and a database of its own, which tries mutants in forks."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lab.mutants.mutant import Mutant, Verdict
from lab.mutants.targets import FRAGMENTS, TARGETS

ROOT = Path(__file__).resolve().parents[2]
PYTEST = (
    *("-m", "pytest", "-x", "-q", "--tb=short", "--capture=no", "--hypothesis-seed=0"),
    *("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "lab.mutants.inside"),
)
PASSED, FAILED, TOO_LATE = "0", "1", str(-signal.SIGALRM)
VERDICTS = {PASSED: Verdict.MISSED, FAILED: Verdict.NOTICED, TOO_LATE: Verdict.LATE}
PATIENCE = 120
LONGEST = 1800


class BrokenWorkshop(Exception):
    """The tests fail without a mutant, or the workshop died; the message has its last output."""


class Outcome(NamedTuple):
    """The verdict on a mutant, and which test failed, if one did."""

    verdict: Verdict
    test: str = ""


class Workshop:
    """Communicates with one process; to be used by one thread."""

    def __init__(self, pipes: tuple[int, int], log: Path, seconds: dict[str, float]) -> None:
        self.orders, self.answers = os.fdopen(pipes[0], "w", buffering=1), os.fdopen(pipes[1])
        self.log = log
        self.sources = {file: (ROOT / file).read_text() for file in TARGETS}
        self.seconds = seconds

    def wait(self) -> None:
        """Returns when the tests are collected. Raises BrokenWorkshop."""
        self._answer()

    def use_cases_notice(self, mutant: Mutant) -> "Outcome":
        """Returns whether a test of the module's own use cases fails with the mutant."""
        return self._outcome(mutant, TARGETS[mutant.key.file].first)

    def races_notice(self, mutant: Mutant) -> "Outcome":
        """Returns the same for races and models."""
        return self._outcome(mutant, TARGETS[mutant.key.file].then)

    def prove(self, test: str) -> None:
        """Runs a file of tests with each of its modules replaced by itself.

        This shows that they pass without a mutant, that replacing does no harm, and how long they
        take. Raises BrokenWorkshop.
        """
        begun = time.monotonic()
        sources = {
            _module(file): self.sources[file]
            for file, (first, then) in TARGETS.items()
            if test in first + then
        }
        if self._ask(sources=sources, tests=[test], seconds=LONGEST) != PASSED:
            raise BrokenWorkshop(f"Without any mutant:\n{self._last_words()}")
        self.seconds[test] = time.monotonic() - begun

    def close(self) -> None:
        self.orders.close()
        self.answers.close()

    def _outcome(self, mutant: Mutant, tests: tuple[str, ...]) -> "Outcome":
        for test in tests:
            if test not in self.seconds:
                self.prove(test)
        limit = PATIENCE + 5 * sum(self.seconds[test] for test in tests)
        sources = {_module(mutant.key.file): mutant.program()} | self._built_from(mutant.key.file)
        answer = self._ask(sources=sources, tests=tests, seconds=int(limit))
        if answer == TOO_LATE:
            answer = self._ask(sources=sources, tests=tests, seconds=int(2 * limit))
        status, _, test = answer.partition(" ")
        if status not in VERDICTS:
            raise BrokenWorkshop(f"{mutant.diff()}\n{answer}\n{self._last_words()}")
        return Outcome(VERDICTS[status], test)

    def _built_from(self, file: str) -> dict[str, str]:
        """Returns the modules whose statements are built from fragments of this one."""
        builds = f"from {_module(file)} import"
        users = (path for path in FRAGMENTS.get(file, ()) if builds in (ROOT / path).read_text())
        return {_module(path): (ROOT / path).read_text() for path in users}

    def _ask(self, **order: object) -> str:
        print(json.dumps(order), file=self.orders)
        return self._answer()

    def _answer(self) -> str:
        answer = self.answers.readline().strip()
        if not answer:
            raise BrokenWorkshop(self._last_words())
        return answer

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]


def _module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


@contextmanager
def workshop(
    log: Path, database_url: str, tests: Iterable[str], seconds: dict[str, float]
) -> Iterator[Workshop]:
    """Yields a process that collects these tests, and ends with the block."""
    orders, questions = os.pipe()
    replies, answers = os.pipe()
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "DEVELOPMENT": "true",
        "MUTANTS_PIPES": f"{orders} {answers}",
    }
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, *PYTEST, *tests],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(orders, answers),
        ),
    ):
        os.close(orders)
        os.close(answers)
        made = Workshop((questions, replies), log, seconds)
        try:
            yield made
        finally:
            made.close()
