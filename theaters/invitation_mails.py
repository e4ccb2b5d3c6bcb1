"""The mail that invites somebody, and the key in its link."""

from datetime import timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from core.languages.words import Words
from core.mail.sending import send_mail
from core.postgres.clock import StatementTime
from theaters.models import Invitation
from users.models import User

INVITATIONS_LAST = timedelta(days=7)
KEY_LENGTH = 32


def key_of(invitation_id: int) -> str:
    """Returns the key that accepts the invitation. It is derived from SECRET_KEY and stored
    nowhere; an invitation that is sent again is another one."""
    digest = salted_hmac("theaters.invitations", str(invitation_id), algorithm="sha256")
    return digest.hexdigest()[:KEY_LENGTH]


def mail_invitation(invitation_id: int) -> None:
    """Mails an invitation that is still open, in the language of whoever is invited or else of who
    invites. Raises OSError as `send_mail` does."""
    found = (
        Invitation.objects.select_related("theater", "invited_by")
        .filter(pk=invitation_id, expires_at__gt=StatementTime())
        .first()
    )
    if found is None:
        return
    invited = User.objects.filter(email=found.email, is_active=True).first()
    language = (invited.language if invited else "") or found.invited_by.language
    send_mail(
        to=found.email,
        template="staff_invited",
        context={
            "name": invited.name_in_mail if invited else "",
            "theater": found.theater.name,
            "city": found.theater.city,
            "role_name": Words(language)(f"role.{found.role}"),
            "days": INVITATIONS_LAST.days,
            # In the fragment, which browsers do not send: so no server logs it.
            "link": f"{settings.INVITATION_URL}#key={key_of(found.pk)}",
        },
        language=language,
    )
