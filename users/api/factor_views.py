"""The user's own second factor and, for admins, resetting somebody else's."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failures import Busy, NotFound, TooManyRequests
from core.http.fields import read
from core.openapi.schema import fails
from users import limits, otp, second_factor
from users.access import IsAdmin, caller
from users.accounts import WrongPassword
from users.api import serializers
from users.api.views import UncachedView
from users.models import User


class SecondFactorView(UncachedView):
    @extend_schema(operation_id="get_second_factor", responses=serializers.SecondFactorOutput)
    def get(self, request: Request) -> Response:
        """Your second factor. Whether the account has one, and whether it must have one."""
        user = caller(request)
        state = {
            "enabled": user.has_second_factor,
            "required": otp.is_missing(user),
            "recovery_codes_left": second_factor.codes_left(user),
        }
        return Response(serializers.SecondFactorOutput(state).data)

    @extend_schema(
        operation_id="start_second_factor",
        request=serializers.CloseInput,
        responses={201: serializers.EnrolmentOutput},
    )
    @fails(WrongPassword, second_factor.SecondFactorOn, TooManyRequests, Busy)
    def post(self, request: Request) -> Response:
        """Begin to set up a second factor. Enter the secret in an authenticator app, or scan the QR
        code, then confirm with a code from the app."""
        data = read(serializers.CloseInput, request)
        limits.count_asking_password(user_id=caller(request).pk)
        enrolment = second_factor.start(user=caller(request), **data)
        answer = {"secret": enrolment.secret, "uri": enrolment.uri, "qr": enrolment.qr_code()}
        return Response(answer, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="switch_off_second_factor",
        request=serializers.SwitchOffInput,
        responses={204: None},
    )
    @fails(
        WrongPassword,
        otp.OtpRequired,
        otp.InvalidOtp,
        TooManyRequests,
        Busy,
    )
    def delete(self, request: Request) -> Response:
        """Switch your second factor off. Needs your password and a code."""
        data = read(serializers.SwitchOffInput, request)
        limits.count_asking_password(user_id=caller(request).pk)
        second_factor.switch_off(user=caller(request), **data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConfirmSecondFactorView(UncachedView):
    @extend_schema(
        operation_id="confirm_second_factor",
        request=serializers.OtpInput,
        responses=serializers.NewRecoveryCodesOutput,
    )
    @fails(second_factor.WrongOtp, second_factor.SecondFactorOn, NotFound, TooManyRequests)
    def post(self, request: Request) -> Response:
        """Turn the second factor on with a code from the app. From then on, logging in needs one.
        The ten recovery codes are shown only now; each replaces a code from the app once."""
        data = read(serializers.OtpInput, request)
        return Response({"recovery_codes": second_factor.confirm(user=caller(request), **data)})


@extend_schema(tags=["Administration"])
class ResetSecondFactorView(APIView):
    permission_classes = [IsAdmin]

    @extend_schema(operation_id="reset_second_factor", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Reset somebody's second factor. For users who lost the app and the recovery codes; all
        their sessions end, and it is recorded."""
        user = User.objects.filter(pk=pk).first()
        if user is None:
            raise NotFound
        second_factor.reset(by=caller(request), user=user)
        return Response(status=status.HTTP_204_NO_CONTENT)
