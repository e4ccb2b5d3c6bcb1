"""The bank at which customers pay: a fake Stripe in a process of its own, slow and lying."""

import random
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

from lab.fake_stripe.running import Process

REFUNDS, STARTS = r"POST /v1/refunds$", r"POST /v1/(checkout/sessions|payment_intents)$"
BAD_DAY: list[dict[str, Any]] = [
    {"kind": kind, "path": path, "rate": rate, "seconds": seconds}
    for path in (REFUNDS, STARTS)
    for kind, rate, seconds in (
        ("reset_after", 0.1, 0),
        ("error_after", 0.1, 0),
        ("error_before", 0.05, 0),
        ("lost", 0.05, 0),
        ("timeout_after", 0.02, 6),
        ("slow", 0.1, 0.5),
    )
] + [{"kind": "error_before", "path": r"GET ", "rate": 0.05}]
BAD_EVENTS = {"copies": 2, "shuffle": 3.0, "lose": 0.1}
GOOD_EVENTS = {"copies": 1, "shuffle": 0.0, "lose": 0.0}


class Bank(Process):
    """The fake Stripe, with what its customers do there; what is done while it is down fails."""

    def __init__(self, journal: Path) -> None:
        super().__init__(journal)
        self.programs_port = 0
        self._faults: list[dict[str, Any]] = []

    def tell(self, key: str, secret: str, webhook: str) -> None:
        """Send the events of an account to its webhook, a path of the program."""
        url = f"http://127.0.0.1:{self.programs_port}{webhook}"
        self.control("webhook", key=key, url=url, secret=secret)

    def act(self, verb: str, target: str) -> bool:
        """Do what a customer does on the bank's page; return whether that was acknowledged."""
        with suppress(OSError, HTTPException, ValueError):
            self.control(verb, target=target)
            return True
        return False

    def have_a_bad_day(self) -> None:
        """Lie now and then from now on, and send events twice, in disorder, or never."""
        self._faults = BAD_DAY
        self._behave(BAD_EVENTS)

    def get_well(self) -> None:
        """Tell the truth from now on."""
        self._faults = []
        self._behave(GOOD_EVENTS)

    def be_slow(self, seconds: float) -> None:
        """Let every answer take a second for some time."""
        slow = {"kind": "slow", "path": ".*", "seconds": 1.0}
        self.control("faults", faults=[slow, *self._faults])
        time.sleep(seconds)
        self.control("faults", faults=self._faults)

    def restart(self, seconds: float) -> None:
        """Kill it, and start it again after some time."""
        self.kill()
        time.sleep(seconds)
        self.start()
        self.control("faults", faults=self._faults)

    def payments(self) -> list[dict[str, Any]]:
        """Return what its books say of every payment."""
        found: list[dict[str, Any]] = self.control("totals")["payments"]
        return found

    def _behave(self, manners: dict[str, Any]) -> None:
        self.control("faults", faults=self._faults)
        self.control("manners", **manners)


def some_way(random: random.Random) -> str:
    """Return how an app pays: on a page, or in a form of its own."""
    return random.choice(["page", "page", "sheet"])
