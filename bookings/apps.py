from importlib import import_module

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"

    def ready(self) -> None:
        """Imports the module that prevents accounts from being closed."""
        import_module("bookings.closing")
