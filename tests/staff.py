"""People who work in a theater, or are invited to."""

from datetime import timedelta

from core.postgres.clock import StatementTime
from theaters.models import Invitation, Membership, Theater
from users.models import User


def hire(user: User, role: str, theater: Theater) -> Membership:
    """Makes somebody a member, as if they had accepted an invitation."""
    made: Membership = Membership.objects.create(theater=theater, user=user, role=role)
    return made


def invite_to(theater: Theater, email: str, role: str) -> Invitation:
    """An invitation by the owner that is open for a day."""
    made: Invitation = Invitation.objects.create(
        theater=theater,
        email=email,
        role=role,
        invited_by=theater.owner,
        expires_at=StatementTime() + timedelta(days=1),
    )
    made.refresh_from_db()
    return made
