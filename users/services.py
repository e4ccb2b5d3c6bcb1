"""What changes accounts. Each call locks the user's row before anything else (lock order: user first)."""

from django.db import IntegrityError, connection, transaction

from core.errors import Failure, InvalidInput
from users import passwords, tasks
from users.models import Session, User
from users.sessions import TokenNotValid, start_session


class EmailTaken(InvalidInput):
    """An account with this e-mail address exists, perhaps in another spelling."""

    code = "email_taken"
    title = "There is an account with this e-mail address"
    remedy = "Log in, or ask for a code to set a new password."


class InvalidCredentials(Failure):
    """E-mail address and password open no account; which of the two is wrong is not said."""

    status = 401
    code = "invalid_credentials"
    title = "E-mail address or password is wrong"
    remedy = "Try again, or ask for a code to set a new password."


def lock_user(user_id: int) -> None:
    """Locks the row of an active user until the transaction ends, with one query.

    Whoever does this first sees their own parallel requests one after the other. Raises
    TokenNotValid if the account was disabled or closed in the meantime.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM users_user WHERE id = %s AND is_active FOR NO KEY UPDATE", [user_id]
        )
        if cursor.rowcount == 0:
            raise TokenNotValid


def register(*, email: str, password: str, name: str, address: str) -> tuple[User, Session]:
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
            tasks.send_verification_code.defer(user_id=user.pk)
            return user, start_session(user=user, address=address)
    except IntegrityError:
        raise EmailTaken(field="email") from None


def log_in(*, email: str, password: str, address: str) -> tuple[User, Session]:
    """A new session of the user. One failure, InvalidCredentials, and one timing for every cause."""
    user = User.objects.filter(email=email).first()
    if not passwords.is_right(password, user) or user is None or not user.is_active:
        raise InvalidCredentials
    try:
        return user, start_session(user=user, address=address)
    except TokenNotValid:
        raise InvalidCredentials from None
