"""What devices decided while they had no network. People are in by then: it is recorded, and what
contradicts it is shown."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import transaction

from admission import judging
from admission.codes import Code, Keys, UnknownTicket, read_code
from admission.documents import ADMITTED, REFUSED
from admission.scanning import (
    CLAIM,
    Finding,
    NonceReused,
    answer_of,
    judge,
    lock_show,
    remember,
    require_known,
    row_of,
    stored,
    values_of,
)
from bookings.tickets.keys import accepted_keys
from core.postgres.rows import execute, rows_of
from shows.models import Show
from theaters.policy import Action
from users.models import User


class Decided(NamedTuple):
    """A scan that a device has answered itself, with `result`, at `at`."""

    code: str
    show: int
    nonce: str
    at: datetime
    result: str


def record_scans(*, user: User, scans: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Records what devices decided, in the order in which they did, and returns, in the order in
    which it was sent, what became of each as RECORDED describes it.

    Each is a transaction of its own: whoever sends all again after a lost answer gets the same.
    """
    decided = [Decided(**{**scan, "at": _aware(scan["at"])}) for scan in scans]
    wanted = {scan.show for scan in decided}
    mine = Show.objects.where_may(user, Action.ADMIT).filter(pk__in=wanted)
    known, shows = accepted_keys(), set(mine.values_list("pk", flat=True))
    told: dict[int, dict[str, Any]] = {}
    for place in sorted(range(len(decided)), key=lambda place: decided[place].at):
        scan = decided[place]
        recorded, conflict = False, "unknown_show"
        if scan.show in shows:
            recorded, conflict = _record(user, scan, known)
        told[place] = {"nonce": scan.nonce, "recorded": recorded, "conflict": conflict}
    return [told[place] for place in range(len(decided))]


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@transaction.atomic
def _record(user: User, scan: Decided, known: Keys) -> tuple[bool, str]:
    """Returns whether it is recorded, now or before, and what contradicts it."""
    theater_id = lock_show(scan.show)
    row = row_of(user, scan.code, scan.show, scan.nonce, scan.at)
    if not execute(CLAIM, row):
        return _recall(row, scan, known)
    try:
        finding = _find(user, scan, read_code(scan.code, known), theater_id)
    except UnknownTicket:
        return True, UnknownTicket.code
    conflict = (finding.reason or "") if scan.result == ADMITTED else ""
    remember(row, answer_of(finding._replace(reason=conflict), scan.result), finding.id)
    return True, conflict


def _find(user: User, scan: Decided, code: Code, theater_id: int) -> Finding:
    """Uses the ticket if the device has, unless it was used or is not valid here."""
    if scan.result == ADMITTED and (used := _use(scan, code)):
        return used
    return require_known(judge(code, scan.show, scan.at), theater_id, user)


def _use(scan: Decided, code: Code) -> Finding | None:
    rows = rows_of(judging.RECORD, values_of(code, scan.show, scan.at))
    return Finding(*rows[0]) if rows else None


def _recall(row: Mapping[str, Any], scan: Decided, known: Keys) -> tuple[bool, str]:
    """Returns the same again. The nonce may be of a scan that was made online, whose answer was
    lost; if that was a refusal and the device let the holder in, the ticket is used now."""
    try:
        answer = stored(row)
    except NonceReused:
        return False, NonceReused.code
    if answer is None:
        return True, UnknownTicket.code
    if scan.result != ADMITTED:
        return True, ""
    if answer["status"] == REFUSED:
        _use(scan, read_code(scan.code, known))
    return True, str(answer["reason"])
