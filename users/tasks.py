"""Jobs about accounts. Their arguments hold no secrets: the job itself makes the code it mails."""

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from core.jobs import queue
from core.mail.sending import send_mail
from users import codes, tidying
from users.models import Purpose, User

RETRIES_OF_CODES = RetryStrategy(max_attempts=5, exponential_wait=3)
"""Gives up after six minutes: by then, the user will have asked for another code."""


@app.task(retry=RETRIES_OF_CODES, priority=queue.FIRST)
def send_verification_code(user_id: int) -> None:
    """Mails a new code to a user whose address is not verified yet."""
    user = User.objects.filter(pk=user_id, is_active=True, email_verified=False).first()
    if user is not None:
        _send_code(user, Purpose.VERIFY, "verify_email")


@app.task(retry=RETRIES_OF_CODES, priority=queue.FIRST)
def send_reset_code(user_id: int, request: str = "", network: str = "") -> None:
    """Mails the user a new code for whoever asked; user 0 is nobody."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        asker = codes.Asker(request=request, network=network)
        _send_code(user, Purpose.RESET, "reset_password", asker)


@app.task(retry=queue.RETRIES)
def send_password_changed(user_id: int) -> None:
    """Tells a user that the password was changed, in case it was somebody else."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        context = {"name": user.name_in_mail}
        send_mail(
            to=user.email,
            template="password_changed",
            context=context,
            language=user.language,
        )


def _send_code(
    user: User, purpose: Purpose, template: str, asker: codes.Asker = codes.NOBODY
) -> None:
    minutes = settings.CODE_LIFETIME.total_seconds() // 60
    code = codes.issue_code(user=user, purpose=purpose, asker=asker)
    context = {"name": user.name_in_mail, "code": code, "minutes": int(minutes)}
    send_mail(to=user.email, template=template, context=context, language=user.language)


delete_dead_sessions = queue.scheduled("50 * * * *")(tidying.delete_dead_sessions)
delete_expired_codes = queue.scheduled("*/10 * * * *")(tidying.delete_expired_codes)
delete_unused_accounts = queue.scheduled("10 3 * * *")(tidying.delete_unused_accounts)
