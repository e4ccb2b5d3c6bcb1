"""The paths of theaters and screens."""

from django.urls import path

from theaters.api import views

urlpatterns = [
    path("theaters/", views.TheaterListView.as_view(), name="theaters"),
    path("theaters/<id:pk>/", views.TheaterView.as_view(), name="theater"),
    path(
        "theaters/<id:pk>/payment-settings/",
        views.PaymentSettingsView.as_view(),
        name="payment-settings",
    ),
    path("theaters/<id:theater>/screens/", views.ScreenListView.as_view(), name="screens"),
    path("screens/<id:pk>/", views.ScreenView.as_view(), name="screen"),
]
