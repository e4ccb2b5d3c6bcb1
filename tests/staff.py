"""People who work in a theater."""

from theaters.models import Membership, Theater
from users.models import User


def hire(user: User, role: str, theater: Theater) -> Membership:
    """Makes somebody a member, as if they had accepted an invitation."""
    made: Membership = Membership.objects.create(theater=theater, user=user, role=role)
    return made
