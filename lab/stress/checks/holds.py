"""Holds: an acknowledged hold is complete, is not lost, and ends when it must."""

from collections import defaultdict
from collections.abc import Iterator

from lab.stress.checks import ownership
from lab.stress.evidence import Evidence, Register
from lab.stress.history import Outcome, Record

checks = Register()

Chains = dict[tuple[str, int], list[Record]]


@checks
def a_hold_is_all_or_nothing(evidence: Evidence) -> Iterator[str]:
    """An acknowledged hold has exactly the seats that were asked for."""
    for record in _puts(evidence):
        if record.is_ok and sorted(record.answer["seats"]) != sorted(record.asked["seats"]):
            yield f"{record.actor} asked for {record.asked['seats']}, got {record.answer}"


@checks
def a_hold_is_what_was_last_put(evidence: Evidence) -> Iterator[str]:
    """Reading one's hold shows the seats of the last PUT; a refused PUT changed nothing."""
    for (actor, show), records in _chains(evidence).items():
        for record, seats in _readings(records):
            seen = set(record.answer["seats"])
            if seen != seats:
                yield (
                    f"{actor} held {sorted(seats)} of show {show} and saw {sorted(seen)} "
                    f"at {record.ended:.3f}"
                )


@checks
def a_hold_is_not_lost(evidence: Evidence) -> Iterator[str]:
    """An acknowledged hold lasts until its customer, its time or its show ends it."""
    owned: dict[tuple[str, int], list[ownership.Owned]] = defaultdict(list)
    for one in ownership.held(evidence):
        owned[one.actor, one.show].append(one)
    for record in evidence.kinds["my_hold"]:
        if record.status != 404:
            continue
        for one in owned[record.actor, record.asked["show"]]:
            if one.since < record.started and record.ended < one.until:
                yield f"{one.label} of show {one.show}, held by {one.actor}, was lost"


@checks
def a_lapsed_hold_cannot_be_booked(evidence: Evidence) -> Iterator[str]:
    """Once a hold has lapsed, booking it is refused."""
    lapses = [fault for fault in evidence.faults if fault.name == ownership.LAPSE]
    first = ownership.first_attempts(evidence)
    holds: Chains = defaultdict(list)
    for record in _puts(evidence):
        if record.may_have_worked:
            holds[record.actor, record.asked["show"]].append(record)
    for reference, record in ownership.first_answers(evidence).items():
        started = first.get((record.actor, record.asked.get("key", "")), record.started)
        if record.asked.get("seats"):
            continue
        mine = holds[record.actor, record.asked["show"]]
        last = max(
            (fault for fault in lapses if fault.healed < started),
            key=lambda fault: fault.healed,
            default=None,
        )
        if last and not any(h.over > last.started and h.started < record.ended for h in mine):
            yield f"{reference} booked a hold that had lapsed at {last.healed:.3f}"


@checks
def no_hold_is_promised_for_longer(evidence: Evidence) -> Iterator[str]:
    """A hold is promised for at most 8 minutes, and for at most 10 seats."""
    for record in _puts(evidence):
        if record.is_ok and not (0 < record.answer["expires_in"] <= 480):
            yield f"{record.actor} was promised {record.answer['expires_in']} seconds"
    for record in [*_puts(evidence), *evidence.kinds["my_hold"]]:
        if record.is_ok and len(record.answer["seats"]) > 10:
            yield f"{record.actor} holds {len(record.answer['seats'])} seats"


@checks
def a_hold_is_booked_whole(evidence: Evidence) -> Iterator[str]:
    """Booking a hold books all its seats, and no others."""
    put: dict[tuple[str, int], list[set[str]]] = defaultdict(list)
    for record in _puts(evidence):
        if record.may_have_worked:
            put[record.actor, record.asked["show"]].append(set(record.asked["seats"]))
    for reference, record in ownership.first_answers(evidence).items():
        booked = {ticket["seat"] for ticket in record.answer["tickets"]}
        if not record.asked.get("seats") and booked not in put[record.actor, record.asked["show"]]:
            yield f"{reference} of {record.actor} is {sorted(booked)}, which was never held so"


def _puts(evidence: Evidence) -> list[Record]:
    return [record for kind in ownership.PUTS for record in evidence.kinds[kind]]


def _chains(evidence: Evidence) -> Chains:
    """Return what each actor sent about a show, in the order of sending."""
    chains: Chains = defaultdict(list)
    for kind in (*ownership.HOLD_ENDERS, "my_hold"):
        for record in evidence.kinds[kind]:
            chains[record.actor, record.asked["show"]].append(record)
    for records in chains.values():
        records.sort(key=lambda record: record.started)
    return chains


def _readings(records: list[Record]) -> Iterator[tuple[Record, set[str]]]:
    """Yield each read of a hold with the seats that it must show, if nothing ran in parallel."""
    seats: set[str] | None = set()
    busy_until = 0.0
    for record, following in zip(records, [*records[1:], None], strict=True):
        is_alone = busy_until <= record.started
        if record.kind != "my_hold":
            seats = _after(record, seats) if is_alone else None
            busy_until = max(busy_until, record.over)
        elif is_alone and seats is not None and record.is_ok and _is_before(record, following):
            yield record, seats


def _is_before(record: Record, following: Record | None) -> bool:
    return following is None or record.ended <= following.started


def _after(record: Record, seats: set[str] | None) -> set[str] | None:
    """Return the seats held after a request, or None if that is not known."""
    if record.outcome is Outcome.UNKNOWN or record.kind == "swap":
        return None
    if not record.is_ok:
        return seats
    return set(record.asked["seats"]) if record.kind == "hold" else set()
