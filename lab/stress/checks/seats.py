"""Seats: never sold twice, never held by two customers, and every seat map adds up."""

from collections import defaultdict
from collections.abc import Iterator

from lab.stress.checks import ownership
from lab.stress.checks.ownership import Owned
from lab.stress.evidence import Evidence, Register

checks = Register()


@checks
def no_seat_is_sold_twice(evidence: Evidence) -> Iterator[str]:
    """By the answers alone, no two acknowledged bookings have the same seat at the same time."""
    for one, other in _clashes(list(ownership.booked(evidence))):
        yield f"seat {one.label} of show {one.show} was sold as {one.by} and as {other.by}"


@checks
def no_seat_is_held_and_owned_by_another(evidence: Evidence) -> Iterator[str]:
    """While an acknowledged hold lasts, nobody else holds or books its seats."""
    owned = [*ownership.booked(evidence), *ownership.held(evidence)]
    for one, other in _clashes(owned):
        if one.actor != other.actor:
            yield f"seat {one.label} of show {one.show} belonged to {one.by} and to {other.by}"


@checks
def seat_maps_add_up(evidence: Evidence) -> Iterator[str]:
    """In every read, available + selected + booked + blocked are all seats, once each."""
    for record in evidence.kinds["seats"]:
        if record.status != 200:
            continue
        seen, show = record.answer, evidence.shows.get(record.asked["show"])
        states = sum(seen.get(s, 0) for s in ("available", "selected", "booked", "blocked"))
        if show is None or not states == seen["labels"] == seen["total"] == show["seats"]:
            yield f"{record.call} at {record.ended:.3f} showed {seen}, the show has {show}"


def _clashes(owned: list[Owned]) -> Iterator[tuple[Owned, Owned]]:
    """Yield pairs that have the same seat at the same time."""
    seats: dict[tuple[int, str], list[Owned]] = defaultdict(list)
    for one in owned:
        if one.since < one.until:
            seats[one.show, one.label].append(one)
    for rivals in seats.values():
        rivals.sort(key=lambda one: one.since)
        last = rivals[0]
        for one in rivals[1:]:
            if one.since < last.until:
                yield last, one
            last = max(last, one, key=lambda owned: owned.until)
