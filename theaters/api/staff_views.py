"""The views of those who work in a theater, for whoever may employ them, and of one's own roles."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.failures import TooManyRequests
from core.http.fields import read
from core.openapi.schema import fails
from theaters import invitations, staff
from theaters.api.staff_serializers import (
    InvitationKeyInput,
    InvitationSerializer,
    MemberOutput,
    MyRoleOutput,
    RoleInput,
)
from theaters.models import Invitation, Membership, Theater
from theaters.policy import Action
from users.access import IsAllowed, caller
from users.emails import Unreachable

RUNNING = ["Running a theater"]


class EmployingView(generics.GenericAPIView[Any]):
    """For those who may employ people somewhere; what is elsewhere does not exist for them."""

    takes = Action.EMPLOY
    permission_classes = [IsAllowed]

    def get_theater(self) -> Theater:
        mine = Theater.objects.where_may(caller(self.request), self.takes)
        return get_object_or_404(mine, pk=self.kwargs["theater"])

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()  # type: ignore[no-any-return]
        if "theater" in self.kwargs:
            return rows.filter(theater=self.get_theater())  # type: ignore[no-any-return]
        return rows.where_may(caller(self.request), self.takes)  # type: ignore[no-any-return]


@extend_schema(tags=RUNNING)
class StaffListView(EmployingView, generics.ListAPIView[Membership]):
    queryset = Membership.objects.select_related("user", "theater")
    serializer_class = MemberOutput
    ordering_fields = ["role", "since", "id"]
    ordering = ["id"]

    @extend_schema(operation_id="list_staff")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who works in a theater. With its owner; the longest there first."""
        return super().get(request, *args, **kwargs)


@extend_schema(tags=RUNNING)
class StaffView(EmployingView):
    queryset = Membership.objects.all()
    serializer_class = MemberOutput

    @extend_schema(operation_id="change_staff_role", request=RoleInput, responses=MemberOutput)
    @fails(staff.NotYoursToGive, staff.OwnerStays)
    def patch(self, request: Request, pk: int) -> Response:
        """Give a member another role. It counts from their next request on."""
        member = self.get_object()
        role = read(RoleInput, request, row=member).get("role", member.role)
        changed = staff.change_role(by=caller(request), membership_id=member.pk, role=role)
        return Response(MemberOutput(changed).data)

    @extend_schema(operation_id="end_staff_role", responses={204: None})
    @fails(staff.NotYoursToGive, staff.OwnerStays)
    def delete(self, request: Request, pk: int) -> Response:
        """End a member's role. Their next request is refused, whatever they have open."""
        staff.end_role(by=caller(request), membership_id=self.get_object().pk)
        return Response(status=204)


@extend_schema(tags=RUNNING)
class InvitationListView(EmployingView, generics.ListAPIView[Invitation]):
    queryset = Invitation.objects.select_related("theater")
    serializer_class = InvitationSerializer
    ordering_fields = ["expires_at", "id"]
    ordering = ["-id"]

    @extend_schema(operation_id="list_invitations")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Invitations to work in a theater. Those that are open, the newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="invite_staff",
        request=InvitationSerializer,
        responses={201: InvitationSerializer},
    )
    @fails(Unreachable, staff.NotYoursToGive, invitations.AlreadyMember, TooManyRequests)
    def post(self, request: Request, theater: int) -> Response:
        """Invite somebody to work in a theater. They get a mail with a link that works once, for 7
        days, and only for the account with this address, which may still have to be made. Inviting
        them again makes the earlier link void."""
        self.get_theater()
        wish = read(InvitationSerializer, request)
        made = invitations.invite(by=caller(request), theater_id=theater, **wish)
        return Response(InvitationSerializer(made).data, status=201)


@extend_schema(tags=RUNNING)
class InvitationView(EmployingView):
    queryset = Invitation.objects.all()
    serializer_class = InvitationSerializer

    @extend_schema(operation_id="withdraw_invitation", responses={204: None})
    @fails(staff.NotYoursToGive)
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraw an invitation. Its link does nothing any more."""
        invitations.withdraw(by=caller(request), invitation_id=self.get_object().pk)
        return Response(status=204)


@extend_schema(tags=["Accounts"])
class AcceptInvitationView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="accept_invitation", request=InvitationKeyInput, responses=MyRoleOutput
    )
    @fails(invitations.InvalidInvitation)
    def post(self, request: Request) -> Response:
        """Accept an invitation to work in a theater. With the `key` in the link of our mail, as the
        account with the address that it went to."""
        member = invitations.accept(user=caller(request), **read(InvitationKeyInput, request))
        return Response(MyRoleOutput(member).data)


@extend_schema(tags=["Accounts"])
class MyRoleListView(generics.ListAPIView[Membership]):
    queryset = Membership.objects.select_related("user", "theater")
    serializer_class = MyRoleOutput
    permission_classes = [IsAuthenticated]
    ordering_fields = ["since", "id"]
    ordering = ["id"]

    def get_queryset(self) -> QuerySet[Membership]:
        if getattr(self, "swagger_fake_view", False):
            return Membership.objects.none()
        return super().get_queryset().filter(user=caller(self.request))

    @extend_schema(operation_id="list_my_roles")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The theaters where you work. With what you `may` do in each. Admins, who may do
        everything everywhere, find none here."""
        return super().get(request, *args, **kwargs)
