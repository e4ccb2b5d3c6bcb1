"""Throwing away what let people in once and does not any more."""

from datetime import timedelta

from django.db.models import Q

from core.clock import StatementTime
from core.tidying import delete_rows
from users.models import OneTimeCode, Session

ENDED_SESSIONS_LAST = timedelta(days=7)


def delete_dead_sessions() -> int:
    """Logins that expired, and those that ended a week ago."""
    ended_before = StatementTime() - ENDED_SESSIONS_LAST
    return delete_rows(
        Session.objects.filter(Q(expires_at__lte=StatementTime()) | Q(ended_at__lt=ended_before))
    )


def delete_expired_codes() -> int:
    """Codes that were never used in time; a used one is deleted by its use."""
    return delete_rows(OneTimeCode.objects.filter(expires_at__lte=StatementTime()))
