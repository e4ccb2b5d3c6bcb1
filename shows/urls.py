"""The addresses of shows."""

from django.urls import path

from shows import views

urlpatterns = [
    path("shows/", views.Shows.as_view(), name="shows"),
    path("shows/<id:pk>/", views.ShowDetail.as_view(), name="show"),
]
