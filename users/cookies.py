"""The cookie with which a browser stays logged in (RFC 6265), for pages of this very origin.

Scripts cannot read it, and other sites' pages cannot use it: it is `SameSite=Strict`, and whatever
changes something with it must say that it comes from here. It holds a token of its own type, which
is no access token, nor is an access token a cookie. One that does not work is none.
"""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.failures import Failure
from users import tokens
from users.models import Session
from users.sessions import TokenNotValid

A_DAY = 24 * 3600
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class CrossOrigin(Failure):
    """The browser was logged in, but the page that asked is not one of this server's: somebody
    else's page may have made the browser ask. Nothing was done."""

    status = 403
    code = "cross_origin"
    title = "That page may not do this with your login"
    remedy = "Ask from a page of this server, or send an access token instead of the cookie."


def claims_in(request: HttpRequest) -> tokens.Claims | None:
    """Returns the claims of a genuine cookie; None for anything else."""
    raw = request.COOKIES.get(settings.LOGIN_COOKIE)
    try:
        return tokens.read_cookie(raw) if raw else None
    except TokenNotValid:
        return None


def require_same_origin(request: HttpRequest) -> None:
    """Raises CrossOrigin unless the request only reads, or a page of this origin has made it.

    Browsers say so in `Sec-Fetch-Site` (Fetch Metadata), older ones in `Origin` (RFC 6454) alone;
    scripts can set neither.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.META.get("HTTP_SEC_FETCH_SITE")
    if site is None:
        ours = f"{request.scheme}://{request.get_host()}"
        is_ours = request.META.get("HTTP_ORIGIN") == ours
    else:
        is_ours = site == "same-origin"
    if not is_ours:
        raise CrossOrigin


def is_a_day_old(claims: tokens.Claims) -> bool:
    """Returns whether the cookie is worth replacing."""
    return claims.expires_at - time.time() < _seconds() - A_DAY


def keep(answer: HttpResponse, session: Session) -> None:
    """Lets the browser keep a new cookie of the session."""
    answer.set_cookie(
        settings.LOGIN_COOKIE,
        tokens.cookie(session),
        max_age=_seconds(),
        secure=not settings.DEVELOPMENT,
        httponly=True,
        samesite="Strict",
    )


def forget(answer: HttpResponse) -> None:
    """Lets the browser forget its cookie."""
    answer.delete_cookie(settings.LOGIN_COOKIE, samesite="Strict")


def _seconds() -> int:
    return int(tokens.CookieToken.lifetime.total_seconds())
