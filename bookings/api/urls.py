"""The paths of bookings, and those of theaters and shows that are about bookings."""

from django.urls import path

from bookings.api import views

urlpatterns = [
    path("limits/", views.LimitsView.as_view(), name="limits"),
    path("bookings/", views.BookingListView.as_view(), name="bookings"),
    path("bookings/<slug:reference>/", views.BookingView.as_view(), name="booking"),
    path(
        "bookings/<slug:reference>/cancel/",
        views.BookingCancelView.as_view(),
        name="booking-cancel",
    ),
    path(
        "theaters/<id:pk>/bookings/",
        views.TheaterBookingListView.as_view(),
        name="theater-bookings",
    ),
    path(
        "shows/<id:pk>/bookings/",
        views.ShowBookingListView.as_view(),
        name="show-bookings",
    ),
    path("shows/<id:pk>/cancel/", views.ShowCancelView.as_view(), name="show-cancel"),
]
