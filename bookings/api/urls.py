"""The paths of bookings, and those of theaters and shows that are about bookings."""

from django.urls import path

from bookings.api import guest_views, managing_views, ticket_views, views

urlpatterns = [
    path("limits/", views.LimitsView.as_view(), name="limits"),
    path("site/", views.SiteView.as_view(), name="site"),
    path("bookings/", views.BookingListView.as_view(), name="bookings"),
    path("bookings/claim/", guest_views.ClaimBookingView.as_view(), name="claim-booking"),
    path("holds/claim/", guest_views.ClaimHoldsView.as_view(), name="claim-holds"),
    path("auth/booking/", guest_views.BookingKeyView.as_view(), name="open-booking"),
    path("bookings/<slug:reference>/", views.BookingView.as_view(), name="booking"),
    path(
        "bookings/<slug:reference>/tickets.pdf",
        ticket_views.TicketsPdfView.as_view(),
        name="tickets-pdf",
    ),
    path(
        "bookings/<slug:reference>/calendar.ics",
        ticket_views.BookingCalendarView.as_view(),
        name="booking-calendar",
    ),
    path(
        "bookings/<slug:reference>/tickets/<slug:code>/qr.svg",
        ticket_views.TicketQrView.as_view(),
        name="ticket-qr",
    ),
    path(
        "bookings/<slug:reference>/tickets/<slug:code>/wallets/",
        ticket_views.TicketWalletsView.as_view(),
        name="ticket-wallets",
    ),
    path(
        "bookings/<slug:reference>/tickets/<slug:code>/pass.pkpass",
        ticket_views.TicketPassView.as_view(),
        name="ticket-pass",
    ),
    path(
        "bookings/<slug:reference>/cancel/",
        views.BookingCancelView.as_view(),
        name="booking-cancel",
    ),
    path(
        "bookings/<slug:reference>/exchange/",
        views.BookingExchangeView.as_view(),
        name="booking-exchange",
    ),
    path(
        "bookings/<slug:reference>/exchange/quote/",
        views.ExchangeQuoteView.as_view(),
        name="exchange-quote",
    ),
    path(
        "theaters/<id:pk>/bookings/",
        managing_views.TheaterBookingListView.as_view(),
        name="theater-bookings",
    ),
    path(
        "shows/<id:pk>/bookings/",
        managing_views.ShowBookingListView.as_view(),
        name="show-bookings",
    ),
    path("shows/<id:pk>/move/", managing_views.ShowMoveView.as_view(), name="show-move"),
    path("shows/<id:pk>/cancel/", managing_views.ShowCancelView.as_view(), name="show-cancel"),
]
