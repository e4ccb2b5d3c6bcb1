"""The session of a browser, kept in a cookie."""

from contextlib import suppress
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.failures import NotAuthenticated
from core.openapi.schema import fails
from users import cookies, sessions
from users.access import caller
from users.api import serializers
from users.api.views import PublicView
from users.models import User
from users.sessions import TokenNotValid


class SessionView(PublicView):
    @extend_schema(operation_id="get_session", responses=serializers.WhoOutput)
    def get(self, request: Request) -> Response:
        """Who is logged in, if anybody. For web pages, at their start: `user` is null without a
        cookie, or with one that does not work any more. A cookie lasts 14 days from its last such
        use, but at most 90 from the login."""
        user = request.user if isinstance(request.user, User) else None
        answer = Response(serializers.WhoOutput({"user": user}).data)
        claims = cookies.claims_in(request)
        if user and claims and claims.session_id == request.auth and cookies.is_a_day_old(claims):
            try:
                session = sessions.renew_session(session_id=claims.session_id, user_id=user.pk)
            except TokenNotValid:  # another tab has just logged out
                return Response(serializers.WhoOutput({"user": None}).data)
            cookies.keep(answer, session)
        return answer

    @extend_schema(operation_id="keep_session", request=None, responses={204: None})
    @fails(NotAuthenticated)
    def post(self, request: Request) -> Response:
        """Keep your session in a cookie. For web pages of this server, after a login with its
        access token: scripts cannot read the cookie, so do not store tokens. The session's refresh
        token is void from then on."""
        user = caller(request)
        session = sessions.renew_session(session_id=session_of(request), user_id=user.pk)
        answer = Response(status=204)
        cookies.keep(answer, session)
        return answer

    @extend_schema(operation_id="end_session", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Log out here. The session ends at once, and the cookie goes; 204 also if there was none
        that worked."""
        if isinstance(request.user, User):
            with suppress(TokenNotValid):  # another tab was faster
                sessions.end_session(session_id=session_of(request), user_id=request.user.pk)
        answer = Response(status=204)
        cookies.forget(answer)
        return answer


def session_of(request: Request) -> int:
    """Returns the id of the session by which the caller is logged in."""
    session_id: Any = request.auth
    return int(session_id)
