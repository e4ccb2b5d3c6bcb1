"""Authentication by a bearer token (RFC 6750) or a browser's cookie, with one query for session,
user, and the roles of the user's memberships."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from core.postgres.rows import rows_of
from users import cookies, tokens
from users.models import User
from users.otp import SecondFactorRequired, is_missing
from users.sessions import TokenNotValid

FIELDS = [field.attname for field in User._meta.concrete_fields]
WHO = f"""
SELECT {", ".join(f"u.{name}" for name in FIELDS)},
       ARRAY(SELECT member.role FROM theaters_membership member WHERE member.user_id = u.id)
  FROM users_session s JOIN users_user u ON u.id = s.user_id
 WHERE s.id = %s AND u.id = %s AND u.is_active
   AND s.ended_at IS NULL AND s.expires_at > statement_timestamp()
"""  # names of columns only  # noqa: S608


WITHOUT_SECOND_FACTOR = ("/api/v1/users/me/", "/api/v1/auth/")


class SessionAuthentication(BaseAuthentication):
    """`request.user` is the User, `request.auth` the id of the session.

    Without a token the caller is anonymous; a bad token is a 401, on public calls too. A cookie
    counts where there is no token; one that does not work is as none.
    """

    def authenticate(self, request: Request) -> tuple[User, int] | None:
        scheme, _, raw = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        is_bearer = scheme.lower() == "bearer"
        claims = tokens.read_access(raw.strip()) if is_bearer else cookies.claims_in(request)
        user = claims and whoever_has(claims)
        if is_bearer and not user:
            raise TokenNotValid
        if not claims or not user:
            return None
        if not is_bearer:
            cookies.require_same_origin(request)
        if is_missing(user) and not request.path.startswith(WITHOUT_SECOND_FACTOR):
            raise SecondFactorRequired
        return user, claims.session_id

    def authenticate_header(self, _: Request) -> str:
        return 'Bearer realm="api"'


def whoever_has(claims: tokens.Claims) -> User | None:
    """Returns the active user of a live session, with `member_roles`."""
    found = rows_of(WHO, [claims.session_id, claims.user_id])
    if not found:
        return None
    *values, roles = found[0]
    user = User.from_db("default", FIELDS, values)
    user.member_roles = frozenset(roles)
    return user


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI schema describes it."""

    target_class = SessionAuthentication
    name = ["accessToken", "sessionCookie"]

    def get_security_requirement(self, _: object) -> list[dict[str, list[Any]]]:
        """Either will do."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, _: object) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "__Host-session",
                "description": "For web pages of this server: see `keep_session`. Calls that "
                "change something need `Sec-Fetch-Site: same-origin`, which browsers send. It is "
                "called `session` in development.",
            },
        ]
