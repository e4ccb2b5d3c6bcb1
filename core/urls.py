"""The whole map on one screen."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from core.http import problems
from core.openapi import views
from core.server import client, health
from payments.demo_bank import views as bank

api: list[URLPattern | URLResolver] = [  # the most asked for first: they are tried in turn
    path("", include("shows.api.urls")),
    path("", include("movies.api.urls")),
    path("", include("bookings.api.urls")),
    path("", include("payments.api.urls")),
    path("", include("admission.api.urls")),
    path("", include("reports.api.urls")),
    path("", include("privacy.api.urls")),
    path("", include("users.api.urls")),
    path("", include("theaters.api.urls")),
    path("", include("pricing.api.urls")),
    path("schema/", views.SchemaView.as_view(), name="schema"),
    path("docs/", views.DocsView.as_view(), name="docs"),
]

CLIENT = (  # as client/src/App.tsx has them
    "films/<int:film>",
    "shows/<int:show>",
    "checkout/<int:show>",
    "bookings",
    "bookings/<slug:reference>",
    "login",
    "register",
    "reset",
    "account",
    "invitation",
    "about",
)
EMBEDDED = (  # as client/src/embed/Embed.tsx has them
    "embed/theaters/<int:theater>/",
    "embed/theaters/<int:theater>/films/<int:film>",
    "embed/theaters/<int:theater>/shows/<int:show>",
)

urlpatterns = [
    path("api/v1/", include(api)),
    path("", client.home),
    *(path(address, client.page) for address in CLIENT),
    *(path(address, client.framed_page) for address in EMBEDDED),
    path("sw.js", client.service_worker),
    path("problems/<slug:code>/", problems.problem_page, name="problem"),
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready, name="ready"),
    path("admin/", admin.site.urls),
]
if settings.DEVELOPMENT:
    urlpatterns.append(path("demo-bank/<slug:reference>/", bank.page, name="demo-bank"))

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.page_not_found
handler500 = problems.server_error
