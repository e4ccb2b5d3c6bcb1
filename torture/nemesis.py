"""Injects faults, one after the other, in an order that the seed decides."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

from torture import faults
from torture.chamber import Chamber
from torture.history import Fault

PEACE_SECONDS = 8.0


def plan(random: Random) -> Iterator[faults.Kind]:
    """All faults in random order, again and again."""
    while True:
        kinds = [kind for kind in faults.FAULTS for _ in range(kind.weight)]
        yield from random.sample(kinds, len(kinds))


class Nemesis:
    """Works in a thread of its own until told to stop."""

    def __init__(self, chamber: Chamber, seed: int) -> None:
        self.chamber = chamber
        self.random = Random(seed)  # noqa: S311 - to be repeated
        self.skipped: dict[str, str] = {}
        self.error = ""
        self.now = ""

    def work_until(self, stop: threading.Event) -> None:
        """Inject faults with pauses of peace; stop when the service does not come back."""
        try:
            self._work_until(stop)
        except Exception as error:
            self.error = f"{self.now}: {type(error).__name__} {error}"
            raise

    def _work_until(self, stop: threading.Event) -> None:
        for kind in plan(self.random):
            if stop.wait(self._pause()):
                return
            if kind.name not in self.skipped and not self._inject(kind):
                return

    def _pause(self) -> float:
        """Now and then so long that failures have no excuse left."""
        return self.random.choice([0.5, 1.0, 1.5, 2.0, PEACE_SECONDS])

    def _inject(self, kind: faults.Kind) -> bool:
        self.now = kind.name
        started = time.time()
        detail = self._do(kind)
        self.now = ""
        if detail is None:
            return True
        healed = time.time()
        served = self._measure()
        self.chamber.faults.append(
            Fault(
                name=kind.name,
                started=started,
                healed=healed,
                served=served,
                excuses=kind.excuses,
                detail=detail,
            )
        )
        return served is not None

    def _do(self, kind: faults.Kind) -> str | None:
        try:
            return kind.inject(self.chamber, self.random)
        except faults.Skipped as reason:
            self.skipped[kind.name] = str(reason)
        except ProcessLookupError:
            pass
        return None

    def _measure(self) -> float | None:
        try:
            return self.chamber.wait_until_served()
        except TimeoutError:
            return None

    def counts(self) -> Counter[str]:
        """How often each fault was injected."""
        return Counter(fault.name for fault in self.chamber.faults)
