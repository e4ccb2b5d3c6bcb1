"""The paths of quotes, ticket types and vouchers."""

from django.urls import path

from pricing.api import views

urlpatterns = [
    path("shows/<id:pk>/hold/quote/", views.QuoteView.as_view(), name="quote"),
    path(
        "theaters/<id:theater>/ticket-types/",
        views.TicketTypeListView.as_view(),
        name="ticket-types",
    ),
    path("ticket-types/<id:pk>/", views.TicketTypeView.as_view(), name="ticket-type"),
    path("theaters/<id:theater>/vouchers/", views.VoucherListView.as_view(), name="vouchers"),
    path("vouchers/<id:pk>/", views.VoucherView.as_view(), name="voucher"),
]
