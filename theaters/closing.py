"""What becomes of somebody's roles when the account is closed."""

from theaters.models import Invitation, Membership
from theaters.policy import MembershipRole
from users.closing import cleans_up
from users.models import User


@cleans_up
def end_roles(user: User) -> None:
    """Ends all but those of an owner, and withdraws what the user has offered."""
    Membership.objects.filter(user=user).exclude(role=MembershipRole.OWNER).delete()
    Invitation.objects.filter(invited_by=user).delete()
