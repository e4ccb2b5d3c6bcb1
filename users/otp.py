"""One-time passwords as the second factor of a login (TOTP, RFC 6238).

Each time step is accepted once (RFC 6238, 5.2), by one UPDATE, and so is each recovery code.
"""

import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from core.failures import Failure
from core.postgres.rows import execute, rows_of
from users import account_log
from users.limits import count_otp
from users.models import SecondFactor, User

STEP_SECONDS = 30
DRIFT = 1  # steps that the app's clock may be off
DIGITS = 6
OTP_LONGEST = 40

CLOCK = "SELECT floor(extract(epoch FROM statement_timestamp()) / %s)::bigint"
TAKE_STEP = """
UPDATE users_secondfactor SET last_step = %(step)s
WHERE user_id = %(user)s AND secret = %(secret)s AND last_step < %(step)s
"""
TAKE_RECOVERY_CODE = """
UPDATE users_secondfactor SET recovery_codes = array_remove(recovery_codes, %(digest)s)
WHERE user_id = %(user)s AND confirmed AND %(digest)s = ANY(recovery_codes)
"""


class OtpRequired(Failure):
    """The e-mail address and the password are right, but the account has a second factor, too."""

    status = 401
    code = "otp_required"
    title = "A one-time code is needed"
    remedy = "Send `otp` as well: the code of the authenticator app, or one of the recovery codes."


class InvalidOtp(Failure):
    """The code is neither the authenticator app's nor a recovery code, or it was used before."""

    status = 401
    code = "invalid_otp"
    title = "The one-time code is wrong"
    remedy = "Wait for the app's next code and send it, or use one of the recovery codes."


class SecondFactorRequired(Failure):
    """This server requires a second factor of admins and owners, and the account has none yet."""

    status = 403
    code = "second_factor_required"
    title = "Set up a second factor first"
    remedy = "Use `users/me/second-factor/`; all other calls work after that."


def clean_otp(typed: str) -> str:
    """Returns a typed code without blanks and dashes, in lower case."""
    return "".join(c for c in typed if c.isalnum() and c.isascii()).lower()


def is_missing(user: User) -> bool:
    """Returns whether the user must set up a second factor before anything else."""
    return settings.SECOND_FACTOR_REQUIRED and user.is_staff and not user.has_second_factor


def require_otp(otp: str, *, user: User) -> None:
    """Uses the code of a user who has a second factor. Raises OtpRequired or InvalidOtp."""
    if not user.has_second_factor:
        return
    if not otp:
        raise OtpRequired
    count_otp(user_id=user.pk)
    factor = SecondFactor.objects.filter(user=user, confirmed=True).first()
    if factor is None or not (take_step(factor, otp) or _take_recovery_code(user, otp)):
        account_log.record_refusal("second factor wrong", user_id=user.pk)
        raise InvalidOtp


def take_step(factor: SecondFactor, otp: str) -> bool:
    """Uses the code, and returns whether it was right for an unused time step around now."""
    import pyotp

    from users.secret_texts import decrypt

    secret = decrypt(factor.secret)
    if secret is None or len(otp) != DIGITS:
        return False
    totp = pyotp.TOTP(secret)
    ((now,),) = rows_of(CLOCK, [STEP_SECONDS])
    for step in range(now - DRIFT, now + DRIFT + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), otp.encode()):
            values = {"user": factor.user_id, "secret": factor.secret, "step": step}
            return execute(TAKE_STEP, values) == 1
    return False


def _take_recovery_code(user: User, otp: str) -> bool:
    digest = digest_of(user, otp)
    return execute(TAKE_RECOVERY_CODE, {"user": user.pk, "digest": digest}) == 1


def digest_of(user: User, code: str) -> str:
    """Returns the keyed hash of a recovery code, which is all that is stored of it."""
    return salted_hmac("users.recovery-code", f"{user.pk} {code}", algorithm="sha256").hexdigest()
