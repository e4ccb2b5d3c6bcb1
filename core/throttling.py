"""Rate limits, counted in the database: exact however many processes serve."""

from datetime import timedelta
from ipaddress import IPv6Network
from typing import NamedTuple

from django.conf import settings

from core.failures import TooManyRequests
from core.postgres.rows import execute, rows_of

COUNT = """
INSERT INTO core_ratecounter AS counter ("limit", subject, window_ends_at, count)
VALUES (%(limit)s, %(subject)s, statement_timestamp() + %(span)s, 1)
ON CONFLICT ("limit", subject) DO UPDATE SET
    count = CASE WHEN counter.window_ends_at <= statement_timestamp() THEN 1
                 ELSE least(counter.count, %(most)s) + 1 END,
    window_ends_at = CASE WHEN counter.window_ends_at <= statement_timestamp()
                          THEN excluded.window_ends_at ELSE counter.window_ends_at END
RETURNING count, ceil(extract(epoch FROM window_ends_at - statement_timestamp()))::int
"""
GIVE_BACK = """
UPDATE core_ratecounter SET count = count - 1
WHERE "limit" = %(limit)s AND subject = ANY(%(subjects)s) AND count > 0
  AND window_ends_at > statement_timestamp()
"""
SITE, PROVIDER = 64, 48  # prefixes of what one customer has, and of what a company may have
PROVIDER_SHARE = 10


class Budget(NamedTuple):
    """A limit (a key of RATE_LIMITS) and whose it is."""

    limit: str
    subject: str


def count(*, limit: str, subject: str) -> None:
    """Count one more of `limit` (a key of RATE_LIMITS) for the subject.

    An IPv6 site is counted as itself, then ten times as generously as part of its /48, of which
    anybody can rent one with 65,536 sites. Call it outside of a transaction, so that what is
    refused or fails later counts too. Raises TooManyRequests with the seconds until the window
    ends, which further tries do not move.
    """
    if not settings.RATE_LIMITS_ENABLED:
        return
    most, span = settings.RATE_LIMITS[limit]
    _count(limit, subject, most, span)
    if wider := network_around(subject):
        _count(limit, wider, most * PROVIDER_SHARE, span)


def give_back(*, limit: str, subject: str) -> None:
    """Give back what `count` has counted."""
    subjects = [subject, network_around(subject)]
    execute(GIVE_BACK, {"limit": limit, "subjects": subjects})


def _count(limit: str, subject: str, most: int, span: timedelta) -> None:
    values = {"limit": limit, "subject": subject, "span": span, "most": most}
    ((counted, seconds),) = rows_of(COUNT, values)
    if counted > most:
        raise TooManyRequests(headers={"Retry-After": str(max(seconds, 1))})


def network_around(subject: str) -> str | None:
    """Return the /48 of a subject that is an IPv6 site; None for all others."""
    if not subject.endswith(f"/{SITE}"):
        return None
    try:
        return str(IPv6Network(subject).supernet(new_prefix=PROVIDER))
    except ValueError:
        return None
