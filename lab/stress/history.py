"""What was observed from outside: every request with its outcome, every fault, every mail."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

LATE_SECONDS = 60
SLOW_SECONDS = 5
PEACE_SECONDS = 1
HASHING = {"register", "login"}
PAYING = "start_payment"


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
        """Unknown after a 5xx: the COMMIT may have arrived and only its reply been lost."""
        if self.status is None or self.status >= 500:
            return Outcome.UNKNOWN
        return Outcome.OK if self.status < 400 else Outcome.REFUSED

    @property
    def over(self) -> float:
        """When the server had surely finished it; without an answer it may still be running."""
        return self.ended + (LATE_SECONDS if self.outcome is Outcome.UNKNOWN else 0)

    @property
    def has_failed(self) -> bool:
        """Whether it got no answer or a 5xx, or waited too long for a good one.

        Many logins at once may wait longer, because the number of hashes at once is limited.
        """
        if self.kind == PAYING:
            return self.outcome is Outcome.UNKNOWN and not self.has_banks_fault
        if self.kind in HASHING:
            return self.outcome is Outcome.UNKNOWN and self.code != "busy"
        return self.outcome is Outcome.UNKNOWN or self.ended - self.started > SLOW_SECONDS

    @property
    def has_banks_fault(self) -> bool:
        """Whether it failed because the bank did, as it does all the time."""
        return self.kind == PAYING and (self.status, self.code) == (503, "payment_unavailable")

    @property
    def is_ok(self) -> bool:
        return self.outcome is Outcome.OK

    @property
    def may_have_worked(self) -> bool:
        return self.outcome is not Outcome.REFUSED


@dataclass(slots=True, kw_only=True)
class Fault:
    """An injected fault. `healed` is when its cause was gone, `served` when all succeeded again.

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
        self._under_way: dict[int, float] = {}
        self._failed = 0.0
        self._succeeded: dict[str, float] = {}
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8")

    def begin(self, started: float) -> None:
        """Note that this thread has a request under way until it adds the record."""
        with self._lock:
            self._under_way[threading.get_ident()] = started

    def add(self, record: Record) -> None:
        line = json.dumps(asdict(record), separators=(",", ":"))
        with self._lock:
            self._under_way.pop(threading.get_ident(), None)
            self.records.append(record)
            if record.has_failed:
                self._failed = max(self._failed, record.ended)
            if record.is_ok:
                self._succeeded[record.kind] = record.ended
            self.outcomes[record.outcome] += 1
            self._file.write(line + "\n")

    def is_serving_again(self, since: float, kinds: Iterable[str]) -> bool:
        """Return whether the service works again after `since`.

        Nothing has failed for a second, no request from before `since` is under way, and of each of
        `kinds` one has succeeded after `since` and after the last failure.
        """
        with self._lock:
            last = max(since, self._failed)
            is_calm = time.time() > last + PEACE_SECONDS
            is_old_work_done = min(self._under_way.values(), default=since) >= since
            is_all_done = all(self._succeeded.get(kind, 0) > last for kind in kinds)
        return is_calm and is_old_work_done and is_all_done

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> list[Record]:
    """Return the records of an earlier run."""
    with path.open(encoding="utf-8") as lines:
        return [Record(**json.loads(line)) for line in lines]


def of_kind(records: Iterable[Record], *kinds: str) -> list[Record]:
    """Return the records of these kinds, in the order in which they started."""
    return sorted((r for r in records if r.kind in kinds), key=lambda record: record.started)
