"""The paths of payments, and those of bookings that are about money."""

from django.urls import path

from payments.api import account_views, receipt_views, views

BOOKING = "bookings/<slug:reference>"
urlpatterns = [
    path(f"{BOOKING}/payments/", views.PaymentListView.as_view(), name="payments"),
    path(
        f"{BOOKING}/payments/counter/",
        views.CounterPaymentView.as_view(),
        name="counter-payments",
    ),
    path(f"{BOOKING}/refund/", views.RefundQuoteView.as_view(), name="refund-quote"),
    path(
        "theaters/<id:theater>/payment-accounts/",
        account_views.AccountListView.as_view(),
        name="payment-accounts",
    ),
    path("payment-accounts/<id:pk>/", account_views.AccountView.as_view(), name="payment-account"),
    path(
        f"{BOOKING}/receipts/",
        receipt_views.BookingReceiptListView.as_view(),
        name="booking-receipts",
    ),
    path("receipts/<id:pk>.pdf", receipt_views.ReceiptPdfView.as_view(), name="receipt-pdf"),
    path(
        "theaters/<id:pk>/receipts/",
        receipt_views.TheaterReceiptListView.as_view(),
        name="theater-receipts",
    ),
    path(
        "theaters/<id:pk>/receipts/export.csv",
        receipt_views.ReceiptExportView.as_view(),
        name="receipt-export",
    ),
    path("shows/<id:pk>/refunds/", views.ShowRefundsView.as_view(), name="show-refunds"),
    path("refunds/<id:pk>/paid/", views.PayOutView.as_view(), name="pay-out"),
    path(
        "payments/<slug:provider>/<slug:key>/webhook/", views.WebhookView.as_view(), name="webhook"
    ),
]
