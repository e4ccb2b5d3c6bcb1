"""Deleting what is over."""

from core.jobs.tidying import delete_rows
from core.postgres.clock import StatementTime
from theaters.models import Invitation


def delete_expired_invitations() -> int:
    """Deletes invitations that nobody accepted in time; accepting one deletes it."""
    return delete_rows(Invitation.objects.filter(expires_at__lte=StatementTime()))
