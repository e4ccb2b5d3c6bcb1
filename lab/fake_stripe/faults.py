"""What goes wrong, and how often."""

import random
import re
import threading
from dataclasses import dataclass
from typing import Any

KINDS = {
    "slow": "waits, then does what it should",
    "lost": "ends the connection before any effect",
    "error_before": "answers 500 without an effect",
    "limited": "answers 429 without an effect",
    "error_after": "answers 500 after the effect, also when its key is used again",
    "reset_after": "ends the connection after the effect",
    "timeout_after": "answers nothing for some seconds after the effect, then ends the connection",
}


@dataclass
class Fault:
    """Strikes requests such as `POST /v1/refunds` that match `path`, at most `times` times."""

    kind: str
    path: str = ".*"
    times: int | None = None
    rate: float = 1.0
    seconds: float = 30.0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind}: one of {', '.join(KINDS)}")

    def strikes(self, line: str) -> bool:
        if self.times is not None and self.struck >= self.times:
            return False
        if not re.match(self.path, line) or random.random() >= self.rate:
            return False
        self.struck += 1
        return True


class Faults:
    """The faults that are switched on. Of those that match a request, the first one strikes."""

    def __init__(self) -> None:
        self.all: list[Fault] = []
        self._lock = threading.Lock()

    def switch(self, faults: list[dict[str, Any]]) -> None:
        """Replace all faults."""
        new = [Fault(**each) for each in faults]
        with self._lock:
            self.all = new

    def strike(self, line: str) -> Fault | None:
        with self._lock:
            return next((fault for fault in self.all if fault.strikes(line)), None)
