from importlib import import_module

from django.apps import AppConfig


class ShowsConfig(AppConfig):
    name = "shows"

    def ready(self) -> None:
        """Imports the module that releases holds when an account is closed."""
        import_module("shows.seats")
