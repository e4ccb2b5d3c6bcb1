"""The schema and the page that shows it, as they are served."""

from functools import cache

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.request import Request


class SchemaView(SpectacularAPIView):
    """The OpenAPI schema, made once per process and form: making it takes half a second."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        form = request.accepted_renderer
        return HttpResponse(_written(form.media_type), content_type=form.media_type)


class DocsView(SpectacularSwaggerView):
    """Swagger UI."""

    http_method_names = ["get", "head"]


@cache
def _written(media_type: str) -> bytes:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    renderer = OpenApiJsonRenderer() if "json" in media_type else OpenApiYamlRenderer()
    return bytes(renderer.render(schema, media_type, {}))
