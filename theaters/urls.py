"""The addresses of theaters."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
