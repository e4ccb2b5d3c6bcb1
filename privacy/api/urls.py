"""The paths of privacy."""

from django.urls import path

from privacy.api import views

urlpatterns = [path("users/me/export/", views.ExportView.as_view(), name="export")]
