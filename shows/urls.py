"""The addresses of shows."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
