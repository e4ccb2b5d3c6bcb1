"""`Idempotency-Key`: one effect and one answer per key, however often a client has to ask."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.http import HttpResponse
from psycopg.errors import LockNotAvailable
from rest_framework.request import Request

from core.failures import Failure, InvalidInput, TooManyRequests
from core.postgres.rows import execute, rows_of
from core.throttling import Budget, count, give_back

Record = dict[str, Any]
PRINTABLE_ASCII = re.compile(r"[\x20-\x7e]{1,255}")


class InvalidIdempotencyKey(InvalidInput):
    """The `Idempotency-Key` header is empty, too long or holds other than printable ASCII."""

    code = "invalid_idempotency_key"
    title = "The Idempotency-Key is not valid"
    remedy = "Send 1 to 255 printable ASCII characters, for example a UUID."


class IdempotencyKeyReused(Failure):
    """The key was used before, here, with another payload."""

    status = 422
    code = "idempotency_key_reused"
    title = "This Idempotency-Key belongs to another request"
    remedy = "Use a new key for each new booking, and the old one only to repeat the same request."


class IdempotencyKeyInUse(Failure):
    """A request with this key is still being worked on."""

    code = "idempotency_key_in_use"
    title = "A request with this Idempotency-Key is under way"
    remedy = "Repeat the same request in a moment to get its answer."


CLAIM = """
INSERT INTO core_idempotencyrecord (user_id, endpoint, key, payload_hash)
VALUES (%(user)s, %(endpoint)s, %(key)s, %(hash)s)
ON CONFLICT (user_id, endpoint, key) DO NOTHING
"""
RECALL = """
SELECT payload_hash, body, status, location FROM core_idempotencyrecord
WHERE user_id = %(user)s AND endpoint = %(endpoint)s AND key = %(key)s
"""
REMEMBER = """
UPDATE core_idempotencyrecord SET status = %(status)s, location = %(location)s, body = %(body)s
WHERE user_id = %(user)s AND endpoint = %(endpoint)s AND key = %(key)s
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answers with; the same bytes again whenever its key is repeated."""

    body: bytes
    status: int = 200
    location: str = ""

    def response(self, *, is_replay: bool) -> HttpResponse:
        answer = HttpResponse(self.body, status=self.status, content_type="application/json")
        if self.location:
            answer.headers["Location"] = self.location
        if is_replay:
            answer.headers["Idempotent-Replayed"] = "true"
        return answer


def answer_once(
    request: Request, act: Callable[[], Answer], *, budget: Budget | None = None
) -> HttpResponse:
    """Does `act` in a transaction and answers with what it returns, once per key.

    The key's row is written first: a twin waits for it inside PostgreSQL, then gets the same
    answer. A refusal raises, which undoes the row too, so that the key may be used again.
    The `budget` is charged with each try, refused or not, but with no repetition: an answer that
    there is already is given to those who have used theirs up.
    Raises InvalidIdempotencyKey, IdempotencyKeyReused, IdempotencyKeyInUse, TooManyRequests and
    what `act` raises.
    """
    record = _record(request)
    answer, is_new = _charge(budget, record), False
    if answer is None:
        answer, is_new = _claim_and_act(record, act)
        if budget and not is_new:
            give_back(limit=budget.limit, subject=budget.subject)
    return answer.response(is_replay=not is_new)


def _record(request: Request) -> Record | None:
    """What names the request's key and its payload; None without a key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not PRINTABLE_ASCII.fullmatch(key):
        raise InvalidIdempotencyKey
    return {
        "user": request.user.pk,
        "endpoint": request.path,
        "key": key,
        "hash": _fingerprint(request.data),
    }


def _charge(budget: Budget | None, record: Record | None) -> Answer | None:
    """Counts one more of the budget; if that is too many, the answer that there is already."""
    if budget is None:
        return None
    try:
        count(limit=budget.limit, subject=budget.subject)
    except TooManyRequests as failure:
        return _recall(record, otherwise=failure)
    return None


@transaction.atomic
def _claim_and_act(record: Record | None, act: Callable[[], Answer]) -> tuple[Answer, bool]:
    """The answer, and whether it is new."""
    if record is None:
        return act(), True
    if not _claim(record):
        return _recall(record, otherwise=IdempotencyKeyInUse()), False
    answer = act()
    execute(REMEMBER, record | asdict(answer))
    return answer, True


def _fingerprint(payload: Any) -> bytes:
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


def _claim(record: Record) -> bool:
    try:
        return execute(CLAIM, record) == 1
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise IdempotencyKeyInUse from error
        raise


def _recall(record: Record | None, *, otherwise: Failure) -> Answer:
    """What the key was answered with; raises `otherwise` if that is nothing."""
    if record is None or not (found := rows_of(RECALL, record)):
        raise otherwise
    fingerprint, *answer = found[0]
    if bytes(fingerprint) != record["hash"]:
        raise IdempotencyKeyReused
    return Answer(*answer)
