"""Sessions: one login each, with a chain of refresh tokens of which only the newest works."""

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

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
RENEW = """
UPDATE users_session
   SET generation = generation + 1, rotated_at = statement_timestamp(),
       expires_at = least(statement_timestamp() + %(lifetime)s, created_at + %(at_most)s)
 WHERE id = %(session_id)s AND user_id = %(user_id)s
   AND ended_at IS NULL AND expires_at > statement_timestamp()
RETURNING generation
"""


class TokenNotValid(Failure):
    """The token is not one of ours, has expired or was used before, or its session has ended."""

    status = 401
    code = "token_not_valid"
    title = "The token is not valid"
    remedy = "If this was an access token, refresh it; if it was a refresh token, log in again."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'})


class RefreshSuperseded(TokenNotValid):
    """Another request has exchanged this refresh token, less than 10 seconds ago. The session goes
    on, with the tokens that the other request got."""

    code = "refresh_superseded"
    title = "Another request has just used this refresh token"
    remedy = "Use the tokens that the other request got; if they are lost, log in again."


def start_session(*, user: User, address: str, device: str = "") -> Session:
    """Starts a session, if the account is still active and has the password just checked.

    The row lock makes this wait for a concurrent change of the password, which ends all sessions: a
    login with the old password cannot outlive it. Raises TokenNotValid otherwise.
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
    """Exchanges the newest refresh token for its successor; one UPDATE, so it works only once.
    However often it is refreshed, the session ends SESSION_LASTS_AT_MOST after the login.

    A token that was used before raises TokenNotValid and ends the session (RFC 9700, 4.14.2),
    unless it is the previous one, its successor is unused and REFRESH_GRACE has not passed: two
    tabs, or a lost response. Then it raises RefreshSuperseded.
    """
    values = {
        "session_id": session_id,
        "user_id": user_id,
        "generation": generation,
        "lifetime": settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"],
        "at_most": settings.SESSION_LASTS_AT_MOST,
    }
    if not execute(ROTATE, values):
        raise _refusal(session_id, user_id, generation)
    return Session(pk=session_id, user_id=user_id, generation=generation + 1)


def renew_session(*, session_id: int, user_id: int) -> Session:
    """Lets a session last as long as one that has just begun, but not beyond
    SESSION_LASTS_AT_MOST after the login, and voids its refresh token: a cookie goes on with it.

    Raises TokenNotValid if it has ended.
    """
    values = {
        "session_id": session_id,
        "user_id": user_id,
        "lifetime": settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"],
        "at_most": settings.SESSION_LASTS_AT_MOST,
    }
    renewed = rows_of(RENEW, values)
    if not renewed:
        raise TokenNotValid
    return Session(pk=session_id, user_id=user_id, generation=renewed[0][0])


def _refusal(session_id: int, user_id: int, generation: int) -> TokenNotValid:
    """Ends the session, unless the token is the previous one and within REFRESH_GRACE."""
    recently = StatementTime() - settings.REFRESH_GRACE
    superseded = Q(generation=generation + 1, rotated_at__gt=recently)
    sessions = Session.objects.filter(pk=session_id, user_id=user_id)
    if sessions.filter(ended_at=None).exclude(superseded).update(ended_at=StatementTime()):
        account_log.record_refusal("token used twice", user_id=user_id, session=session_id)
        return TokenNotValid()
    is_superseded = sessions.live().filter(superseded).exists()
    return RefreshSuperseded() if is_superseded else TokenNotValid()


def end_session(*, session_id: int, user_id: int) -> None:
    """Ends one session at once. Raises TokenNotValid if it has ended already."""
    live = Session.objects.live().filter(pk=session_id, user_id=user_id)
    if not live.update(ended_at=StatementTime()):
        raise TokenNotValid
    account_log.record("logout", user_id=user_id, session=session_id)


def live_sessions(user: User) -> QuerySet[Session]:
    """Returns the user's live sessions, with the time of their last use."""
    return Session.objects.live().filter(user=user).annotate(last_used_at=F("rotated_at"))


def end_session_of(*, user: User, session_id: int) -> None:
    """Ends one of the user's own sessions. Raises NotFound for any other."""
    if not live_sessions(user).filter(pk=session_id).update(ended_at=StatementTime()):
        raise NotFound
    account_log.record("session ended", user_id=user.pk, session=session_id)


def end_all_sessions(*, user_id: int) -> None:
    """Ends every session of the user at once, access tokens and those of the admin included."""
    with transaction.atomic():
        Session.objects.end_all_of(user_id)
