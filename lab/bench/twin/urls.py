"""The same paths as the program's."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

from lab.bench.twin import views


def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("api/v1/shows/", views.ShowList.as_view()),
    path("api/v1/shows/<int:pk>/seats/", views.SeatMap.as_view()),
    path("api/v1/shows/<int:pk>/hold/", views.Hold.as_view()),
    path("api/v1/bookings/", views.Bookings.as_view()),
    path("api/v1/bookings/<str:reference>/cancel/", views.CancelBooking.as_view()),
    path("health/live/", live),
]
