"""What was seen from outside: every request with its outcome, every fault, every mail."""

import json
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

LATE_SECONDS = 60


class Outcome(StrEnum):
    """What the sender of a request knows afterwards."""

    OK = "ok"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(slots=True, kw_only=True)
class Record:
    """One request. Times are seconds since 1970 on the clock of this machine.

    `asked` is what the request meant (show, seats, key, reference, prices), `answer` what the
    checker needs of the reply, `text` the reply itself where its bytes matter.
    """

    actor: str
    kind: str
    call: str
    started: float
    ended: float
    status: int | None
    code: str = ""
    session: str = ""
    asked: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    is_problem: bool = True
    retry_after: str = ""
    people: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """A 5xx tells nothing: the COMMIT may have arrived and only its reply been lost."""
        if self.status is None or self.status >= 500:
            return Outcome.UNKNOWN
        return Outcome.OK if self.status < 400 else Outcome.REFUSED

    @property
    def over(self) -> float:
        """When the server had surely done with it: one without an answer may still be at work."""
        return self.ended + (LATE_SECONDS if self.outcome is Outcome.UNKNOWN else 0)

    @property
    def is_ok(self) -> bool:
        return self.outcome is Outcome.OK

    @property
    def may_have_worked(self) -> bool:
        return self.outcome is not Outcome.REFUSED


@dataclass(slots=True, kw_only=True)
class Fault:
    """One injected fault. `healed`: its cause was gone. `served`: a request succeeded again.

    `excuses` says whether requests may fail from its start until shortly after it healed.
    """

    name: str
    started: float
    healed: float
    served: float | None
    excuses: bool
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Mail:
    """A mail that the mail server accepted."""

    to: str
    template: str
    text: str
    at: float


class History:
    """Collects records from many threads, in memory and in a file of one JSON object a line."""

    def __init__(self, path: Path) -> None:
        self.records: list[Record] = []
        self.outcomes: Counter[Outcome] = Counter()
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8")

    def add(self, record: Record) -> None:
        line = json.dumps(asdict(record), separators=(",", ":"))
        with self._lock:
            self.records.append(record)
            self.outcomes[record.outcome] += 1
            self._file.write(line + "\n")

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> list[Record]:
    """The records of an earlier run."""
    with path.open(encoding="utf-8") as lines:
        return [Record(**json.loads(line)) for line in lines]


def of_kind(records: Iterable[Record], *kinds: str) -> list[Record]:
    """The records of these kinds, in the order in which they started."""
    return sorted((r for r in records if r.kind in kinds), key=lambda record: record.started)
