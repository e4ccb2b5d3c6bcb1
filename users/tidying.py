"""Deleting ended sessions, expired codes and accounts that were never used."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from core.jobs.tidying import delete_rows
from core.postgres.clock import StatementTime
from users.models import OneTimeCode, Role, Session, User

ENDED_SESSIONS_LAST = timedelta(days=7)


def delete_dead_sessions() -> int:
    """Deletes sessions that have expired, and those that ended more than a week ago."""
    ended_before = StatementTime() - ENDED_SESSIONS_LAST
    return delete_rows(
        Session.objects.filter(Q(expires_at__lte=StatementTime()) | Q(ended_at__lt=ended_before))
    )


def delete_expired_codes() -> int:
    """Deletes codes that were not used in time; using a code deletes it."""
    return delete_rows(OneTimeCode.objects.filter(expires_at__lte=StatementTime()))


def delete_unused_accounts() -> int:
    """Deletes customers' accounts older than UNUSED_ACCOUNTS_LAST whose address was never verified,
    with which nobody ever logged in, held or booked, and that have no session.

    Such an address may belong to somebody who never heard of us. Each row is locked before it is
    checked for the last time; logging in, holding and booking take the same lock.
    """
    joined_before = StatementTime() - settings.UNUSED_ACCOUNTS_LAST
    unproven = User.objects.filter(
        email_verified=False, is_active=True, role=Role.USER, date_joined__lt=joined_before
    )
    unused = unproven.filter(last_login=None)
    for trace in ("sessions", "held_seats", "bookings", "memberships", "logentry"):
        unused = unused.exclude(**{f"{trace}__isnull": False})
    return delete_rows(unused)
