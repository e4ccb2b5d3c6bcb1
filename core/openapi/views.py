"""The schema and the page that shows it, as they are served."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular import renderers
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

making = Lock()


@dataclass(frozen=True, slots=True)
class Document:
    """The schema as it goes over the wire."""

    body: bytes
    zipped: bytes
    etag: str


class SchemaView(APIView):
    """The OpenAPI schema, made once per process and form: making it takes half a second."""

    permission_classes = [AllowAny]
    renderer_classes = [
        renderers.OpenApiJsonRenderer2,
        renderers.OpenApiYamlRenderer2,
        renderers.OpenApiJsonRenderer,
        renderers.OpenApiYamlRenderer,
    ]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponseBase:
        form = request.accepted_renderer
        with making:
            document = written(form.media_type)
        zips = "gzip" in request.headers.get("Accept-Encoding", "")
        answer = HttpResponse(document.zipped if zips else document.body)
        answer.headers["Content-Type"] = form.media_type
        answer.headers["Cache-Control"] = "no-cache"
        if zips:
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["ETag"] = document.etag
        patch_vary_headers(answer, ["Accept", "Accept-Encoding"])
        return get_conditional_response(request._request, document.etag, None, answer) or answer


class DocsView(APIView):
    """Swagger UI, from our own files."""

    permission_classes = [AllowAny]
    renderer_classes = [TemplateHTMLRenderer]
    http_method_names = ["get", "head"]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response({}, template_name="docs.html")


@cache
def written(media_type: str) -> Document:
    """The schema in this form, the first time from the code, later from memory."""
    form = next(form for form in SchemaView.renderer_classes if form.media_type == media_type)
    body: Any = form().render(_schema(), media_type, {})
    return Document(body, gzip.compress(body), f'W/"{sha256(body).hexdigest()[:20]}"')


@cache
def _schema() -> object:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
