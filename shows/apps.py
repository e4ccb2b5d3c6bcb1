from importlib import import_module

from django.apps import AppConfig


class ShowsConfig(AppConfig):
    name = "shows"

    def ready(self) -> None:
        """Registers what the closing of an account releases."""
        import_module("shows.seats")
