"""Jobs about theaters. Their arguments hold no secrets: the job itself makes the key it mails."""

from procrastinate.contrib.django import app

from core.jobs import queue
from theaters import invitation_mails, tidying


@app.task(retry=queue.RETRIES)
def mail_invitation(invitation_id: int) -> None:
    """Mails an invitation, if it is still open."""
    invitation_mails.mail_invitation(invitation_id)


delete_expired_invitations = queue.scheduled("20 * * * *")(tidying.delete_expired_invitations)
