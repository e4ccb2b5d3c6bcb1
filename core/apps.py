"""What Django loads of the core."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """Register the path converters, before any route is read, and the system checks."""
        import_module("core.http.converters")
        import_module("core.configuration.checks")


class StaticFiles(StaticFilesConfig):
    """Leaves out what no page of ours uses: half of the time and the size of collecting."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "redoc",
        "rest_framework",
    ]


class Admin(AdminConfig):
    """The Django admin, as our own site."""

    default_site = "core.admin_site.Site"
