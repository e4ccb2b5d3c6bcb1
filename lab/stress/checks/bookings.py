"""Bookings: none lost, none made up, all complete, at the server's price, once per key."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lab.stress.checks import ownership
from lab.stress.evidence import Evidence, Register
from lab.stress.history import Outcome, Record

checks = Register()


@checks
def acknowledged_bookings_survive(evidence: Evidence) -> Iterator[str]:
    """Every booking that was acknowledged is stored, with its customer and its show."""
    for reference, record in ownership.first_answers(evidence).items():
        stored = evidence.bookings.get(reference)
        if stored is None:
            yield f"{reference}, acknowledged to {record.actor} at {record.ended:.3f}, is lost"
        elif (stored["customer"], stored["show"]) != (record.actor, record.asked["show"]):
            yield f"{reference} of {record.actor} is stored as {stored}"


@checks
def stored_bookings_were_acknowledged(evidence: Evidence) -> Iterator[str]:
    """No booking exists that nobody asked for, or whose retry was refused."""
    known = ownership.first_answers(evidence)
    for reference, stored in evidence.bookings.items():
        if reference not in known:
            yield f"{reference} of {stored['customer']} for show {stored['show']} is nobody's"


@checks
def no_booking_is_half(evidence: Evidence) -> Iterator[str]:
    """A booking has exactly the seats that were asked for, both as answered and as stored."""
    for reference, record in ownership.first_answers(evidence).items():
        told = sorted(ticket["seat"] for ticket in record.answer["tickets"])
        asked = sorted(record.asked.get("seats") or told)
        tickets = evidence.bookings.get(reference, {"tickets": []})["tickets"]
        stored = sorted(ticket["label"] for ticket in tickets)
        if not asked == told == stored and reference in evidence.bookings:
            yield f"{reference}: asked for {asked}, told {told}, stored {stored}"


@checks
def the_answer_is_what_is_stored(evidence: Evidence) -> Iterator[str]:
    """Codes, categories, prices and total of an acknowledged booking are those that are stored."""
    for reference, record in ownership.first_answers(evidence).items():
        stored = evidence.bookings.get(reference)
        told = record.answer
        tickets = [(t["seat"], t["category"], t["price"], t["code"]) for t in told["tickets"]]
        if stored is None:
            continue
        kept = [(t["label"], t["category"], t["price"], t["code"]) for t in stored["tickets"]]
        if sorted(tickets) != sorted(kept) or told["total"] != stored["total"]:
            yield f"{reference}: told {tickets} {told['total']}, stored {kept} {stored['total']}"


@checks
def one_key_has_one_effect(evidence: Evidence) -> Iterator[str]:
    """An idempotency key, however often it is sent, makes one booking."""
    made: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in evidence.kinds["book"]:
        if record.is_ok and record.asked.get("key"):
            made[record.actor, record.asked["key"]].add(record.answer["reference"])
    for (actor, key), references in made.items():
        if len(references) > 1:
            yield f"key {key} of {actor} made {sorted(references)}"
    for reference, count in _bookings_per_reference(made).items():
        if count > 1:
            yield f"{reference} was given as the effect of {count} keys"


def _bookings_per_reference(made: dict[tuple[str, str], set[str]]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for references in made.values():
        for reference in references:
            counts[reference] += 1
    return counts


@checks
def replays_are_the_same(evidence: Evidence) -> Iterator[str]:
    """A key always gets the same answer, status and bytes; once it has one, it is not refused."""
    answers: dict[tuple[str, str, str], Record] = {}
    for record in [r for kind in ("book", "replay", "cancel") for r in evidence.kinds[kind]]:
        key = record.asked.get("key")
        if not key:
            continue
        what = (record.actor, record.call, key)
        first = answers.setdefault(what, record) if record.is_ok else answers.get(what)
        if first is None:
            continue
        if record.is_ok and (record.status, record.text) != (first.status, first.text):
            yield f"key {key} of {record.actor}: {first.text!r}, then {record.text!r}"
        if _is_verdict(record) and record.started > first.ended:
            yield f"key {key} of {record.actor}: {first.text!r}, then {record.status} {record.code}"


def _is_verdict(record: Record) -> bool:
    """Return whether it was refused for what was asked, rather than for who asked or when."""
    is_refused = record.outcome is Outcome.REFUSED and record.status not in {401, 403, 429}
    return is_refused and record.code != "idempotency_key_in_use"


@checks
def another_payload_is_refused(evidence: Evidence) -> Iterator[str]:
    """A key that has its answer is refused with 422 for another payload."""
    for record in evidence.kinds["misuse"]:
        if record.outcome is not Outcome.UNKNOWN and record.status not in {401, 422}:
            yield f"key {record.asked['key']} took another payload: {record.status}"


@checks
def cancelling_is_lasting_and_asked_for(evidence: Evidence) -> Iterator[str]:
    """A booking is cancelled if that was acknowledged, and only if somebody asked for it."""
    acknowledged: set[str] = set()
    asked: set[str] = set()
    for record in evidence.kinds["cancel"]:
        if record.is_ok:
            acknowledged.add(record.asked["reference"])
        if record.may_have_worked:
            asked.add(record.asked["reference"])
    shows = ownership.show_ends(evidence)
    for reference, stored in evidence.bookings.items():
        is_cancelled = stored["status"] == "cancelled"
        if reference in acknowledged and not is_cancelled:
            yield f"{reference} was cancelled and is live"
        if is_cancelled and reference not in asked and stored["show"] not in shows:
            yield f"{reference} of {stored['customer']} is cancelled, and nobody asked"


@checks
def nobody_books_a_cancelled_show(evidence: Evidence) -> Iterator[str]:
    """After the cancellation of a show was acknowledged, no booking of it succeeds."""
    closed: dict[int, float] = {}
    for record in sorted(evidence.kinds["cancel_show"], key=lambda record: record.ended):
        if record.is_ok:
            closed.setdefault(record.asked["show"], record.ended)
    first = ownership.first_attempts(evidence)
    for reference, record in ownership.first_answers(evidence).items():
        started = first.get((record.actor, record.asked.get("key", "")), record.started)
        since = closed.get(record.asked["show"])
        if since is not None and started > since:
            yield f"{reference} was sold at {record.ended:.3f}, the show cancelled at {since:.3f}"


@checks
def acknowledged_shows_survive(evidence: Evidence) -> Iterator[str]:
    """A show whose making or cancellation was acknowledged is stored as such."""
    for record in evidence.kinds["add_show"]:
        if record.is_ok and record.answer["id"] not in evidence.shows:
            yield f"show {record.answer['id']} of {record.actor} is lost"
    for record in evidence.kinds["cancel_show"]:
        show = evidence.shows.get(record.asked["show"])
        if record.is_ok and (show is None or show["status"] != "cancelled"):
            yield f"show {record.asked['show']} was cancelled and is {show}"
    asked = ownership.show_ends(evidence)
    for number, show in evidence.shows.items():
        if show["status"] == "cancelled" and number not in asked:
            yield f"show {number} is cancelled, and nobody asked"


@checks
def nothing_moves_under_a_booking(evidence: Evidence) -> Iterator[str]:
    """The show of a live booking starts at the time that its customer was told."""
    for reference, record in ownership.first_answers(evidence).items():
        stored = evidence.bookings.get(reference)
        if stored is None or stored["status"] != "confirmed":
            continue
        told = datetime.fromisoformat(record.answer["starts_at"]).timestamp()
        starts_at = evidence.shows[stored["show"]]["starts_at"]
        if abs(told - starts_at) > 0.001:
            yield f"{reference} is for {told}, its show is at {starts_at}"


@checks
def the_price_is_the_servers(evidence: Evidence) -> Iterator[str]:
    """A ticket costs what the owner last set before it was sold, whatever a buyer sent."""
    prices: dict[int, list[Record]] = defaultdict(list)
    for record in [*evidence.kinds["add_show"], *evidence.kinds["price"]]:
        show = record.asked.get("show") or record.answer.get("id")
        if show and record.may_have_worked:
            prices[show].append(record)
    first = ownership.first_attempts(evidence)
    for reference, record in ownership.first_answers(evidence).items():
        settings = prices[record.asked["show"]]
        if not any(setting.kind == "add_show" for setting in settings):
            continue
        started = first.get((record.actor, record.asked.get("key", "")), record.started)
        allowed = _prices_between(settings, started, record.ended)
        for ticket in record.answer["tickets"]:
            if not any(_price(s, ticket["category"]) == ticket["price"] for s in allowed):
                yield f"{reference}: {ticket}, allowed were {[s.asked for s in allowed]}"


def _prices_between(settings: list[Record], started: float, ended: float) -> list[Record]:
    """Return the prices that may have applied: set before `ended`, not surely replaced before."""
    return [
        one
        for one in settings
        if one.started < ended
        and not any(
            later.is_ok and later.started > one.over and later.ended < started for later in settings
        )
    ]


def _price(setting: Record, category: str) -> Any:
    return setting.asked["prices"].get(category, setting.asked["price"])
