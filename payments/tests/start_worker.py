"""`python -m payments.tests.start_worker BOOKING`: starts to pay, as a web process does, or is
killed."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
django.setup()

from bookings.models import Booking  # noqa: E402 - Django first
from payments import starting  # noqa: E402

starting.start_payment(
    booking=Booking.objects.get(pk=sys.argv[1]),
    provider="stripe",
    flow="sheet",
    return_url="https://a.example/",
)
