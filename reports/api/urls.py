"""The paths of the reports."""

from django.urls import path

from reports.api.views import VIEWS

urlpatterns = [
    path(f"reports/{address}", view.as_view(), name=f"report-{address.rstrip('/')}")
    for address, view in VIEWS.items()
]
