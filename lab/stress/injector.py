"""Injects faults one after the other, in an order determined by the seed."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

from lab.stress import faults
from lab.stress.history import Fault
from lab.stress.system import System

PAUSES = (0.0, 0.5, 1.0, 1.5, 8.0)
"""Seconds between recovery and the next fault: now and then until failures have no excuse left."""


def plan(seed: int) -> Iterator[faults.Kind]:
    """Yield all faults in random order, again and again."""
    random = Random(seed)
    while True:
        kinds = [kind for kind in faults.FAULTS for _ in range(kind.weight)]
        yield from random.sample(kinds, len(kinds))


class FaultInjector:
    """Works in a thread of its own until told to stop."""

    def __init__(self, system: System, seed: int) -> None:
        self.system = system
        self.seed = seed
        self.skipped: dict[str, str] = {}
        self.error = ""
        self.now = ""

    def work_until(self, stop: threading.Event) -> None:
        """Inject faults with pauses in between; stop if the service does not recover."""
        try:
            self._work_until(stop)
        except Exception as error:
            self.error = f"{self.now}: {type(error).__name__} {error}"
            raise

    def _work_until(self, stop: threading.Event) -> None:
        for number, kind in enumerate(plan(self.seed)):
            random = Random(f"{self.seed}/{number}")
            if stop.wait(random.choice(PAUSES)):
                return
            if kind.name not in self.skipped and not self._inject(kind, random):
                return

    def _inject(self, kind: faults.Kind, random: Random) -> bool:
        self.now = kind.name
        started = time.time()
        detail = self._do(kind, random)
        self.now = ""
        if detail is None:
            return True
        healed = time.time()
        served = self._wait_for_recovery(healed)
        self.system.faults.append(
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

    def _do(self, kind: faults.Kind, random: Random) -> str | None:
        try:
            return kind.inject(self.system, random)
        except faults.Skipped as reason:
            self.skipped[kind.name] = str(reason)
        except ProcessLookupError:
            pass
        return None

    def _wait_for_recovery(self, healed: float) -> float | None:
        try:
            return self.system.wait_for_recovery(healed)
        except TimeoutError:
            return None

    def counts(self) -> Counter[str]:
        """Return how often each fault was injected."""
        return Counter(fault.name for fault in self.system.faults)
