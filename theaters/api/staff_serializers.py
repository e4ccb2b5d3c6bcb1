"""Who works in a theater, as clients send and see it."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from rest_framework import serializers

from core.http.fields import ListOf, OneOf, StrictText
from core.openapi.schema import example
from theaters.examples import INVITATION, MEMBER, MY_ROLE, NEW_INVITATION
from theaters.invitation_mails import KEY_LENGTH
from theaters.models import Invitation, Membership, Theater
from theaters.policy import GIVEN_ROLES, ROLES, Action
from users.fields import EmailAddress


class LocalTimes(serializers.ModelSerializer[Any]):
    """Shows the `times` in the zone of the row's theater."""

    times: ClassVar[tuple[str, ...]] = ("since",)

    def to_representation(self, instance: Any) -> Any:
        shown = super().to_representation(instance)
        zone = ZoneInfo(instance.theater.timezone)
        return shown | {
            name: getattr(instance, name).astimezone(zone).isoformat() for name in self.times
        }


@example(response=MEMBER)
class MemberOutput(LocalTimes):
    """Somebody who works in a theater, or owns it."""

    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    role = OneOf(ROLES)

    class Meta:
        model = Membership
        fields = ["id", "name", "email", "role", "since"]
        read_only_fields = fields


@example(request={"role": "manager"})
class RoleInput(serializers.Serializer[Any]):
    """Another role for a member."""

    role = OneOf(GIVEN_ROLES)


@example(request=NEW_INVITATION, response=INVITATION)
class InvitationSerializer(LocalTimes):
    """A role that is offered to whoever has the address, until it expires."""

    times = ("created_at", "expires_at")

    email = EmailAddress()
    role = OneOf(GIVEN_ROLES)

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "created_at", "expires_at"]
        read_only_fields = ["id", "created_at", "expires_at"]


@example(request={"key": "9f" * (KEY_LENGTH // 2)})
class InvitationKeyInput(serializers.Serializer[Any]):
    """What stands after `#key=` in the mail's link."""

    key = StrictText(max_length=KEY_LENGTH)


class WorkplaceOutput(serializers.ModelSerializer[Theater]):
    """A theater in which one has a role."""

    class Meta:
        model = Theater
        fields = ["id", "name", "city", "timezone"]
        read_only_fields = fields


@example(response=MY_ROLE)
class MyRoleOutput(LocalTimes):
    """One's role in a theater, and what one may do there. Offer only that."""

    theater = WorkplaceOutput()
    role = OneOf(ROLES)
    may = ListOf(child=OneOf([action.value for action in Action]), max_length=20, source="actions")

    class Meta:
        model = Membership
        fields = ["id", "theater", "role", "may", "since"]
        read_only_fields = fields
