"""Changes to accounts. Each of them locks the user's row first: user → show → booking → seats."""

import secrets
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from core.failures import Failure, InvalidInput
from core.jobs import queue
from core.postgres.clock import StatementTime
from core.postgres.rows import execute
from users import account_log, codes, passwords, tasks
from users.models import OneTimeCode, Purpose, Session, User
from users.otp import require_otp
from users.sessions import TokenNotValid, start_session


class EmailTaken(InvalidInput):
    """An account with this e-mail address exists, perhaps in another spelling."""

    code = "email_taken"
    title = "An account with this e-mail address already exists"
    remedy = "Log in, or ask for a code to set a new password."
    example = {"field": "email"}


class InvalidCredentials(Failure):
    """The e-mail address or the password is wrong; the answer does not say which."""

    status = 401
    code = "invalid_credentials"
    title = "The e-mail address or the password is wrong"
    remedy = "Try again, or ask for a code to set a new password."


class WrongPassword(InvalidInput):
    """This call asks for the account's current password, and another one was sent."""

    code = "wrong_password"
    title = "The password is wrong"
    remedy = "Send the password that you log in with now."
    example = {"field": "current_password"}


LOCK_USER = "SELECT FROM users_user WHERE id = %s AND is_active FOR NO KEY UPDATE"


def lock_user(user_id: int) -> None:
    """Locks the row of an active user until the transaction ends, with one query.

    A transaction that does this first runs one after the other with the user's other requests.
    Raises TokenNotValid if the account was disabled or closed in the meantime.
    """
    if not execute(LOCK_USER, [user_id]):
        raise TokenNotValid


def register(
    *, email: str, password: str, name: str, address: str, device: str = "", language: str = ""
) -> tuple[User, Session]:
    """Makes a user of role `user` and a session, and mails a code to verify the address.

    Raises EmailTaken or a failure of users.passwords.
    """
    user = User(email=email, name=name, language=language)
    passwords.require_good_password(password, user=user, field="password")
    if User.objects.filter(email=email).exists():
        raise EmailTaken(field="email")
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            account_log.record("registered", user_id=user.pk)
            queue.defer(tasks.send_verification_code, user_id=user.pk)
            return user, start_session(user=user, address=address, device=device)
    except IntegrityError:
        raise EmailTaken(field="email") from None


def log_in(
    *, email: str, password: str, address: str, otp: str = "", device: str = ""
) -> tuple[User, Session]:
    """Starts a session of the user, and renews the hash of the password if it is out of date.

    `otp` is for those who have a second factor. Raises InvalidCredentials, after the same time for
    every cause; or, if the password is right, OtpRequired or InvalidOtp.
    """
    user = User.objects.filter(email=email).first()
    if not passwords.is_right(password, user) or user is None or not user.is_active:
        account_log.record_refusal(
            "login failed", user_id=getattr(user, "pk", None), reason=InvalidCredentials.code
        )
        raise InvalidCredentials
    passwords.renew_hash(password, user)
    require_otp(otp, user=user)
    try:
        session = start_session(user=user, address=address, device=device)
    except TokenNotValid:
        raise InvalidCredentials from None
    User.objects.filter(pk=user.pk).update(last_login=StatementTime())
    account_log.record("login", user_id=user.pk)
    return user, session


def change_details(*, user: User, changes: Mapping[str, str]) -> None:
    """Changes the user's `name` and `language`."""
    with transaction.atomic():
        lock_user(user.pk)
        for column, value in changes.items():
            setattr(user, column, value)
        user.save(update_fields=list(changes))


def resend_code(*, user: User) -> None:
    """Mails the user a new code to verify the address, unless it is verified."""
    queue.defer(tasks.send_verification_code, user_id=user.pk)


def forgot_password(*, email: str, address: str) -> str:
    """Mails a code to set a new password, if an account has the e-mail address.

    Returns the `request` by which `reset_password` recognizes who asked, as does the network
    address `address`. Every e-mail address takes the same time: an unknown one is user 0, for whom
    the worker does nothing.
    """
    request = secrets.token_urlsafe(16)
    asker = codes.Asker.known_by(request=request, address=address)
    known = User.objects.filter(email=email, is_active=True).values_list("pk", flat=True)
    user_id = known.first() or 0
    queue.defer(
        tasks.send_reset_code, user_id=user_id, request=asker.request, network=asker.network
    )
    account_log.record("code asked for", user_id=user_id or None)
    return request


def verify_email(*, user: User, code: str) -> None:
    """Marks the address as verified. Raises codes.InvalidCode; each call counts as a guess."""
    digest = codes.guess_code(code, email=user.email, purpose=Purpose.VERIFY)
    with transaction.atomic():
        lock_user(user.pk)
        codes.use_code(digest, user_id=user.pk, purpose=Purpose.VERIFY)
        user.email_verified = True
        user.save(update_fields=["email_verified"])
        account_log.record("address verified", user_id=user.pk)


def change_password(*, user: User, current_password: str, new_password: str) -> None:
    """Sets a new password and ends every session.

    Raises WrongPassword or a failure of users.passwords.
    """
    require_password(current_password, user=user, field="current_password")
    passwords.require_good_password(new_password, user=user, field="new_password")
    checked = user.password
    user.set_password(new_password)
    with transaction.atomic():
        lock_user(user.pk)
        if not User.objects.filter(pk=user.pk, password=checked).exists():
            raise TokenNotValid
        _replace_password(user)


def reset_password(*, email: str, code: str, new_password: str, asker: codes.Asker) -> None:
    """Sets a new password with a mailed code and ends every session; verifies the address, too.

    The password is first checked before the code, against nothing but the input, so that the
    answer reveals nothing about an account. Raises codes.InvalidCode or a failure of
    users.passwords.
    """
    passwords.require_good_password(new_password, user=User(email=email), field="new_password")
    digest = codes.guess_code(code, email=email, purpose=Purpose.RESET, asker=asker)
    user = User.objects.filter(email=email).first()
    if user is None:
        raise codes.InvalidCode(field="code")
    passwords.require_good_password(new_password, user=user, field="new_password")
    user.set_password(new_password)
    with transaction.atomic():
        lock_user(user.pk)
        codes.use_code(digest, user_id=user.pk, purpose=Purpose.RESET)
        User.objects.filter(pk=user.pk).update(email_verified=True)
        _replace_password(user)


def require_password(password: str, *, user: User, field: str) -> None:
    """Raises WrongPassword unless the password is the user's."""
    if not passwords.is_right(password, user):
        account_log.record_refusal("password wrong", user_id=user.pk)
        raise WrongPassword(field=field)


def _replace_password(user: User) -> None:
    """Saves the new password, deletes the codes that could reset it, and mails the user."""
    user.save(update_fields=["password"])
    OneTimeCode.objects.filter(user=user, purpose=Purpose.RESET).delete()
    queue.defer(tasks.send_password_changed, user_id=user.pk)
