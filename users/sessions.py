"""Sessions: one login each, with a chain of refresh tokens of which only the newest works."""

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from core.failures import Failure, NotFound
from core.postgres.clock import StatementTime
from core.postgres.rows import execute, rows_of
from users import account_log
from users.models import Session, User

START = """
INSERT INTO users_session (user_id, address, device, generation, expires_at)
SELECT id, %(address)s, %(device)s, 0, statement_timestamp() + %(lifetime)s
  FROM users_user
 WHERE id = %(user_id)s AND is_active AND password = %(password)s
   FOR SHARE
RETURNING id
"""
ROTATE = """
UPDATE users_session
   SET generation = generation + 1, rotated_at = statement_timestamp(),
       expires_at = least(statement_timestamp() + %(lifetime)s, created_at + %(at_most)s)
 WHERE id = %(session_id)s AND user_id = %(user_id)s AND generation = %(generation)s
   AND ended_at IS NULL AND expires_at > statement_timestamp()
   AND EXISTS (SELECT FROM users_user WHERE id = %(user_id)s AND is_active)
"""


class TokenNotValid(Failure):
    """The token is no token of ours, is too old or was used before, or its session has ended."""

    status = 401
    code = "token_not_valid"
    title = "The token is not valid"
    remedy = "If this was an access token, refresh it; if it was a refresh token, log in again."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'})


def start_session(*, user: User, address: str, device: str = "") -> Session:
    """A new session, if the account and the password just checked still stand.

    The row lock orders this after a running change of password, which ends all sessions: a login
    with the old password can't outlive it. Raises TokenNotValid where they no longer stand.
    """
    values = {
        "user_id": user.pk,
        "address": address,
        "device": device,
        "password": user.password,
        "lifetime": settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"],
    }
    started = rows_of(START, values)
    if not started:
        raise TokenNotValid
    return Session(pk=started[0][0], user_id=user.pk)


def rotate_session(*, session_id: int, user_id: int, generation: int) -> Session:
    """Changes the newest refresh token for its successor: one UPDATE, so one caller at most wins.
    SESSION_LASTS_AT_MOST after the login the session ends all the same.

    A token that was used before raises TokenNotValid and ends the session (RFC 9700, 4.14.2),
    unless it is the previous one, its successor is unused and REFRESH_GRACE has not passed: two
    tabs, or an answer that got lost.
    """
    values = {
        "session_id": session_id,
        "user_id": user_id,
        "generation": generation,
        "lifetime": settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"],
        "at_most": settings.SESSION_LASTS_AT_MOST,
    }
    if not execute(ROTATE, values):
        if _end_reused(session_id, user_id, generation):
            account_log.refused("token used twice", user_id=user_id, session=session_id)
        raise TokenNotValid
    return Session(pk=session_id, user_id=user_id, generation=generation + 1)


def _end_reused(session_id: int, user_id: int, generation: int) -> int:
    """Ends the session, unless the token is the previous one and within its grace."""
    recently = StatementTime() - settings.REFRESH_GRACE
    reused = Session.objects.filter(pk=session_id, user_id=user_id, ended_at=None).exclude(
        generation=generation + 1, rotated_at__gt=recently
    )
    return reused.update(ended_at=StatementTime())


def end_session(*, session_id: int, user_id: int) -> None:
    """Ends one session at once. Raises TokenNotValid if it has ended before."""
    living = Session.objects.living().filter(pk=session_id, user_id=user_id)
    if not living.update(ended_at=StatementTime()):
        raise TokenNotValid
    account_log.done("logout", user_id=user_id, session=session_id)


def living_of(user: User) -> QuerySet[Session]:
    """The user's sessions that still let somebody in, with the moment of their last use."""
    return Session.objects.living().filter(user=user).annotate(last_used_at=F("rotated_at"))


def end_session_of(*, user: User, session_id: int) -> None:
    """Ends one of the user's own sessions. Raises NotFound for any other."""
    if not living_of(user).filter(pk=session_id).update(ended_at=StatementTime()):
        raise NotFound
    account_log.done("session ended", user_id=user.pk, session=session_id)


def end_all_sessions(*, user_id: int) -> None:
    """Ends every session of the user at once, access tokens and those of the admin included."""
    with transaction.atomic():
        Session.objects.end_all_of(user_id)
