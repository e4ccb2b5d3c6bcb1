"""The paths of the door."""

from django.urls import path

from admission.api import views

urlpatterns = [
    path("checkin/scan/", views.ScanView.as_view(), name="scan"),
    path("checkin/batch/", views.ScanBatchView.as_view(), name="scan-batch"),
    path("shows/<id:pk>/door/", views.DoorListView.as_view(), name="door"),
]
