"""What `manage.py check`, and the start of every command, says about the settings."""

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register("mail")
def mail_can_leave(**_: Any) -> list[checks.CheckMessage]:
    """Warn of a production without a mail server: nobody gets a code or a ticket."""
    if settings.EMAIL_URL or settings.DEVELOPMENT:
        return []
    return [
        checks.Warning(
            "EMAIL_URL is not set, so no mail can leave. Jobs wait for it, for three days.",
            hint="For example EMAIL_URL=submission://user:password@smtp.example.com",
            id="core.W001",
        )
    ]
