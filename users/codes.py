"""One-time codes: six digits that prove who receives a mailbox's mail.

There are only a million codes, so whoever reads the table could search a plain hash in no time; the
digest is keyed with SECRET_KEY (HMAC-SHA256), which is not in the table. Slow hashing would add
nothing: anybody gets at most five guesses within ten minutes.

Anybody may ask for a code that resets somebody's password, so everyone who asks gets a code of
their own: asking does not replace, and guessing does not use up, a code that somebody else asked
for. docs/decisions/codes-belong-to-who-asked.md says how likely a guess is to be right.
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

# Commits without waiting for the disk: a wait would reveal that there is a code, so an account.
GUESS = """
WITH no_wait AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
guessed AS (
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
  FROM guessed, no_wait
 WHERE code.id = guessed.id AND code.expires_at > statement_timestamp()
   AND CASE place WHEN 'asker' THEN guesses WHEN 'nearby' THEN guesses_nearby
            ELSE guesses_elsewhere END < 5
RETURNING code.user_id, code.digest
"""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a code or guesses one, as keyed hashes.

    Recognized by the `request` in the answer to their asking or, if they do not send it, by their
    network. Both are empty for nobody in particular.
    """

    request: str = ""
    network: str = ""

    @classmethod
    def known_by(cls, *, request: str, address: str) -> "Asker":
        return cls(*(value and _keyed("users.Asker", value) for value in (request, address)))


NOBODY = Asker()


class InvalidCode(InvalidInput):
    """The code is wrong, expired, used, replaced by a newer one, or there were too many guesses."""

    code = "invalid_code"
    title = "The code is not valid"
    remedy = "Use the code in the newest mail within 10 minutes, or ask for another."
    example = {"field": "code"}


def issue_code(*, user: User, purpose: Purpose, asker: Asker = NOBODY) -> str:
    """Returns a new code, which replaces the asker's previous one; only its digest is stored."""
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
    """Counts one guess and returns the digest of the right code, for `use_code`.

    The guess is compared with the code of the asker's `request` or, without one, with the newest
    code that was asked for from the same network, or else from anywhere. Call it outside of a
    transaction: a guess counts whatever follows. Raises InvalidCode.
    """
    values = {
        "email": email,
        "purpose": purpose,
        "request": asker.request,
        "network": asker.network,
    }
    ((user_id, digest),) = rows_of(GUESS, values) or [(None, "")]
    if user_id is None or not constant_time_compare(_digest(code, user_id, purpose), digest):
        account_log.record_refusal("code wrong", user_id=user_id, purpose=purpose.value)
        raise InvalidCode(field="code")
    return str(digest)


def use_code(digest: str, *, user_id: int, purpose: Purpose) -> None:
    """Uses up the code, in the transaction that it permits. Raises InvalidCode if it is gone."""
    valid = OneTimeCode.objects.filter(
        user_id=user_id, purpose=purpose, digest=digest, expires_at__gt=StatementTime()
    )
    if not valid.delete()[0]:
        raise InvalidCode(field="code")


def _digest(code: str, user_id: int, purpose: Purpose) -> str:
    return _keyed("users.OneTimeCode", f"{purpose}:{user_id}:{code}")


def _keyed(salt: str, value: str) -> str:
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()
