"""What a client takes, where there is next to nothing to negotiate: JSON is all that there is."""

import re
from collections.abc import Sequence

from django.http import HttpRequest
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

JSON = "application/json"
NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")
TAKE_JSON = {"*/*", JSON, "application/json, text/plain, */*"}  # browsers, apps and scripts


def takes_json(request: HttpRequest | Request) -> bool:
    """Return whether the client clearly takes JSON; if not, it still may."""
    return request.META.get("HTTP_ACCEPT", "*/*") in TAKE_JSON


def takes_gzip(request: HttpRequest | Request) -> bool:
    """Whether the client says that it takes this coding (RFC 9110, 12.5.3)."""
    codings: str = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in codings and not NO_GZIP.search(codings)


class Negotiation(DefaultContentNegotiation):
    """REST framework's, which is spared the questions that have only one answer."""

    def select_renderer(
        self,
        request: Request,
        renderers: Sequence[BaseRenderer],  # type: ignore[override]
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        if renderers[0].media_type == JSON and takes_json(request):
            return renderers[0], JSON
        chosen: tuple[BaseRenderer, str] = super().select_renderer(
            request, renderers, format_suffix
        )
        return chosen
