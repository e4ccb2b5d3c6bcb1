from importlib import import_module

from django.apps import AppConfig


class TheatersConfig(AppConfig):
    name = "theaters"

    def ready(self) -> None:
        """Imports the module that ends the roles of closed accounts."""
        import_module("theaters.closing")
