"""The JSON Web Tokens (RFC 7519) of a session: what they contain, and how they are verified.

An access token authenticates calls; a refresh token is exchanged for the next pair, once, which is
what its `gen` (the session's generation) is for; a browser's cookie holds one of a third type. All
are void once their session has ended.
"""

import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from users.models import Session
from users.sessions import TokenNotValid

# {"alg":"HS256","typ":"JWT"}: every token of ours begins so; any other header is refused.
HEADER = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
FORM = re.compile(re.escape(HEADER) + r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")
LONGEST = 1000
BIGGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a genuine token: its user, session, generation and expiry."""

    user_id: int
    session_id: int
    generation: int
    expires_at: int


class CookieToken(Token):
    """What a browser's cookie holds."""

    token_type = "cookie"  # noqa: S105 - the name of a type
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


def pair(session: Session) -> dict[str, str]:
    """Returns a new `access` and `refresh` token of the session as it is now."""
    return {
        "access": _write(AccessToken(), session),
        "refresh": _write(RefreshToken(), session),
    }


def cookie(session: Session) -> str:
    """Returns a new token of the session for a browser's cookie."""
    return _write(CookieToken(), session)


def _write(token: Token, session: Session) -> str:
    token["uid"] = session.user_id
    token["sid"] = session.pk
    token["gen"] = session.generation
    return str(token)


def read_access(raw: str) -> Claims:
    """Returns the claims of an access token. Raises TokenNotValid for anything else."""
    return _read(AccessToken, raw)


def read_refresh(raw: str) -> Claims:
    """Returns the claims of a refresh token. Raises TokenNotValid for anything else."""
    return _read(RefreshToken, raw)


def read_cookie(raw: str) -> Claims:
    """Returns the claims of a cookie's token. Raises TokenNotValid for anything else."""
    return _read(CookieToken, raw)


def _read(kind: type[Token], raw: str) -> Claims:
    if len(raw) > LONGEST or not FORM.fullmatch(raw):
        raise TokenNotValid
    claims = _verified(kind, raw)  # type: ignore[arg-type]
    if claims.expires_at <= time.time():
        raise TokenNotValid
    return claims


@lru_cache(maxsize=4096)
def _verified(kind: type[Token], raw: str) -> Claims:
    """Lets SimpleJWT check signature, algorithm, `exp`, `nbf`, `iat`, `iss`, `aud`, `token_type`.

    A valid signature stays valid, so each process checks it once; nothing else is cached. For times
    that are out of range or not numbers, SimpleJWT raises more than its own TokenError.
    """
    try:
        payload = kind(raw).payload  # type: ignore[arg-type]
    except (TokenError, TypeError, ValueError, OverflowError, OSError):
        raise TokenNotValid from None
    return Claims(*(_integer(payload.get(name)) for name in ("uid", "sid", "gen", "exp")))


def _integer(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= BIGGEST_ID:
        raise TokenNotValid
    return value
