"""The least that a Django view can do, which is what the program's paths are measured against."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, JsonResponse
from django.urls import path


def constant(request: HttpRequest) -> JsonResponse:
    """Always the same small JSON."""
    return JsonResponse({"status": "ok"})


urlpatterns = [path("constant/", constant), path("health/live/", constant)]


def application() -> WSGIHandler:
    """For gunicorn: `bench.limits.constant:application()`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.limits.settings")
    django.setup()
    return WSGIHandler()
