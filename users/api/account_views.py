"""The user's own account and, for admins, everybody's."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.failures import Busy, TooManyRequests
from core.http.fields import read
from core.openapi.schema import fails
from users import accounts, administration, limits, sessions
from users.access import IsAdmin, caller
from users.accounts import WrongPassword
from users.administration import LastAdmin
from users.api import serializers
from users.api.filters import FILTERS
from users.api.views import UncachedView
from users.closing import MoneyOpen, UpcomingBookings
from users.models import Session, User


class MeView(UncachedView):
    @extend_schema(operation_id="get_me", responses=serializers.UserOutput)
    def get(self, request: Request) -> Response:
        """Who is logged in. What the token does not say: the name, the role, the address."""
        return Response(serializers.UserOutput(caller(request)).data)

    @extend_schema(
        operation_id="change_me",
        request=serializers.RenameInput,
        responses=serializers.UserOutput,
    )
    def patch(self, request: Request) -> Response:
        """Change your name or language. Nothing else of an account can be changed here."""
        data = read(serializers.RenameInput, request)
        if data:
            accounts.change_details(user=caller(request), changes=data)
        return Response(serializers.UserOutput(caller(request)).data)

    @extend_schema(operation_id="close_me", request=serializers.CloseInput, responses={204: None})
    @fails(WrongPassword, UpcomingBookings, MoneyOpen, LastAdmin, TooManyRequests, Busy)
    def delete(self, request: Request) -> Response:
        """Close the account and anonymise it. Refused while it has bookings of upcoming shows, or
        its money is on its way. A guest, who has no password, sends none."""
        data = read(serializers.CloseInput, request)
        limits.count_asking_password(user_id=caller(request).pk)
        administration.close_account(user=caller(request), **data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MySessionListView(generics.ListAPIView[Session]):
    """Where you are logged in."""

    queryset = Session.objects.none()
    serializer_class = serializers.SessionOutput
    ordering_fields = ["created_at", "last_used_at"]
    ordering = ["-id"]

    @extend_schema(operation_id="list_my_sessions", tags=["Accounts"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Where you are logged in. Newest first; `current` is the session of this call."""
        return self.list(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Session]:
        return sessions.live_sessions(caller(self.request))


class MySessionView(UncachedView):
    @extend_schema(operation_id="end_my_session", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Log out somewhere else. That session ends at once, its access tokens too."""
        sessions.end_session_of(user=caller(request), session_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Administration"])
@extend_schema_view(get=extend_schema(operation_id="list_users", summary="Find users"))
class AccountListView(generics.ListAPIView[User]):
    """All accounts, for admins."""

    queryset = User.objects.all()
    serializer_class = serializers.AccountOutput
    permission_classes = [IsAdmin]
    filters = FILTERS
    ordering_fields = ["id", "email", "name", "role", "date_joined"]


@extend_schema(tags=["Administration"])
@extend_schema_view(get=extend_schema(operation_id="get_user", summary="One user"))
class AccountView(generics.RetrieveAPIView[User]):
    """One account, for admins, who may change its role and whether it is active."""

    queryset = User.objects.all()
    serializer_class = serializers.AccountOutput
    permission_classes = [IsAdmin]

    @extend_schema(
        operation_id="change_user",
        request=serializers.AccountChangeInput,
        responses=serializers.AccountOutput,
    )
    @fails(LastAdmin)
    def patch(self, request: Request, pk: int) -> Response:
        """Change a user's role, or disable the account. Its sessions end; refused for the last
        admin."""
        self.get_object()
        changes: dict[str, Any] = read(serializers.AccountChangeInput, request)
        user = administration.change_account(by=caller(request), user_id=pk, changes=changes)
        return Response(serializers.AccountOutput(user).data)
