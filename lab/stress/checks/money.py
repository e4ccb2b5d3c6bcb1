"""Money: the bank's books against ours, to the cent, payment by payment."""

from collections.abc import Iterator
from typing import Any

from lab.stress.evidence import Evidence, Register

checks = Register()
Row = dict[str, Any]
OURS = """
SELECT payment.id, payment.reference, payment.captured, payment.refunded, payment.currency,
       booking.reference AS booking
FROM payments_payment payment LEFT JOIN bookings_booking booking ON booking.id = payment.booking_id
WHERE payment.provider = 'stripe' AND payment.captured > 0
"""
OPEN_REFUNDS = """
SELECT id, status, amount, attempt, failure FROM payments_refund WHERE status <> 'succeeded'
"""


def _counted(row: Row) -> tuple[int, int, str]:
    return row["captured"], row["refunded"], row["currency"].lower()


@checks
def the_banks_money_is_ours(evidence: Evidence) -> Iterator[str]:
    """Each payment has brought and given back, to the cent, what the bank's own books say."""
    ours = {row["reference"]: row for row in evidence.rows(OURS)}
    bank = {row["id"]: row for row in evidence.bank or () if row["captured"]}
    for name in sorted(ours.keys() | bank.keys(), key=str):
        mine, theirs = ours.get(name), bank.get(name)
        if mine is None or theirs is None:
            yield f"{name}: the bank has {theirs}, we have {mine}"
        elif _counted(mine) != _counted(theirs):
            yield f"{name} of {mine['booking']}: {_counted(theirs)} there, {_counted(mine)} here"


@checks
def all_refunds_have_arrived(evidence: Evidence) -> Iterator[str]:
    """What has to go back has gone back, once the bank is well."""
    for row in evidence.rows(OPEN_REFUNDS):
        yield ", ".join(f"{key} {value}" for key, value in row.items())


@checks
def the_books_are_proven(evidence: Evidence) -> Iterator[str]:
    """`manage.py check_ledger` finds nothing wrong."""
    yield from evidence.ledger.splitlines()


@checks
def money_has_moved(evidence: Evidence) -> Iterator[str]:
    """Bookings were paid, and money went back: an idle bank proves nothing."""
    if evidence.bank is None:
        return
    for kind in ("captured", "refunded"):
        if not any(row[kind] for row in evidence.bank):
            yield f"the bank has {kind} nothing"
