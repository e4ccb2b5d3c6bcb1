"""Letting people in: each ticket once, however many doors scan it.

Locks: show (KEY SHARE), the scan's own row, ticket. The show comes first because the scan refers to
it, which PostgreSQL checks at COMMIT: cancelling the show would wait for the ticket, and the scan
for the show. A scan writes its nonce before all else: a twin waits for that row inside PostgreSQL,
then gets the same answer.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from django.db import transaction

from admission import judging
from admission.codes import Code, UnknownTicket, read_code
from admission.documents import ADMITTED, REFUSED
from core.failures import Busy, DoesNotExist, Failure
from core.postgres.rows import execute, rows_of
from shows.models import Show
from theaters.models import Theater
from theaters.policy import Action
from users.models import User

TRIES = 3
LOCK_SHOW = """
SELECT screen.theater_id FROM shows_show show JOIN theaters_screen screen
  ON screen.id = show.screen_id
WHERE show.id = %s FOR KEY SHARE OF show
"""
# A device's clock may say anything; what is far off is brought near.
CLAIM = """
INSERT INTO admission_scan (by_id, nonce, payload_hash, show_id, is_offline, device_at)
VALUES (%(by)s, %(nonce)s, %(hash)s, %(show)s, %(at)s::timestamptz IS NOT NULL,
  CASE WHEN %(at)s::timestamptz IS NOT NULL THEN
    greatest(statement_timestamp() - interval '1 year',
             least(%(at)s, statement_timestamp() + interval '1 year')) END)
ON CONFLICT (by_id, nonce) DO NOTHING
"""
RECALL = """
SELECT payload_hash, answer FROM admission_scan WHERE by_id = %(by)s AND nonce = %(nonce)s
"""
REMEMBER = """
UPDATE admission_scan SET ticket_id = %(ticket)s, reason = %(reason)s, answer = %(answer)s
WHERE by_id = %(by)s AND nonce = %(nonce)s
"""


class NonceReused(Failure):
    """The nonce was used before, by you, for another code or show."""

    status = 422
    code = "nonce_reused"
    title = "This nonce belongs to another scan"
    remedy = "Make a new nonce for each scan, and repeat one only to send the same scan again."


class Finding(NamedTuple):
    """A ticket, what it is for, when it was used or else looked at, and what speaks against it."""

    id: int
    seat: str
    type: str
    film: str
    theater: int
    zone: str
    at: datetime
    reason: str | None


@transaction.atomic
def scan_ticket(*, user: User, code: str, show_id: int, nonce: str) -> dict[str, Any]:
    """Admits the holder of a ticket to a show, or refuses, and returns the answer as SCAN describes
    it; the same one again for the same nonce.

    Raises DoesNotExist for a show at which the user may admit nobody, NonceReused, UnknownTicket,
    or Busy if the ticket kept changing.
    """
    if not Show.objects.where_may(user, Action.ADMIT).filter(pk=show_id).exists():
        raise DoesNotExist(field="show")
    theater_id = lock_show(show_id)
    row = row_of(user, code, show_id, nonce)
    if not execute(CLAIM, row):
        return _recall(row)
    finding = require_known(_admit(read_code(code), show_id), theater_id, user)
    answer = answer_of(finding, REFUSED if finding.reason else ADMITTED)
    remember(row, answer, finding.id)
    return answer


def lock_show(show_id: int) -> int:
    """Keeps the show from being cancelled or changed, and returns its theater's id."""
    ((theater_id,),) = rows_of(LOCK_SHOW, [show_id])
    return int(theater_id)


def row_of(
    user: User, code: str, show_id: int, nonce: str, at: datetime | None = None
) -> dict[str, Any]:
    """Returns the values of a scan's row. What a device decided is not part of the hash: it may
    have decided because the answer to this very scan was lost."""
    payload = f"{show_id} {code}".encode()
    return {
        "by": user.pk,
        "nonce": nonce,
        "hash": hashlib.sha256(payload).digest(),
        "show": show_id,
        "at": at,
    }


def stored(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Returns the answer that the nonce has got, None if its ticket was unknown.

    Raises NonceReused.
    """
    ((fingerprint, answer),) = rows_of(RECALL, row)
    if bytes(fingerprint) != row["hash"]:
        raise NonceReused
    found: dict[str, Any] | None = orjson.loads(answer) if isinstance(answer, str) else answer
    return found


def remember(row: Mapping[str, Any], answer: Mapping[str, Any], ticket: int) -> None:
    """Stores the answer with the nonce."""
    text = orjson.dumps(answer).decode()
    execute(REMEMBER, {**row, "ticket": ticket, "reason": answer["reason"], "answer": text})


def judge(code: Code, show_id: int, at: datetime | None = None) -> Finding | None:
    """Returns the ticket, used or not; None if there is none."""
    rows = rows_of(judging.JUDGE, values_of(code, show_id, at))
    return Finding(*rows[0]) if rows else None


def values_of(code: Code, show_id: int, at: datetime | None = None) -> dict[str, Any]:
    """Returns the parameters of the statements in `judging`."""
    return {**code._asdict(), "show": show_id, "at": at}


def require_known(finding: Finding | None, theater_id: int, user: User) -> Finding:
    """Returns the finding if its ticket is of this theater or of another one in which the user may
    admit. Raises UnknownTicket."""
    if finding is None or (
        finding.theater != theater_id
        and not Theater.objects.where_may(user, Action.ADMIT).filter(pk=finding.theater).exists()
    ):
        raise UnknownTicket
    return finding


def answer_of(finding: Finding, status: str) -> dict[str, Any]:
    """Returns what a scanner is told."""
    return {
        "status": status,
        "reason": finding.reason or "",
        "at": finding.at.astimezone(ZoneInfo(finding.zone)).isoformat(),
        "ticket": {"seat": finding.seat, "type": finding.type, "film": finding.film},
    }


def _admit(code: Code, show_id: int) -> Finding | None:
    """Uses the ticket, or finds out why not. What kept it out may be over when we look why: then we
    try once more. Raises Busy."""
    for _ in range(TRIES):
        if used := rows_of(judging.ADMIT, values_of(code, show_id)):
            return Finding(*used[0])
        finding = judge(code, show_id)
        if finding is None or finding.reason:
            return finding
    raise Busy


def _recall(row: Mapping[str, Any]) -> dict[str, Any]:
    answer = stored(row)
    if answer is None:
        raise UnknownTicket
    return answer
