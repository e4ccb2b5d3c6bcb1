"""Rate limits, counted in the database: exact however many processes serve."""

import ipaddress
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from core.errors import TooManyRequests

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
IPV6_SITE = 64


def count(*, limit: str, subject: str) -> None:
    """Counts one more of `limit` (a key of RATE_LIMITS) for the subject.

    Call it outside of a transaction, so that what is refused or fails later counts too. Raises
    TooManyRequests with the seconds until the window ends, which further tries do not move.
    """
    if not settings.RATE_LIMITS_ENABLED:
        return
    most, span = settings.RATE_LIMITS[limit]
    values: dict[str, Any] = {
        "limit": limit,
        "subject": subject,
        "span": span,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        counted, seconds = cursor.fetchone()
    if counted > most:
        raise TooManyRequests(headers={"Retry-After": str(max(seconds, 1))})


def client_address(request: HttpRequest) -> str:
    """Where a request comes from, as far as that can be believed; an IPv6 one as its /64 site.

    Each of TRUSTED_PROXIES appends the address that it sees to `X-Forwarded-For`, so only that
    many entries, from the right, were written by somebody we know.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    trusted = settings.TRUSTED_PROXIES
    claimed = hops[-min(trusted, len(hops))] if trusted else peer
    try:
        address = ipaddress.ip_address(claimed)
    except ValueError:
        return str(peer)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), IPV6_SITE), strict=False))
