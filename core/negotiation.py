"""Which requests leave nothing to negotiate, and a short way for them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.views import APIView

TAKE_JSON = {"*/*", "application/json", "application/json, text/plain, */*"}


def is_plain(request: HttpRequest) -> bool:
    """Whether nobody says who they are, and JSON will do: what browsers, apps and scripts send."""
    return (
        "HTTP_AUTHORIZATION" not in request.META
        and request.META.get("HTTP_ACCEPT", "*/*") in TAKE_JSON
    )


class PlainReading(APIView):
    """A view whose `get` answers the usual question at once, without what REST framework would
    prepare for it; for the most-read paths, which are open to anyone.

    Its `get` uses of a request what Django's has, and `query_params`.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and is_plain(request):
            request.query_params = request.GET  # type: ignore[attr-defined]
            answer: HttpResponse = self.get(request, *args, **kwargs)  # type: ignore[attr-defined]
            return answer
        return super().dispatch(request, *args, **kwargs)
