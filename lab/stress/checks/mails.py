"""Mails: at least one for what was committed, none for what was rolled back."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lab.stress.evidence import Evidence, Register

checks = Register()

REFERENCE = "Reference: "


def _references(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line.removeprefix(REFERENCE) for line in lines if line.startswith(REFERENCE)]


def _told(evidence: Evidence) -> dict[tuple[str, str], set[str]]:
    """Return the templates that were mailed, by address and reference."""
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mail in evidence.mails:
        for reference in _references(mail.text):
            told[mail.to, reference].add(mail.template)
    return told


@checks
def what_was_committed_is_mailed(evidence: Evidence) -> Iterator[str]:
    """A customer is mailed at least once about each booking, and about its cancellation.

    A booking that is to be paid online is one when it is paid.
    """
    told = _told(evidence)
    for reference, stored in evidence.bookings.items():
        templates = told[stored["customer"], reference]
        if "booking_confirmed" not in templates and not stored["is_unpaid"]:
            yield f"{stored['customer']} was not mailed about {reference}"
        if stored["status"] == "cancelled" and not templates & {
            "booking_cancelled",
            "show_cancelled",
        }:
            yield f"{stored['customer']} was not mailed that {reference} was cancelled"


@checks
def what_was_rolled_back_is_not_mailed(evidence: Evidence) -> Iterator[str]:
    """No mail is about a booking or a cancellation that is not stored, or not the recipient's."""
    for (to, reference), templates in _told(evidence).items():
        stored = evidence.bookings.get(reference)
        if stored is None or stored["customer"] != to:
            yield f"{to} was mailed about {reference}, which is {stored}"
        elif stored["status"] != "cancelled" and not templates <= _of_a_live(stored):
            yield f"{to} was mailed {sorted(templates)} about {reference}, which is live"


def _of_a_live(booking: dict[str, Any]) -> set[str]:
    """Return what may be mailed about a booking that is not cancelled."""
    confirmed = set() if booking["is_unpaid"] else {"booking_confirmed"}
    return confirmed | (
        {"refund_made", "credit_note", "receipt"} if booking["is_online"] else set()
    )


@checks
def who_registered_is_mailed(evidence: Evidence) -> Iterator[str]:
    """A mail with a code goes to each new account, and to nobody else."""
    welcomed = {mail.to for mail in evidence.mails if mail.template == "verify_email"}
    for record in evidence.kinds["register"]:
        if record.is_ok and record.actor not in welcomed:
            yield f"{record.actor} registered and was not mailed"
    for address in {mail.to for mail in evidence.mails} - set(evidence.users):
        yield f"{address} was mailed and is no user"
