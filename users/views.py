"""The calls of accounts: the way in, and what a user may do to their own account."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from core.throttling import client_address, count
from users import limits, serializers, services, sessions, tokens
from users.models import Session, User


def read(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body as the serializer understands it. Raises ValidationError."""
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def logged_in(user: User, session: Session) -> dict[str, Any]:
    """The answer to register and login."""
    return {"user": serializers.UserSerializer(user).data, **tokens.pair(session)}


@extend_schema(tags=["accounts"])
class PublicView(APIView):
    """A call that needs no token."""

    permission_classes = [AllowAny]


class RegisterView(PublicView):
    @extend_schema(
        operation_id="register",
        request=serializers.RegisterSerializer,
        responses={201: serializers.LoggedInSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make an account and log in. A mail with a code that verifies the address follows."""
        data = read(serializers.RegisterSerializer, request)
        address = client_address(request)
        limits.count_registration(address=address)
        user, session = services.register(**data, address=address)
        return Response(logged_in(user, session), status.HTTP_201_CREATED)


class LoginView(PublicView):
    @extend_schema(
        operation_id="login",
        request=serializers.LoginSerializer,
        responses=serializers.LoggedInSerializer,
    )
    def post(self, request: Request) -> Response:
        """Log in. The failure does not say what was wrong."""
        data = read(serializers.LoginSerializer, request)
        address = client_address(request)
        limits.count_login(email=data["email"], address=address)
        user, session = services.log_in(**data, address=address)
        return Response(logged_in(user, session))


class RefreshView(PublicView):
    @extend_schema(
        operation_id="refresh",
        request=serializers.RefreshSerializer,
        responses=serializers.TokensSerializer,
    )
    def post(self, request: Request) -> Response:
        """Change a refresh token for a new pair. Each works once; using it again ends the session."""
        claims = tokens.read_refresh(read(serializers.RefreshSerializer, request)["refresh"])
        count(limit="refresh_session", subject=str(claims.session_id))
        session = sessions.rotate_session(
            session_id=claims.session_id,
            user_id=claims.user_id,
            generation=claims.generation,
        )
        return Response(tokens.pair(session))


class LogoutView(PublicView):
    @extend_schema(
        operation_id="logout", request=serializers.RefreshSerializer, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        """End the session of this refresh token at once, its access tokens too."""
        claims = tokens.read_refresh(read(serializers.RefreshSerializer, request)["refresh"])
        sessions.end_session(session_id=claims.session_id, user_id=claims.user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["accounts"])
class LogoutAllView(APIView):
    @extend_schema(operation_id="logoutAll", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End all of the user's sessions at once."""
        sessions.end_all_sessions(user_id=request.user.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["accounts"])
class MeView(APIView):
    @extend_schema(operation_id="me", responses=serializers.UserSerializer)
    def get(self, request: Request) -> Response:
        """The account that is logged in."""
        return Response(serializers.UserSerializer(request.user).data)
