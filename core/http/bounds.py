"""How long an address and a header may be, judged before anything looks into them.

The limits are those of the server (gunicorn.conf.py); another one may have none.
"""

from django.http import HttpRequest

from core.failures import AddressTooLong, Failure, HeadersTooLarge

LONGEST_ADDRESS = 4094
LONGEST_HEADER = 8190
HEADERS_READ = (
    "CONTENT_TYPE",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_AUTHORIZATION",
    "HTTP_COOKIE",
    "HTTP_HOST",
    "HTTP_IDEMPOTENCY_KEY",
    "HTTP_IF_MATCH",
    "HTTP_IF_NONE_MATCH",
    "HTTP_ORIGIN",
    "HTTP_REFERER",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_REQUEST_ID",
)


def exceeded(request: HttpRequest) -> Failure | None:
    """Return a failure if the address or a header of the request is too long."""
    headers = request.META
    if len(request.path) + len(headers.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        return AddressTooLong()
    for name in HEADERS_READ:  # every request pays for this: a generator costs three times as much
        if name in headers and len(headers[name]) > LONGEST_HEADER:
            return HeadersTooLarge()
    return None
