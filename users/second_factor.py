"""Setting up the second factor, switching it off, resetting it.

The secret is shown until the first right code confirms it, and stored encrypted.
"""

import io
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction

from core.failures import Failure, InvalidInput, NotFound
from users import account_log
from users.accounts import lock_user, require_password
from users.limits import count_otp
from users.models import SecondFactor, User
from users.otp import digest_of, require_otp, take_step
from users.sessions import end_all_sessions

RECOVERY_CODES = 10
READABLE = "23456789abcdefghjkmnpqrstuvwxyz"


class WrongOtp(InvalidInput):
    """The code is not what the authenticator app shows now for this account, or was used before."""

    code = "wrong_otp"
    title = "The one-time code is wrong"
    remedy = "Wait for the app's next code, and check that the clock of its device is right."
    example = {"field": "otp"}


class SecondFactorOn(Failure):
    """The account has a second factor already; switch it off before setting up another."""

    code = "second_factor_on"
    title = "The second factor is on"
    remedy = "Switch it off first, with the password and a code."


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs."""

    secret: str
    uri: str

    def qr_code(self) -> str:
        """Returns the URI as a QR code in SVG."""
        import segno

        out = io.BytesIO()
        segno.make(self.uri, error="m").save(out, kind="svg", scale=5, xmldecl=False, light="#fff")
        return out.getvalue().decode()


def start(*, user: User, password: str) -> Enrolment:
    """Makes a new secret, which is required once `confirm` has received a right code.

    Raises WrongPassword or SecondFactorOn.
    """
    import pyotp

    from users.secret_texts import encrypt

    require_password(password, user=user, field="password")
    secret = pyotp.random_base32()
    with transaction.atomic():
        lock_user(user.pk)
        factor, _ = SecondFactor.objects.get_or_create(user=user)
        if factor.confirmed:
            raise SecondFactorOn
        factor.secret, factor.last_step = encrypt(secret), 0
        factor.save()
    return _enrolment(user, secret)


def pending(user: User) -> Enrolment | None:
    """Returns the unconfirmed enrolment, to be shown again after a wrong code."""
    from users.secret_texts import decrypt

    factor = SecondFactor.objects.filter(user=user, confirmed=False).first()
    secret = decrypt(factor.secret) if factor else None
    return _enrolment(user, secret) if secret else None


def _enrolment(user: User, secret: str) -> Enrolment:
    import pyotp

    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=settings.SITE_NAME)
    return Enrolment(secret, uri)


def confirm(*, user: User, otp: str) -> list[str]:
    """Switches the second factor on and returns ten recovery codes, which are stored as digests.

    Raises NotFound if none was started, SecondFactorOn or WrongOtp.
    """
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        raise NotFound
    if factor.confirmed:
        raise SecondFactorOn
    count_otp(user_id=user.pk)
    if not take_step(factor, otp):
        raise WrongOtp(field="otp")
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        lock_user(user.pk)
        rows = SecondFactor.objects.filter(user=user, secret=factor.secret, confirmed=False)
        if not rows.update(
            confirmed=True, recovery_codes=[digest_of(user, code) for code in codes]
        ):
            raise SecondFactorOn
        User.objects.filter(pk=user.pk).update(has_second_factor=True)
        account_log.record("second factor on", user_id=user.pk)
    user.has_second_factor = True
    return codes


def switch_off(*, user: User, password: str, otp: str) -> None:
    """Removes the second factor. Raises WrongPassword, OtpRequired or InvalidOtp."""
    require_password(password, user=user, field="password")
    require_otp(otp, user=user)
    _remove(user, "second factor off")


def reset(*, by: User, user: User) -> None:
    """Removes the second factor of somebody who lost the app and the recovery codes, records it in
    the admin's log, and ends all their sessions. Raises NotFound if there is none."""
    if not user.has_second_factor:
        raise NotFound
    with transaction.atomic():
        _remove(user, "second factor reset", by=by.pk)
        end_all_sessions(user_id=user.pk)
        message = "The second factor was reset"
        LogEntry.objects.log_actions(
            by.pk, [user], CHANGE, change_message=message, single_object=True
        )


@transaction.atomic
def _remove(user: User, event: str, **facts: object) -> None:
    lock_user(user.pk)
    SecondFactor.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(has_second_factor=False)
    user.has_second_factor = False
    account_log.record(event, user_id=user.pk, **facts)


def codes_left(user: User) -> int:
    """Returns how many recovery codes the user has not used."""
    factor = SecondFactor.objects.filter(user=user, confirmed=True).first()
    return len(factor.recovery_codes) if factor else 0


def _recovery_code() -> str:
    """Returns ten characters that can be copied by hand: 49 bits."""
    return "".join(secrets.choice(READABLE) for _ in range(10))
