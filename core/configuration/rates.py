"""How many of a kind within a span of time, for one subject (core.throttling).

docs/operations.md says of each whose it is.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from core.configuration.values import split_entries

Rates = Mapping[str, tuple[int, timedelta]]

USUAL_RATES: Rates = {
    "register_address": (20, timedelta(hours=1)),
    "guest_address": (60, timedelta(hours=1)),
    "booking_key_address": (30, timedelta(hours=1)),
    "export_account": (10, timedelta(hours=1)),
    "login_account_and_address": (10, timedelta(minutes=15)),
    "login_account": (100, timedelta(minutes=15)),
    "login_address": (200, timedelta(minutes=15)),
    "forgot_account_and_address": (5, timedelta(hours=1)),
    "forgot_account": (20, timedelta(hours=1)),
    "forgot_account_day": (40, timedelta(days=1)),
    "forgot_address": (30, timedelta(hours=1)),
    "resend_account": (5, timedelta(hours=1)),
    "resend_address": (30, timedelta(hours=1)),
    "reset_address": (30, timedelta(hours=1)),
    "verify_account": (30, timedelta(hours=1)),
    "password_account": (10, timedelta(minutes=15)),
    "otp_account": (10, timedelta(minutes=15)),
    "refresh_session": (60, timedelta(minutes=1)),
    "hold": (60, timedelta(minutes=10)),
    "booking": (60, timedelta(hours=1)),
    "cancellation": (30, timedelta(hours=1)),
    "ticket_file": (120, timedelta(minutes=10)),
    "quote": (120, timedelta(minutes=10)),
    "voucher": (60, timedelta(hours=1)),
    "voucher_address": (600, timedelta(hours=1)),
    "invitation_theater": (20, timedelta(hours=1)),
    "invitation_inviter": (60, timedelta(hours=1)),
    "mail_verified": (20, timedelta(hours=1)),
    "mail_unverified": (5, timedelta(hours=1)),
}


def parse_rates(value: str) -> Rates:
    """Return the usual rates, but for other numbers in `hold=60,register_address=20`."""
    rates = dict(USUAL_RATES)
    for entry in split_entries(value):
        name, _, most = (part.strip() for part in entry.partition("="))
        if name not in rates or not re.fullmatch(r"[1-9][0-9]{0,8}", most):
            raise ValueError(f"has no limit {entry}; docs/operations.md lists them")
        rates[name] = (int(most), rates[name][1])
    return rates
