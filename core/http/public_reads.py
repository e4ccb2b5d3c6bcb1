"""What anybody may read: answered on a short way, kept by clients, and compressed.

A client keeps an answer and asks before each use whether it is still current. That is why these
answers have a validator of their own bytes, and why nothing secret may be in them: compressing what
is secret together with what others wrote would tell how much of it they guessed.
"""

import gzip
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.negotiation import JSON, takes_gzip, takes_json

COMPRESSED_FROM = 1000  # bytes: less would fit one packet anyway
REMEMBERED = 64
A_SECOND = timedelta(seconds=1)


class PublicReadView(APIView):
    """A view, open to anyone, that answers the usual question at once.

    The usual question is a GET by nobody in particular who takes JSON. `get` is called with
    Django's request, plus `query_params`; for all else REST framework prepares what it does.
    """

    is_kept = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_usual = request.method == "GET" and "HTTP_AUTHORIZATION" not in request.META
        if not (is_usual and takes_json(request)):
            return super().dispatch(request, *args, **kwargs)
        request.query_params = request.GET  # type: ignore[attr-defined]
        answer: HttpResponse = self.get(request, *args, **kwargs)  # type: ignore[attr-defined]
        return answer


class PublicListView(generics.ListAPIView[Any]):
    """A list, open to anyone, as REST framework reads it."""

    is_kept = True

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        page = super().list(request, *args, **kwargs).data
        return public_answer(request, orjson.dumps(page))


def public_answer(
    request: HttpRequest | Request, body: bytes, *, fresh_for: timedelta | None = None
) -> HttpResponse:
    """The JSON with a validator of these very bytes (RFC 9110, 8.8.3), or 304 to who has them.

    What is `fresh_for` a while is not asked for again before that, by proxies neither.

    Of compressed bytes the validator is a weak one, as proxies make it, too: the same document in
    another coding has another strong one.
    """
    etag = f'"{sha256(body).hexdigest()[:24]}"'
    zips = len(body) >= COMPRESSED_FROM and takes_gzip(request)
    if has(request, etag):
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(_zipped(body) if zips else body, content_type=JSON)
        if zips:
            answer.headers["Content-Encoding"] = "gzip"
    answer.headers["ETag"] = f"W/{etag}" if zips else etag
    kept = f"public, max-age={fresh_for // A_SECOND}" if fresh_for else "no-cache"
    answer.headers["Cache-Control"] = kept
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def unless_had(request: Request, answer: Response) -> HttpResponse:
    """The answer, or 304 to who has it, whose `ETag` changes with all that it tells."""
    etag = answer.headers["ETag"]
    kept = HttpResponse(status=304, headers={"ETag": etag}) if has(request, etag) else answer
    kept.headers["Cache-Control"] = "no-cache"
    return kept


def has(request: HttpRequest | Request, etag: str) -> bool:
    """Whether the client's copy is current (RFC 9110, 13.1.2: a list, weak comparison, or `*`)."""
    if_none_match: str = request.META.get("HTTP_IF_NONE_MATCH", "")
    candidates = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in candidates or "*" in candidates


@lru_cache(maxsize=REMEMBERED)
def _zipped(body: bytes) -> bytes:
    """What many ask for is compressed once for all of them; the fastest level does for JSON."""
    return gzip.compress(body, compresslevel=1, mtime=0)
