from importlib import import_module

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        """Imports the scheduled jobs."""
        import_module("privacy.schedule")
