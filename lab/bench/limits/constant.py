"""A view that does nothing, with which the program's paths are compared."""

from django.http import HttpRequest, JsonResponse
from django.urls import path


def constant(request: HttpRequest) -> JsonResponse:
    """Return always the same small JSON."""
    return JsonResponse({"status": "ok"})


urlpatterns = [path("api/v1/constant/", constant), path("health/live/", constant)]
