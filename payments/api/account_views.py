"""The views of theaters' accounts with payment providers, for those who run the theater."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from core.failures import InUse
from core.http.fields import read
from core.http.versions import expected_by, with_etag
from core.openapi.schema import fails
from core.versions import PreconditionFailed
from payments import connecting
from payments.api.account_serializers import NewAccountInput, ProviderAccountSerializer
from payments.models import ProviderAccount
from theaters.models import Theater
from theaters.policy import Action
from users.access import IsAllowed, caller

RUNNING = ["Running a theater"]


class BaseAccountView(generics.GenericAPIView[ProviderAccount]):
    """Accounts of theaters that the caller runs."""

    takes = Action.OWN
    queryset = ProviderAccount.objects.all()
    serializer_class = ProviderAccountSerializer
    permission_classes = [IsAllowed]

    def theaters(self) -> QuerySet[Theater]:
        return Theater.objects.where_may(caller(self.request), self.takes)

    def get_queryset(self) -> QuerySet[ProviderAccount]:
        if getattr(self, "swagger_fake_view", False):
            return ProviderAccount.objects.none()
        return super().get_queryset().filter(theater__in=self.theaters())

    def shown(self, account: ProviderAccount, status: int = 200) -> Response:
        return with_etag(Response(self.get_serializer(account).data, status=status), account)


@extend_schema(tags=RUNNING)
class AccountListView(BaseAccountView, generics.ListAPIView[ProviderAccount]):
    ordering_fields = ["provider", "id"]
    ordering = ["-id"]

    def get_queryset(self) -> QuerySet[ProviderAccount]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.filter(theater=get_object_or_404(self.theaters(), pk=self.kwargs["theater"]))

    @extend_schema(operation_id="list_payment_accounts")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A theater's accounts with payment providers. Newest first. Those that are
        not active give back what was paid to them."""
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="connect_payment_account",
        request=NewAccountInput,
        responses={201: ProviderAccountSerializer},
    )
    @fails(connecting.UnknownProvider, connecting.WrongAccountSettings)
    def post(self, request: Request, theater: int) -> Response:
        """Connect an account with a payment provider. What you do not have yet may follow: give the
        provider the address in `webhook`, then send the secret that it shows for it."""
        get_object_or_404(self.theaters(), pk=theater)
        wish = read(NewAccountInput, request)
        return self.shown(connecting.connect_account(theater_id=theater, **wish), status=201)


@extend_schema(tags=RUNNING)
class AccountView(BaseAccountView):
    @extend_schema(operation_id="get_payment_account")
    def get(self, request: Request, pk: int) -> Response:
        """One account with a payment provider. Its secrets are not shown."""
        return self.shown(self.get_object())

    @extend_schema(
        operation_id="change_payment_account", request=ProviderAccountSerializer(partial=True)
    )
    @fails(connecting.WrongAccountSettings, connecting.AccountIncomplete, InUse, PreconditionFailed)
    def patch(self, request: Request, pk: int) -> Response:
        """Change an account. Settings and secrets that you leave out stay; its webhook's address
        stays always. With `is_active` false, no new payments go to it."""
        account = self.get_object()
        changes = read(ProviderAccountSerializer, request, row=account)
        changed = connecting.change_account(
            account=account, changes=changes, expected=expected_by(request)
        )
        return self.shown(changed)
