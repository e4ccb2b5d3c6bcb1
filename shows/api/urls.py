"""The paths of shows, their seats and holds."""

from django.urls import path

from shows.api import programme_views, seat_views, views

urlpatterns = [
    path("shows/", views.ShowListView.as_view(), name="shows"),
    path("programme/", programme_views.ProgrammeView.as_view(), name="programme"),
    path("shows/<id:pk>/", views.ShowView.as_view(), name="show"),
    path("shows/<id:pk>/seats/", seat_views.SeatMapView.as_view(), name="seat-map"),
    path("shows/<id:pk>/best/", seat_views.BestSeatsView.as_view(), name="best-seats"),
    path("shows/<id:pk>/hold/", seat_views.HoldView.as_view(), name="hold"),
    path("holds/", seat_views.HoldListView.as_view(), name="holds"),
]
