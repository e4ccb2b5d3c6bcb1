from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        """Imports what other apps ask or tell us, and the jobs; in development the demo bank. Tells
        quotes which providers there are."""
        import_module("payments.settling")
        import_module("payments.closing")
        import_module("payments.connecting")
        import_module("payments.schedule")
        import_module("payments.receipt_mails")
        registry = import_module("payments.providers.registry")
        if settings.DEVELOPMENT:
            registry.register(import_module("payments.demo_bank.provider").Demo)
        import_module("pricing.providers").KNOWN.update(registry.PROVIDERS)
