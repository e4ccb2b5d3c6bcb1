"""One-time codes: six digits that prove the holder of a mailbox.

A million codes are few, so a plain hash would be searched in no time by whoever reads the table;
the digest is keyed with SECRET_KEY (HMAC-SHA256), which the table does not hold. Slow hashing would
add nothing: five guesses within ten minutes are all that anybody gets.

Anybody may ask for a code that resets somebody's password, so each who asks gets a code of their
own: nobody's asking replaces, and nobody's guessing uses up, what another asked for. How likely
a guess is to be right is in docs/decisions/codes-belong-to-who-asked.md.
"""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from core.failures import InvalidInput
from core.postgres.clock import StatementTime
from core.postgres.rows import rows_of
from users import account_log
from users.models import OneTimeCode, Purpose, User

DIGITS = 6
GUESSES = "guesses", "guesses_nearby", "guesses_elsewhere"

# Without waiting for the disk: the wait would tell that there is a code, and so an account.
GUESS = """
WITH hasty AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
aimed AS (
    SELECT code.id,
           CASE WHEN code.request = %(request)s THEN 'asker'
                WHEN code.network = %(network)s THEN 'nearby' ELSE 'elsewhere' END AS place
      FROM users_onetimecode code JOIN users_user account ON account.id = code.user_id
     WHERE account.email = %(email)s AND account.is_active AND code.purpose = %(purpose)s
       AND %(request)s IN ('', code.request) AND code.expires_at > statement_timestamp()
     ORDER BY code.network = %(network)s DESC, code.expires_at DESC
     LIMIT 1
)
UPDATE users_onetimecode AS code
   SET guesses = guesses + (place = 'asker')::int,
       guesses_nearby = guesses_nearby + (place = 'nearby')::int,
       guesses_elsewhere = guesses_elsewhere + (place = 'elsewhere')::int
  FROM aimed, hasty
 WHERE code.id = aimed.id AND code.expires_at > statement_timestamp()
   AND CASE place WHEN 'asker' THEN guesses WHEN 'nearby' THEN guesses_nearby
            ELSE guesses_elsewhere END < 5
RETURNING code.user_id, code.digest
"""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a code or guesses at one, as keyed hashes.

    By the `request` that the answer gave them, or, where they do not say it, by their network. Of
    nobody in particular, both are empty.
    """

    request: str = ""
    network: str = ""

    @classmethod
    def known_by(cls, *, request: str, address: str) -> "Asker":
        return cls(*(value and _keyed("users.Asker", value) for value in (request, address)))


NOBODY = Asker()


class InvalidCode(InvalidInput):
    """The code is wrong, too old, used, replaced by a newer one, or was guessed at too often."""

    code = "invalid_code"
    title = "The code is not valid"
    remedy = "Use the code of the newest mail within 10 minutes, or ask for another."
    example = {"field": "code"}


def issue_code(*, user: User, purpose: Purpose, asker: Asker = NOBODY) -> str:
    """A fresh code, which replaces the asker's one before; only its digest is kept."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    fresh = OneTimeCode(
        user=user,
        purpose=purpose,
        request=asker.request,
        network=asker.network,
        digest=_digest(code, user.pk, purpose),
        expires_at=StatementTime() + settings.CODE_LIFETIME,
    )
    OneTimeCode.objects.bulk_create(
        [fresh],
        update_conflicts=True,
        unique_fields=["user", "purpose", "request"],
        update_fields=["digest", "expires_at", *GUESSES],
    )
    return code


def guess_code(code: str, *, email: str, purpose: Purpose, asker: Asker = NOBODY) -> str:
    """Counts one guess and gives the digest of the right code, for `use_code`.

    Guessed at is the code of the asker's `request`; of one who names none, the newest that was
    asked for from the same network, or else from anywhere. Call it outside of a transaction: a
    guess counts whatever follows. Raises InvalidCode.
    """
    values = {
        "email": email,
        "purpose": purpose,
        "request": asker.request,
        "network": asker.network,
    }
    ((user_id, digest),) = rows_of(GUESS, values) or [(None, "")]
    if user_id is None or not constant_time_compare(_digest(code, user_id, purpose), digest):
        account_log.refused("code wrong", user_id=user_id, purpose=purpose.value)
        raise InvalidCode(field="code")
    return str(digest)


def use_code(digest: str, *, user_id: int, purpose: Purpose) -> None:
    """Uses up the code, in the transaction of what it allows. Raises InvalidCode if it is gone."""
    valid = OneTimeCode.objects.filter(
        user_id=user_id, purpose=purpose, digest=digest, expires_at__gt=StatementTime()
    )
    if not valid.delete()[0]:
        raise InvalidCode(field="code")


def _digest(code: str, user_id: int, purpose: Purpose) -> str:
    return _keyed("users.OneTimeCode", f"{purpose}:{user_id}:{code}")


def _keyed(salt: str, value: str) -> str:
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()
