"""Which requests leave nothing to negotiate."""

from django.http import HttpRequest

TAKE_JSON = {"*/*", "application/json", "application/json, text/plain, */*"}


def is_plain(request: HttpRequest) -> bool:
    """Whether nobody says who they are, and JSON will do: what browsers, apps and scripts send."""
    return (
        "HTTP_AUTHORIZATION" not in request.META
        and request.META.get("HTTP_ACCEPT", "*/*") in TAKE_JSON
    )
