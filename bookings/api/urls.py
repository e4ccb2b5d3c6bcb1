"""The addresses of bookings, and those of theaters and shows that are about bookings."""

from django.urls import path

from bookings.api import views

urlpatterns = [
    path("bookings/", views.MyBookingsView.as_view(), name="bookings"),
    path("bookings/<slug:reference>/", views.BookingView.as_view(), name="booking"),
    path(
        "bookings/<slug:reference>/cancel/",
        views.BookingCancelView.as_view(),
        name="booking-cancel",
    ),
    path(
        "theaters/<id:pk>/bookings/",
        views.TheaterBookingsView.as_view(),
        name="theater-bookings",
    ),
    path(
        "shows/<id:pk>/bookings/",
        views.ShowBookingsView.as_view(),
        name="show-bookings",
    ),
    path("shows/<id:pk>/cancel/", views.ShowCancelView.as_view(), name="show-cancel"),
]
