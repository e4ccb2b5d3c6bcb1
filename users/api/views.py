"""Registering, logging in and out, codes, passwords."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failures import Busy, TooManyRequests
from core.http.fields import read
from core.http.proxies import client_address
from core.openapi.schema import fails
from users import accounts, devices, guests, limits, sessions, tokens
from users.access import caller, language_of
from users.api import serializers
from users.codes import Asker, InvalidCode
from users.emails import Unreachable
from users.models import Session, User
from users.otp import InvalidOtp, OtpRequired
from users.passwords import RULES

PASSWORD_RULES = RULES.values()
ON_ITS_WAY = {"detail": "If the address can use a code, one is on its way to it."}


def logged_in(user: User, session: Session) -> dict[str, Any]:
    """Returns the response to registering and logging in."""
    return {"user": serializers.UserOutput(user).data, **tokens.pair(session)}


def device(request: Request) -> str:
    """Returns a short description of the client, from what it says of itself."""
    return devices.describe(request.META.get("HTTP_USER_AGENT", ""))


@extend_schema(tags=["Accounts"])
class UncachedView(APIView):
    """A call for whoever is logged in."""

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        """Forbids caching, for tokens' sake (RFC 6749, 5.1)."""
        answer: Response = super().finalize_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer


class PublicView(UncachedView):
    """A call that needs no token."""

    permission_classes = [AllowAny]


class RegisterView(PublicView):
    @extend_schema(
        operation_id="register",
        request=serializers.RegisterInput,
        responses={201: serializers.LoggedInOutput},
    )
    @fails(accounts.EmailTaken, Unreachable, *PASSWORD_RULES, TooManyRequests, Busy)
    def post(self, request: Request) -> Response:
        """Register and be logged in. A mail with a code that verifies the address follows.
        `Accept-Language` says in which language mails come."""
        data = read(serializers.RegisterInput, request)
        address = client_address(request)
        with limits.registering(address=address):
            user, session = accounts.register(
                **data, address=address, device=device(request), language=language_of(request)
            )
        return Response(logged_in(user, session), status.HTTP_201_CREATED)


class GuestView(PublicView):
    @extend_schema(
        operation_id="open_guest",
        request=None,
        responses={201: serializers.TokensOutput},
    )
    @fails(TooManyRequests)
    def post(self, request: Request) -> Response:
        """Go on as a guest. The tokens are those of somebody without an address, who gives name and
        e-mail when booking; a link in that mail leads back to the booking."""
        address = client_address(request)
        limits.count_guest(address=address)
        session = guests.open_guest(
            address=address, device=device(request), language=language_of(request)
        )
        return Response(tokens.pair(session), status.HTTP_201_CREATED)


class LoginView(PublicView):
    @extend_schema(
        operation_id="login",
        request=serializers.LoginInput,
        responses=serializers.LoggedInOutput,
    )
    @fails(accounts.InvalidCredentials, OtpRequired, InvalidOtp, TooManyRequests, Busy)
    def post(self, request: Request) -> Response:
        """Log in. The failure does not say what was wrong. An account with a second factor needs
        `otp` as well: without it, and with the right password, the answer is `otp_required`."""
        data = read(serializers.LoginInput, request)
        address = client_address(request)
        with limits.logging_in(email=data["email"], address=address):
            user, session = accounts.log_in(**data, address=address, device=device(request))
        return Response(logged_in(user, session))


class RefreshView(PublicView):
    @extend_schema(
        operation_id="refresh",
        request=serializers.RefreshInput,
        responses=serializers.TokensOutput,
    )
    @fails(sessions.TokenNotValid, sessions.RefreshSuperseded, TooManyRequests)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair. Each works once. The previous one, used again
        within 10 seconds and while its successor is unused, is only refused, with
        `refresh_superseded`; any other reuse ends the session."""
        claims = tokens.read_refresh(read(serializers.RefreshInput, request)["refresh"])
        limits.count_refreshing(session_id=claims.session_id)
        session = sessions.rotate_session(
            session_id=claims.session_id,
            user_id=claims.user_id,
            generation=claims.generation,
        )
        return Response(tokens.pair(session))


class LogoutView(PublicView):
    @extend_schema(operation_id="logout", request=serializers.RefreshInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Log out. The session of this refresh token ends at once, with its access tokens."""
        claims = tokens.read_refresh(read(serializers.RefreshInput, request)["refresh"])
        sessions.end_session(session_id=claims.session_id, user_id=claims.user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LogoutAllView(UncachedView):
    @extend_schema(operation_id="logout_all", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Log out everywhere. All of your sessions end at once."""
        sessions.end_all_sessions(user_id=caller(request).pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class VerifyEmailView(UncachedView):
    @extend_schema(
        operation_id="verify_email",
        request=serializers.CodeInput,
        responses=serializers.VerifiedOutput,
    )
    @fails(InvalidCode, TooManyRequests)
    def post(self, request: Request) -> Response:
        """Verify the e-mail address. Needs the code mailed to it, which is void after five wrong
        guesses."""
        data = read(serializers.CodeInput, request)
        limits.count_verifying(user_id=caller(request).pk)
        accounts.verify_email(user=caller(request), **data)
        return Response({"user": serializers.UserOutput(caller(request)).data})


class ResendCodeView(UncachedView):
    @extend_schema(
        operation_id="resend_code", request=None, responses={202: serializers.SentOutput}
    )
    @fails(TooManyRequests)
    def post(self, request: Request) -> Response:
        """Have another code mailed. It replaces the previous one."""
        limits.count_resending(user_id=caller(request).pk, address=client_address(request))
        accounts.resend_code(user=caller(request))
        return Response(ON_ITS_WAY, status.HTTP_202_ACCEPTED)


class ForgotPasswordView(PublicView):
    @extend_schema(
        operation_id="forgot_password",
        request=serializers.EmailInput,
        responses={202: serializers.AskedOutput},
    )
    @fails(TooManyRequests)
    def post(self, request: Request) -> Response:
        """Ask for a code to set a new password. The response is the same for any address. Keep its
        `request` and send it along with the code, so that nobody else can use up your guesses."""
        data = read(serializers.EmailInput, request)
        address = client_address(request)
        limits.count_forgotten_password(address=address, **data)
        asked = accounts.forgot_password(address=address, **data)
        return Response(ON_ITS_WAY | {"request": asked}, status.HTTP_202_ACCEPTED)


class ResetPasswordView(PublicView):
    @extend_schema(
        operation_id="reset_password", request=serializers.ResetInput, responses={204: None}
    )
    @fails(InvalidCode, *PASSWORD_RULES, TooManyRequests, Busy)
    def post(self, request: Request) -> Response:
        """Set a new password with a mailed code. Every session of the user ends. Each code allows
        five guesses with the `request` that was returned when it was asked for; guesses without it
        are counted separately, by network address."""
        data = read(serializers.ResetInput, request)
        address = client_address(request)
        limits.count_resetting(address=address)
        asker = Asker.known_by(request=data.pop("request", ""), address=address)
        accounts.reset_password(**data, asker=asker)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChangePasswordView(UncachedView):
    @extend_schema(
        operation_id="change_password",
        request=serializers.ChangePasswordInput,
        responses={204: None},
    )
    @fails(accounts.WrongPassword, *PASSWORD_RULES, TooManyRequests, Busy)
    def post(self, request: Request) -> Response:
        """Change the password. Every session of the user ends, including this one."""
        data = read(serializers.ChangePasswordInput, request)
        limits.count_asking_password(user_id=caller(request).pk)
        accounts.change_password(user=caller(request), **data)
        return Response(status=status.HTTP_204_NO_CONTENT)
