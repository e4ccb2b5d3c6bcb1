"""Who surely had which seat when, according to the answers: these periods must never overlap.

An answer proves ownership from its arrival until its owner next sent something that may release the
seat, whether or not that was answered.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lab.stress.evidence import Evidence
from lab.stress.history import Record

PUTS = ("hold", "swap")
"""What holds seats: alone, or with another window open, so that nobody can tell which was last."""
HOLD_ENDERS = (*PUTS, "release", "book")
LAPSE = "holds lapse"
PAID_WITHIN = 15 * 60


@dataclass(frozen=True, slots=True)
class Owned:
    """A seat of a show that surely belonged to a booking or hold from `since` until `until`."""

    show: int
    label: str
    since: float
    until: float
    actor: str
    by: str


def first_answers(evidence: Evidence) -> dict[str, Record]:
    """Return the first acknowledgement of each booking, by reference."""
    found: dict[str, Record] = {}
    for record in sorted(evidence.kinds["book"], key=lambda record: record.ended):
        if record.is_ok and "reference" in record.answer:
            found.setdefault(record.answer["reference"], record)
    return found


def first_attempts(evidence: Evidence) -> dict[tuple[str, str], float]:
    """Return when each key of an actor was first sent with a booking."""
    found: dict[tuple[str, str], float] = {}
    for record in evidence.kinds["book"]:
        found.setdefault((record.actor, record.asked.get("key", "")), record.started)
    return found


def show_ends(evidence: Evidence) -> dict[int, float]:
    """Return when the cancellation of each show was first sent, unless it was refused."""
    ends: dict[int, float] = {}
    for record in evidence.kinds["cancel_show"]:
        if record.may_have_worked:
            ends.setdefault(record.asked["show"], record.started)
    return ends


def _interruptions(evidence: Evidence) -> dict[int, list[tuple[float, float]]]:
    """Return the periods in which something that ends all holds on a show may have happened."""
    lapses = [(fault.started, fault.healed) for fault in evidence.faults if fault.name == LAPSE]
    found: dict[int, list[tuple[float, float]]] = defaultdict(lapses.copy)
    for record in [*evidence.kinds["cancel_show"], *evidence.kinds["move"]]:
        if record.may_have_worked:
            found[record.asked["show"]].append((record.started, record.over))
    return found


def booked(evidence: Evidence) -> Iterator[Owned]:
    """Yield every acknowledged booking until somebody asked to cancel it or its show.

    One that has to be paid is only known to own its seats until the next lapse.
    """
    lapses = [fault.started for fault in evidence.faults if fault.name == LAPSE]
    ends = show_ends(evidence)
    cancelled: dict[str, float] = {}
    for record in evidence.kinds["cancel"]:
        if record.may_have_worked:
            cancelled.setdefault(record.asked["reference"], record.started)
    for reference, record in first_answers(evidence).items():
        show = record.asked["show"]
        until = min(ends.get(show, math.inf), cancelled.get(reference, math.inf))
        if record.asked.get("pay"):
            after = (at for at in lapses if at > record.started)
            until = min(until, min(after, default=math.inf), record.started + PAID_WITHIN)
        for ticket in record.answer["tickets"]:
            yield Owned(show, ticket["seat"], record.ended, until, record.actor, reference)


def held(evidence: Evidence) -> Iterator[Owned]:
    """Yield every acknowledged hold until its owner sent anything else about it, or it lapsed."""
    ends = _interruptions(evidence)
    mine: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for kind in HOLD_ENDERS:
        for record in evidence.kinds[kind]:
            mine[record.actor, record.asked["show"]].append(record)
    for (actor, show), records in mine.items():
        records.sort(key=lambda record: record.over)
        next_start = math.inf
        for record in reversed(records):
            if record.kind == "hold" and record.is_ok:
                expiry = record.started + record.answer["expires_in"]
                end = min((at for at, over in ends[show] if over > record.started), default=expiry)
                until = min(next_start, expiry, end)
                for label in record.answer["seats"]:
                    yield Owned(show, label, record.ended, until, actor, f"hold of {actor}")
            next_start = min(next_start, record.started)
