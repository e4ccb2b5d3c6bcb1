"""A short way through REST framework for the paths that are read most."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.views import APIView

from core.http.negotiation import takes_json


class PublicReadView(APIView):
    """A view, open to anyone, that answers the usual question at once.

    The usual question is a GET by nobody in particular who takes JSON. `get` is called with
    Django's request, plus `query_params`; for all else REST framework prepares what it does.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_usual = request.method == "GET" and "HTTP_AUTHORIZATION" not in request.META
        if not (is_usual and takes_json(request)):
            return super().dispatch(request, *args, **kwargs)
        request.query_params = request.GET  # type: ignore[attr-defined]
        answer: HttpResponse = self.get(request, *args, **kwargs)  # type: ignore[attr-defined]
        return answer
