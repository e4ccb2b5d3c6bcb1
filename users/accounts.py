"""What changes accounts. Each call locks the user's row first: user → show → booking → seats."""

import secrets

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
    title = "There is an account with this e-mail address"
    remedy = "Log in, or ask for a code to set a new password."
    example = {"field": "email"}


class InvalidCredentials(Failure):
    """E-mail address and password open no account; which of the two is wrong is not said."""

    status = 401
    code = "invalid_credentials"
    title = "E-mail address or password is wrong"
    remedy = "Try again, or ask for a code to set a new password."


class WrongPassword(InvalidInput):
    """The account's present password, which this call asks for, is another one."""

    code = "wrong_password"
    title = "The password is wrong"
    remedy = "Send the password that you log in with now."
    example = {"field": "current_password"}


LOCK_USER = "SELECT FROM users_user WHERE id = %s AND is_active FOR NO KEY UPDATE"


def lock_user(user_id: int) -> None:
    """Locks the row of an active user until the transaction ends, with one query.

    Whoever does this first sees their own parallel requests one after the other. Raises
    TokenNotValid if the account was disabled or closed in the meantime.
    """
    if not execute(LOCK_USER, [user_id]):
        raise TokenNotValid


def register(
    *, email: str, password: str, name: str, address: str, device: str = ""
) -> tuple[User, Session]:
    """A new user of role `user`, logged in; a mail with a code to verify the address follows.

    Raises EmailTaken or a failure of users.passwords.
    """
    user = User(email=email, name=name)
    passwords.require_good_password(password, user=user, field="password")
    if User.objects.filter(email=email).exists():
        raise EmailTaken(field="email")
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            account_log.done("registered", user_id=user.pk)
            queue.defer(tasks.send_verification_code, user_id=user.pk)
            return user, start_session(user=user, address=address, device=device)
    except IntegrityError:
        raise EmailTaken(field="email") from None


def log_in(
    *, email: str, password: str, address: str, otp: str = "", device: str = ""
) -> tuple[User, Session]:
    """A new session of the user, whose password is hashed anew where that is out of date.

    `otp` is for those who have a second factor. Raises InvalidCredentials, after the same time for
    every cause; then, where the password is right, OtpRequired or InvalidOtp.
    """
    user = User.objects.filter(email=email).first()
    if not passwords.is_right(password, user) or user is None or not user.is_active:
        account_log.refused(
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
    account_log.done("login", user_id=user.pk)
    return user, session


def rename(*, user: User, name: str) -> None:
    """Gives the user another name."""
    with transaction.atomic():
        lock_user(user.pk)
        user.name = name
        user.save(update_fields=["name"])


def resend_code(*, user: User) -> None:
    """Mails the user a fresh code to verify the address with, unless it is verified."""
    queue.defer(tasks.send_verification_code, user_id=user.pk)


def forgot_password(*, email: str, address: str) -> str:
    """Mails a code to set another password with, if the e-mail address is known.

    Gives the `request` by which `reset_password` knows again who asked, from the network address
    `address`. Every e-mail address costs the same: one that is unknown is user 0, for whom the
    worker does nothing.
    """
    request = secrets.token_urlsafe(16)
    asker = codes.Asker.known_by(request=request, address=address)
    known = User.objects.filter(email=email, is_active=True).values_list("pk", flat=True)
    user_id = known.first() or 0
    queue.defer(
        tasks.send_reset_code, user_id=user_id, request=asker.request, network=asker.network
    )
    account_log.done("code asked for", user_id=user_id or None)
    return request


def verify_email(*, user: User, code: str) -> None:
    """Marks the address as the user's own. Raises codes.InvalidCode; each call is a guess."""
    digest = codes.guess_code(code, email=user.email, purpose=Purpose.VERIFY)
    with transaction.atomic():
        lock_user(user.pk)
        codes.use_code(digest, user_id=user.pk, purpose=Purpose.VERIFY)
        user.email_verified = True
        user.save(update_fields=["email_verified"])
        account_log.done("address verified", user_id=user.pk)


def change_password(*, user: User, current_password: str, new_password: str) -> None:
    """Sets another password and ends every session.

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
    """Sets another password by a mailed code and ends every session; proves the address as well.

    The password is judged before the code, with what the caller said alone, so that the answer
    tells nothing about an account. Raises codes.InvalidCode or a password's failure.
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
    """Raises WrongPassword unless it is the user's."""
    if not passwords.is_right(password, user):
        account_log.refused("password wrong", user_id=user.pk)
        raise WrongPassword(field=field)


def _replace_password(user: User) -> None:
    """What every change of a password brings: nobody stays logged in, and the owner is told."""
    user.save(update_fields=["password"])
    OneTimeCode.objects.filter(user=user, purpose=Purpose.RESET).delete()
    queue.defer(tasks.send_password_changed, user_id=user.pk)
