"""Tries mutants in parallel workshops and reports progress."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from lab.mutants.mutant import Mutant, Verdict
from lab.mutants.targets import TARGETS, Target
from lab.mutants.workshop import Outcome, Workshop, workshop

T = TypeVar("T")
R = TypeVar("R")


class Pool:
    """Some workshops, with a thread for each."""

    def __init__(self, workshops: Sequence[Workshop]) -> None:
        self.count = len(workshops)
        self.free: SimpleQueue[Workshop] = SimpleQueue()
        for each in workshops:
            self.free.put(each)

    def each(self, things: Iterable[T], work: Callable[[Workshop, T], R]) -> Iterator[tuple[T, R]]:
        """Does the work for each thing; yields thing and result in the order of completion."""
        with ThreadPoolExecutor(self.count) as threads:
            jobs = {threads.submit(self._in_a_free_one, work, thing): thing for thing in things}
            try:
                for job in as_completed(jobs):
                    yield jobs[job], job.result()
            finally:
                threads.shutdown(cancel_futures=True)

    def _in_a_free_one(self, work: Callable[[Workshop, T], R], thing: T) -> R:
        found = self.free.get()
        try:
            return work(found, thing)
        finally:
            self.free.put(found)


@contextmanager
def pool(workers: int, database_url: str, tests: Sequence[str]) -> Iterator[Pool]:
    """Yields this many workshops for these tests; `{}` in the URL becomes the number of each."""
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as directory, ExitStack() as stack:
        made = []
        for number in range(workers):
            log, url = Path(directory) / f"{number}.log", database_url.format(number)
            made.append(stack.enter_context(workshop(log, url, tests, seconds)))
        for each in made:
            each.wait()
        yield Pool(made)


def tried(
    mutants: Sequence[Mutant], workers: int, database_url: str, *, races: bool = True
) -> Iterator[tuple[Mutant, Verdict]]:
    """Yields the verdict on each mutant, and prints a line for each. Raises BrokenWorkshop.

    The races, which take longest, run only for mutants that no other test notices, if at all.
    """
    tests = sorted({t for m in mutants for t in _tests(TARGETS[m.key.file], races=races)})
    with pool(workers, database_url, tests) as site:
        survivors = {}
        for mutant, verdict in _told(site.each(mutants, Workshop.use_cases_notice), len(mutants)):
            if verdict is Verdict.NOTICED or not races:
                yield mutant, verdict
            else:
                survivors[mutant] = verdict
        if races:
            print(f"{len(survivors)} go on to races and models", flush=True)
        for mutant, verdict in _told(site.each(survivors, Workshop.races_notice), len(survivors)):
            yield mutant, survivors[mutant] if verdict is Verdict.MISSED else verdict


def _tests(target: Target, *, races: bool) -> Sequence[str]:
    return target.first + target.then if races else target.first


def _told(
    outcomes: Iterable[tuple[Mutant, Outcome]], count: int
) -> Iterator[tuple[Mutant, Verdict]]:
    begun = time.monotonic()
    for done, (mutant, (verdict, test)) in enumerate(outcomes, start=1):
        minutes = (time.monotonic() - begun) / done * (count - done) / 60
        noticed = verdict is Verdict.NOTICED
        said = f"{mutant.place()} by {test}" if noticed else mutant.diff()
        print(f"{done}/{count}, about {minutes:.0f} min left; {verdict}: {said}", flush=True)
        yield mutant, verdict
