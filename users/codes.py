"""One-time codes: six digits that prove the holder of a mailbox.

A million codes are few, so a plain hash would be searched in no time by whoever reads the table;
the digest is keyed with SECRET_KEY (HMAC-SHA256), which the table does not hold. Slow hashing would
add nothing: five guesses within ten minutes are all that anybody gets.
"""

import secrets
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import constant_time_compare, salted_hmac

from core.clock import StatementTime
from core.errors import InvalidInput
from users.models import OneTimeCode, Purpose, User

DIGITS = 6

REPLACE = """
INSERT INTO users_onetimecode (user_id, purpose, digest, guesses, expires_at)
VALUES (%(user_id)s, %(purpose)s, %(digest)s, 0, statement_timestamp() + %(lifetime)s)
ON CONFLICT (user_id, purpose) DO UPDATE
SET digest = excluded.digest, guesses = 0, expires_at = excluded.expires_at
"""
GUESS = """
UPDATE users_onetimecode AS code
   SET guesses = guesses + 1
  FROM users_user AS account
 WHERE account.id = code.user_id AND account.email = %s AND account.is_active
   AND code.purpose = %s AND code.guesses < 5 AND code.expires_at > statement_timestamp()
RETURNING account.id, code.digest
"""


class InvalidCode(InvalidInput):
    """The code is wrong, too old, used, replaced by a newer one, or was guessed at too often."""

    code = "invalid_code"
    title = "The code is not valid"
    remedy = "Use the code of the newest mail within 10 minutes, or ask for another."
    example = {"field": "code"}


def issue_code(*, user: User, purpose: Purpose) -> str:
    """A fresh code, which replaces the one before; only its digest is kept."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    values: dict[str, Any] = {
        "user_id": user.pk,
        "purpose": purpose,
        "digest": _digest(code, user.pk, purpose),
        "lifetime": settings.CODE_LIFETIME,
    }
    with connection.cursor() as cursor:
        cursor.execute(REPLACE, values)
    return code


def guess_code(code: str, *, email: str, purpose: Purpose) -> str:
    """Counts one guess and gives the digest of the right code, for `use_code`.

    Call it outside of a transaction: a guess counts whatever follows. Raises InvalidCode.
    """
    with connection.cursor() as cursor:
        cursor.execute(GUESS, (email, purpose))
        row = cursor.fetchone()
    if row is None or not constant_time_compare(_digest(code, row[0], purpose), row[1]):
        raise InvalidCode(field="code")
    return str(row[1])


def use_code(digest: str, *, user_id: int, purpose: Purpose) -> None:
    """Uses up the code, in the transaction of what it allows. Raises InvalidCode if it is gone."""
    valid = OneTimeCode.objects.filter(
        user_id=user_id, purpose=purpose, digest=digest, expires_at__gt=StatementTime()
    )
    if not valid.delete()[0]:
        raise InvalidCode(field="code")


def _digest(code: str, user_id: int, purpose: Purpose) -> str:
    value = f"{purpose}:{user_id}:{code}"
    return salted_hmac("users.OneTimeCode", value, algorithm="sha256").hexdigest()
