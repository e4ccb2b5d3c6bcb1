"""`python -m payments.tests.refund_worker`: sends what is due until nothing is, or it is killed.

With `--new-keys` each call has a key of its own: what a test shows to be wrong.
"""

import os
import sys
import uuid
from contextlib import suppress

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
django.setup()

from payments import refunding  # noqa: E402 - Django first
from payments.models import Refund  # noqa: E402
from payments.providers import stripe  # noqa: E402
from payments.providers.base import Unknown  # noqa: E402


def main() -> None:
    """Send, and try again what is unknown."""
    while due := list(Refund.objects.filter(status__in=["due", "sent"]).order_by("?")):
        for refund in due:
            if "--new-keys" in sys.argv:
                stripe.KEY = f"{uuid.uuid4()}-{{}}-{{}}-{{}}"
            with suppress(Unknown):
                refunding.send(refund.pk)


main()
