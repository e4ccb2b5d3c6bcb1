"""The schema and the page that shows it, as they are served."""

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular import renderers
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.negotiation import takes_gzip
from core.openapi.document import document


class SchemaView(APIView):
    """The OpenAPI schema, in the form that the client asks for."""

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
        text = document().json if form.format == "json" else document().yaml
        zips = takes_gzip(request)
        answer = HttpResponse(text.zipped if zips else text.body)
        answer.headers["Content-Type"] = form.media_type
        answer.headers["Cache-Control"] = "no-cache"
        if zips:
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["ETag"] = text.etag
        patch_vary_headers(answer, ["Accept", "Accept-Encoding"])
        return get_conditional_response(request._request, text.etag, None, answer) or answer


class DocsView(APIView):
    """Swagger UI, from our own files."""

    permission_classes = [AllowAny]
    renderer_classes = [TemplateHTMLRenderer]
    http_method_names = ["get", "head"]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response({}, template_name="docs.html")
