"""Authentication by a bearer token (RFC 6750), with one query for session and user."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from core.postgres.rows import rows_of
from users import tokens
from users.models import User
from users.otp import SecondFactorRequired, is_missing
from users.sessions import TokenNotValid

FIELDS = [field.attname for field in User._meta.concrete_fields]
WHO = f"""
SELECT {", ".join(f"u.{name}" for name in FIELDS)}
  FROM users_session s JOIN users_user u ON u.id = s.user_id
 WHERE s.id = %s AND u.id = %s AND u.is_active
   AND s.ended_at IS NULL AND s.expires_at > statement_timestamp()
"""  # names of columns only  # noqa: S608


WITHOUT_SECOND_FACTOR = ("/api/v1/users/me/", "/api/v1/auth/")


class SessionAuthentication(BaseAuthentication):
    """`request.user` is the User, `request.auth` the id of the session.

    Without a token the caller is anonymous; a bad token is a 401, on public calls too.
    """

    def authenticate(self, request: Request) -> tuple[User, int] | None:
        scheme, _, raw = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        claims = tokens.read_access(raw.strip())
        found = rows_of(WHO, [claims.session_id, claims.user_id])
        if not found:
            raise TokenNotValid
        user = User.from_db("default", FIELDS, found[0])
        if is_missing(user) and not request.path.startswith(WITHOUT_SECOND_FACTOR):
            raise SecondFactorRequired
        return user, claims.session_id

    def authenticate_header(self, _: Request) -> str:
        return 'Bearer realm="api"'


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI schema describes it."""

    target_class = SessionAuthentication
    name = "accessToken"

    def get_security_definition(self, _: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
