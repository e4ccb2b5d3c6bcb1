"""Who may call what: a rule for each method of each path."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from conftest import PASSWORD
from reports.kinds import KINDS

NEW = "purple monkey dishwasher"
MISSING = {"reference": "ZZZZZZZZZZ"}
World = Mapping[str, Any]

PUBLIC = "everybody"
USER = "whoever is logged in"
HOLDER = "whose booking it is, and who sells for its theater"
ADMIN = "admins"
# Whoever may do this in the theater of the path; of the policy, but in words of its own.
OPEN, OWN, RUN, EMPLOY = "open", "own", "run", "employ"
SCHEDULE, SELL, ADMIT = "schedule", "sell", "admit"


class Rule(NamedTuple):
    """Who may, and the status they get; `but` lists people who get another one. Where the path
    names no theater, those who may do it `elsewhere` get that status."""

    may: str
    status: int
    body: Callable[[World], dict[str, Any]] = lambda world: {}
    but: Mapping[str, int] = {}
    elsewhere: int | None = None


RULES: dict[str, dict[str, Rule]] = {
    "register": {
        "POST": Rule(
            PUBLIC, 201, lambda w: {"email": "e@example.com", "password": NEW, "name": "Eve"}
        )
    },
    "login": {
        "POST": Rule(PUBLIC, 200, lambda w: {"email": "bob@example.com", "password": PASSWORD})
    },
    "refresh": {"POST": Rule(PUBLIC, 200, lambda w: {"refresh": w["refresh"]})},
    "logout": {"POST": Rule(PUBLIC, 204, lambda w: {"refresh": w["refresh"]})},
    "session": {"GET": Rule(PUBLIC, 200), "POST": Rule(USER, 204), "DELETE": Rule(PUBLIC, 204)},
    "logout-all": {"POST": Rule(USER, 204)},
    "verify-email": {"POST": Rule(USER, 400, lambda w: {"code": "000000"})},
    "resend-code": {"POST": Rule(USER, 202)},
    "forgot-password": {"POST": Rule(PUBLIC, 202, lambda w: {"email": "bob@example.com"})},
    "reset-password": {
        "POST": Rule(
            PUBLIC,
            400,
            lambda w: {"email": "bob@example.com", "code": "000000", "new_password": NEW},
        )
    },
    "change-password": {
        "POST": Rule(USER, 204, lambda w: {"current_password": PASSWORD, "new_password": NEW})
    },
    "me": {
        "GET": Rule(USER, 200),
        "PATCH": Rule(USER, 200, lambda w: {"name": "New"}),
        "DELETE": Rule(USER, 204, lambda w: {"password": PASSWORD}, {"alice": 409, "ada": 409}),
    },
    "export": {"GET": Rule(USER, 200)},
    "my-sessions": {"GET": Rule(USER, 200)},
    "my-session": {"DELETE": Rule(USER, 404)},
    "second-factor": {
        "GET": Rule(USER, 200),
        "POST": Rule(USER, 201, lambda w: {"password": PASSWORD}),
        "DELETE": Rule(USER, 204, lambda w: {"password": PASSWORD, "otp": "000000"}),
    },
    "confirm-second-factor": {"POST": Rule(USER, 404, lambda w: {"otp": "000000"})},
    "account-second-factor": {"DELETE": Rule(ADMIN, 404)},
    "accounts": {"GET": Rule(ADMIN, 200)},
    "account": {
        "GET": Rule(ADMIN, 200),
        "PATCH": Rule(ADMIN, 200, lambda w: {"role": "admin", "is_active": True}),
    },
    "movies": {
        "GET": Rule(PUBLIC, 200),
        "POST": Rule(ADMIN, 201, lambda w: {"title": "Faust", "duration_minutes": 90}),
    },
    "movie": {
        "GET": Rule(PUBLIC, 200),
        "PATCH": Rule(ADMIN, 200, lambda w: {"title": "Faust"}),
        "DELETE": Rule(ADMIN, 204),
    },
    "theaters": {
        "GET": Rule(PUBLIC, 200),
        "POST": Rule(OPEN, 201, lambda w: {"name": "Neue", "city": "Graz"}, elsewhere=201),
    },
    "theater": {
        "GET": Rule(PUBLIC, 200),
        "PATCH": Rule(RUN, 200, lambda w: {"name": "Alte"}),
        "DELETE": Rule(OWN, 204),
    },
    "screens": {
        "GET": Rule(PUBLIC, 200),
        "POST": Rule(RUN, 201, lambda w: {"name": "Blue"}),
    },
    "screen": {
        "GET": Rule(PUBLIC, 200),
        "PATCH": Rule(RUN, 200, lambda w: {"name": "Red"}),
        "DELETE": Rule(RUN, 204),
    },
    "staff": {"GET": Rule(EMPLOY, 200)},
    "staff-member": {
        "PATCH": Rule(EMPLOY, 200, lambda w: {"role": "door"}),
        "DELETE": Rule(EMPLOY, 204),
    },
    "invitations": {
        "GET": Rule(EMPLOY, 200),
        "POST": Rule(EMPLOY, 201, lambda w: {"email": "z@example.com", "role": "cashier"}),
    },
    "invitation": {"DELETE": Rule(EMPLOY, 204)},
    "accept-invitation": {"POST": Rule(USER, 400, lambda w: {"key": w["key"]}, {"ivan": 200})},
    "my-roles": {"GET": Rule(USER, 200)},
    "shows": {
        "GET": Rule(PUBLIC, 200),
        "POST": Rule(SCHEDULE, 201, lambda w: w["new show"], elsewhere=400),
    },
    "show": {
        "GET": Rule(PUBLIC, 200),
        "PATCH": Rule(SCHEDULE, 200, lambda w: {"price": "9.00"}),
        "DELETE": Rule(SCHEDULE, 204),
    },
    "programme": {"GET": Rule(PUBLIC, 200)},
    "seat-map": {"GET": Rule(PUBLIC, 200)},
    "best-seats": {"GET": Rule(PUBLIC, 200)},
    "limits": {"GET": Rule(PUBLIC, 200)},
    "site": {"GET": Rule(PUBLIC, 200)},
    "holds": {"GET": Rule(USER, 200)},
    "hold": {
        "GET": Rule(USER, 404, but={"alice": 200}),
        "PUT": Rule(USER, 200, lambda w: {"seats": ["B1"]}),
        "DELETE": Rule(USER, 204),
    },
    "quote": {"POST": Rule(USER, 409, but={"alice": 200})},
    "ticket-types": {
        "GET": Rule(PUBLIC, 200),
        "POST": Rule(RUN, 201, lambda w: {"name": "Child"}),
    },
    "ticket-type": {
        "GET": Rule(PUBLIC, 200),
        "PATCH": Rule(RUN, 200, lambda w: {"name": "Child"}),
        "DELETE": Rule(RUN, 204),
    },
    "tickets-pdf": {"GET": Rule(HOLDER, 200)},
    "booking-calendar": {"GET": Rule(HOLDER, 200)},
    "ticket-qr": {"GET": Rule(HOLDER, 200)},
    "ticket-wallets": {"GET": Rule(HOLDER, 200)},
    "ticket-pass": {"GET": Rule(HOLDER, 404)},
    "booking-receipts": {"GET": Rule(HOLDER, 200)},
    "receipt-pdf": {"GET": Rule(HOLDER, 200)},
    "theater-receipts": {"GET": Rule(RUN, 200)},
    "receipt-export": {"GET": Rule(RUN, 200)},
    **{
        f"report-{name}{ending}": {"GET": Rule(RUN, 200, elsewhere=200)}
        for name in KINDS
        for ending in ("", ".csv")
    },
    "payment-settings": {
        "GET": Rule(RUN, 200),
        "PATCH": Rule(RUN, 200, lambda w: {"tax_rate": "7.00"}),
    },
    "payment-accounts": {
        "GET": Rule(OWN, 200),
        "POST": Rule(OWN, 201, lambda w: {"provider": "stripe"}),
    },
    "payment-account": {
        "GET": Rule(OWN, 200),
        "PATCH": Rule(OWN, 200, lambda w: {"is_active": False}),
    },
    "vouchers": {
        "GET": Rule(RUN, 200),
        "POST": Rule(RUN, 201, lambda w: {"code": "MORE", "value": "5"}),
    },
    "voucher": {
        "GET": Rule(RUN, 200),
        "PATCH": Rule(RUN, 200, lambda w: {"value": "5"}),
        "DELETE": Rule(RUN, 204),
    },
    "bookings": {
        "GET": Rule(USER, 200),
        "POST": Rule(USER, 201, lambda w: {"show": w["show"], "seats": ["B1"]}),
    },
    "booking": {"GET": Rule(HOLDER, 200)},
    "booking-cancel": {"POST": Rule(HOLDER, 200)},
    "booking-exchange": {
        "POST": Rule(HOLDER, 200, lambda w: {"ticket": w["ticket-qr"][1], "seat": "C1"})
    },
    "exchange-quote": {
        "POST": Rule(HOLDER, 200, lambda w: {"ticket": w["ticket-qr"][1], "seat": "C1"})
    },
    "refund-quote": {"GET": Rule(HOLDER, 200)},
    "payments": {
        "GET": Rule(HOLDER, 200),
        "POST": Rule(HOLDER, 400, lambda w: {"provider": "stripe"}),
    },
    "counter-payments": {"POST": Rule(SELL, 201, lambda w: {"amount": "250.00", "method": "cash"})},
    "pay-out": {"POST": Rule(SELL, 404, lambda w: {"amount": "250.00"})},
    "webhook": {"POST": Rule(PUBLIC, 404, but={"forged": 404})},
    "guest": {"POST": Rule(PUBLIC, 201)},
    "open-booking": {
        "POST": Rule(PUBLIC, 400, lambda w: {"reference": "ZZZZZZZZZZ", "key": "0" * 32})
    },
    "claim-booking": {
        "POST": Rule(USER, 400, lambda w: {"reference": "ZZZZZZZZZZ", "key": "0" * 32})
    },
    "claim-holds": {"POST": Rule(USER, 400, lambda w: {"token": "x"})},
    "scan": {"POST": Rule(ADMIT, 200, lambda w: w["scan"], elsewhere=400)},
    "scan-batch": {
        "POST": Rule(
            ADMIT,
            200,
            lambda w: {"scans": [w["scan"] | {"at": "2030-01-01T00:00:00Z", "result": "admitted"}]},
            elsewhere=200,
        )
    },
    "door": {"GET": Rule(ADMIT, 200)},
    "theater-bookings": {"GET": Rule(SELL, 200)},
    "show-bookings": {"GET": Rule(SELL, 200)},
    "show-cancel": {
        "GET": Rule(SCHEDULE, 200),
        "POST": Rule(SCHEDULE, 200, lambda w: {"reason": "Flood"}),
    },
    "show-move": {
        "POST": Rule(
            SCHEDULE, 200, lambda w: {"starts_at": w["new show"]["starts_at"], "reason": "Late"}
        )
    },
    "show-refunds": {"GET": Rule(SELL, 200)},
    "schema": {"GET": Rule(PUBLIC, 200)},
    "docs": {"GET": Rule(PUBLIC, 200)},
}
