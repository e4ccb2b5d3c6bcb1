"""The least that a view can do, which is what the program's paths are measured against."""

from django.http import HttpRequest, JsonResponse
from django.urls import path


def constant(request: HttpRequest) -> JsonResponse:
    """Always the same small JSON."""
    return JsonResponse({"status": "ok"})


urlpatterns = [path("api/v1/constant/", constant), path("health/live/", constant)]
