"""How large the body of a request may be: less from who does not say who they are."""

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.failures import PayloadTooLarge
from core.http import problems

STRANGERS_SEND_AT_MOST = 16 * 1024
EVENTS_ARE_AT_MOST = 256 * 1024

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


def body_limit(environ: Mapping[str, Any]) -> int:
    """Return the most bytes that a body may have: DATA_UPLOAD_MAX_MEMORY_SIZE only with a token or
    a cookie, which are checked before the body is parsed. Payment providers send more than others
    who do not say who they are."""
    if environ.get("PATH_INFO", "").endswith("/webhook/"):
        return EVENTS_ARE_AT_MOST
    says_who = "HTTP_AUTHORIZATION" in environ or "HTTP_COOKIE" in environ
    largest: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return largest if says_who else min(largest, STRANGERS_SEND_AT_MOST)


def with_whole_body(inner: WSGI) -> WSGI:
    """Give a chunked body a length, for Django takes one without for empty.

    No more is read than shows that it is too long.
    """

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ and environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read(body_limit(environ) + 1)
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return inner(environ, start_response)

    return application


class BodyLimit:
    """Refuses a body that is too large by its length, before anything reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = body_limit(request.META)
        if _length(request) <= limit:
            return self.get_response(request)
        detail = f"This call takes at most {limit // 1024} KB."
        return problems.error_response(request, PayloadTooLarge(detail))


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0
