"""OWASP API5 and API1: who may do what, for every role and every method of every path.

The table covers the URL configuration: a path or a method without a rule here fails.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from bookings.models import Booking
from conftest import PASSWORD
from core.failures import NotFound
from movies.models import Movie
from payments.models import ProviderAccount
from payments.receipts import issue_receipt
from payments.tests.sold import paid
from pricing.models import TicketType, Voucher
from shows.holding import HoldNotFound
from shows.models import Show
from tests.api import book
from tests.attacks.addresses import ADDRESSES, METHODS, PREFIX, Address
from tests.problems import problem
from theaters.models import Screen, Theater
from users import tokens
from users.models import User
from users.sessions import start_session

pytestmark = pytest.mark.django_db
NEW = "purple monkey dishwasher"
MISSING = {"reference": "ZZZZZZZZZZ"}
CUSTOMERS, OWNERS = ("alice", "bob"), ("olga", "otto")
EVERYBODY = ("anyone", "forged", *CUSTOMERS, *OWNERS, "ada")
World = Mapping[str, Any]

EITHER: list[dict[str, list[str]]] = [{"accessToken": []}, {"sessionCookie": []}]
PUBLIC = "everybody"
USER = "whoever is logged in"
HOLDER = "whose booking it is, and who runs its theater"
OWNER = "owners and admins"
MANAGER = "who runs the theater"
ADMIN = "admins"


LOOKING_AT_NO_TOKEN = ("webhook",)


class Rule(NamedTuple):
    """Who may, and the status they get; `but` lists people who get another one."""

    may: str
    status: int
    body: Callable[[World], dict[str, Any]] = lambda world: {}
    but: Mapping[str, int] = {}


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
        "POST": Rule(OWNER, 201, lambda w: {"name": "Neue", "city": "Graz"}),
    },
    "theater": {
        "GET": Rule(PUBLIC, 200),
        "PATCH": Rule(MANAGER, 200, lambda w: {"name": "Alte"}),
        "DELETE": Rule(MANAGER, 204),
    },
    "screens": {
        "GET": Rule(PUBLIC, 200),
        "POST": Rule(MANAGER, 201, lambda w: {"name": "Blue"}),
    },
    "screen": {
        "GET": Rule(PUBLIC, 200),
        "PATCH": Rule(MANAGER, 200, lambda w: {"name": "Red"}),
        "DELETE": Rule(MANAGER, 204),
    },
    "shows": {
        "GET": Rule(PUBLIC, 200),
        "POST": Rule(OWNER, 201, lambda w: w["new show"], {"otto": 400}),
    },
    "show": {
        "GET": Rule(PUBLIC, 200),
        "PATCH": Rule(MANAGER, 200, lambda w: {"price": "9.00"}),
        "DELETE": Rule(MANAGER, 204),
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
        "POST": Rule(MANAGER, 201, lambda w: {"name": "Child"}),
    },
    "ticket-type": {
        "GET": Rule(PUBLIC, 200),
        "PATCH": Rule(MANAGER, 200, lambda w: {"name": "Child"}),
        "DELETE": Rule(MANAGER, 204),
    },
    "tickets-pdf": {"GET": Rule(HOLDER, 200)},
    "booking-calendar": {"GET": Rule(HOLDER, 200)},
    "ticket-qr": {"GET": Rule(HOLDER, 200)},
    "ticket-wallets": {"GET": Rule(HOLDER, 200)},
    "ticket-pass": {"GET": Rule(HOLDER, 404)},
    "booking-receipts": {"GET": Rule(HOLDER, 200)},
    "receipt-pdf": {"GET": Rule(HOLDER, 200)},
    "theater-receipts": {"GET": Rule(MANAGER, 200)},
    "receipt-export": {"GET": Rule(MANAGER, 200)},
    "payment-settings": {
        "GET": Rule(MANAGER, 200),
        "PATCH": Rule(MANAGER, 200, lambda w: {"tax_rate": "7.00"}),
    },
    "payment-accounts": {
        "GET": Rule(MANAGER, 200),
        "POST": Rule(MANAGER, 201, lambda w: {"provider": "stripe"}),
    },
    "payment-account": {
        "GET": Rule(MANAGER, 200),
        "PATCH": Rule(MANAGER, 200, lambda w: {"is_active": False}),
    },
    "vouchers": {
        "GET": Rule(MANAGER, 200),
        "POST": Rule(MANAGER, 201, lambda w: {"code": "MORE", "value": "5"}),
    },
    "voucher": {
        "GET": Rule(MANAGER, 200),
        "PATCH": Rule(MANAGER, 200, lambda w: {"value": "5"}),
        "DELETE": Rule(MANAGER, 204),
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
    "refund-quote": {"GET": Rule(HOLDER, 200)},
    "payments": {
        "GET": Rule(HOLDER, 200),
        "POST": Rule(HOLDER, 400, lambda w: {"provider": "stripe"}),
    },
    "counter-payments": {
        "POST": Rule(MANAGER, 201, lambda w: {"amount": "250.00", "method": "cash"})
    },
    "pay-out": {"POST": Rule(MANAGER, 404, lambda w: {"amount": "250.00"})},
    "webhook": {"POST": Rule(PUBLIC, 404, but={"forged": 404})},
    "guest": {"POST": Rule(PUBLIC, 201)},
    "open-booking": {
        "POST": Rule(PUBLIC, 400, lambda w: {"reference": "ZZZZZZZZZZ", "key": "0" * 32})
    },
    "claim-booking": {
        "POST": Rule(USER, 400, lambda w: {"reference": "ZZZZZZZZZZ", "key": "0" * 32})
    },
    "claim-holds": {"POST": Rule(USER, 400, lambda w: {"token": "x"})},
    "scan": {"POST": Rule(OWNER, 200, lambda w: w["scan"], {"otto": 400})},
    "scan-batch": {
        "POST": Rule(
            OWNER,
            200,
            lambda w: {"scans": [w["scan"] | {"at": "2030-01-01T00:00:00Z", "result": "admitted"}]},
        )
    },
    "door": {"GET": Rule(MANAGER, 200)},
    "theater-bookings": {"GET": Rule(MANAGER, 200)},
    "show-bookings": {"GET": Rule(MANAGER, 200)},
    "show-cancel": {
        "GET": Rule(MANAGER, 200),
        "POST": Rule(MANAGER, 200, lambda w: {"reason": "Flood"}),
    },
    "show-move": {
        "POST": Rule(
            MANAGER, 200, lambda w: {"starts_at": w["new show"]["starts_at"], "reason": "Late"}
        )
    },
    "show-refunds": {"GET": Rule(MANAGER, 200)},
    "schema": {"GET": Rule(PUBLIC, 200)},
    "docs": {"GET": Rule(PUBLIC, 200)},
}


def _bought(client: APIClient, show: Show) -> Booking:
    reference = book(client, show, "A1").json()["reference"]
    found: Booking = Booking.objects.get(reference=reference)
    return found


@pytest.fixture
def world(
    movie: Movie,
    screen: Screen,
    make_show: Callable[..., Show],
    people: dict[str, APIClient],
    olga: User,
    bob: User,
) -> World:
    """What all calls are about: everything is Olga's, the booking and the hold are Alice's."""
    show, sold = make_show(), make_show()
    empty = Theater.objects.create(name="Empty", city="Graz", owner=olga)
    alices = people["alice"]
    booking = book(alices, sold, "A1").json()
    ticket = (booking["reference"], booking["tickets"][0]["code"])
    alices.put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["A1"]})
    spare = Movie.objects.create(title="Spare", duration_minutes=90)
    return {
        "show": show.pk,
        "seat-map": show.pk,
        "best-seats": show.pk,
        "hold": show.pk,
        "show-cancel": show.pk,
        "show-move": show.pk,
        "show-refunds": show.pk,
        "booking-exchange": booking["reference"],
        "refund-quote": booking["reference"],
        "payments": booking["reference"],
        "counter-payments": booking["reference"],
        "pay-out": 2**40,
        "webhook": "stripe",
        "show-bookings": sold.pk,
        "door": sold.pk,
        "scan": {"code": ticket[1], "show": sold.pk, "nonce": "n1"},
        "theater-bookings": screen.theater_id,
        "theater": empty.pk,
        "screens": empty.pk,
        "screen": Screen.objects.create(theater=empty, name="Only").pk,
        "quote": show.pk,
        "ticket-types": empty.pk,
        "ticket-type": TicketType.objects.create(theater=empty, name="Adult").pk,
        "vouchers": empty.pk,
        "payment-settings": empty.pk,
        "tickets-pdf": booking["reference"],
        "booking-calendar": booking["reference"],
        "ticket-qr": ticket,
        "ticket-wallets": ticket,
        "ticket-pass": ticket,
        "booking-receipts": booking["reference"],
        "receipt-pdf": issue_receipt(payment_id=paid(_bought(alices, make_show()), 25000).pk),
        "theater-receipts": empty.pk,
        "receipt-export": empty.pk,
        "payment-accounts": empty.pk,
        "payment-account": ProviderAccount.objects.create(
            theater=empty, provider="stripe", key="a" * 32, is_active=False
        ).pk,
        "voucher": Voucher.objects.create(theater=empty, code="SAVE10", value=10).pk,
        "movie": spare.pk,
        "account": bob.pk,
        "my-session": 2**40,
        "account-second-factor": bob.pk,
        "booking": booking["reference"],
        "booking-cancel": booking["reference"],
        "refresh": tokens.pair(start_session(user=bob, address=""))["refresh"],
        "new show": {
            "movie": movie.pk,
            "screen": screen.pk,
            "starts_at": (timezone.now() + timedelta(days=90)).isoformat(),
            "price": "9.00",
        },
    }


@pytest.fixture
def people(alice: User, bob: User, olga: User, otto: User, ada: User) -> dict[str, APIClient]:
    forged = APIClient(HTTP_AUTHORIZATION="Bearer " + tokens.HEADER + "e30.AAAA")
    clients = {"anyone": APIClient(), "forged": forged}
    for user in (alice, bob, olga, otto, ada):
        access = tokens.pair(start_session(user=user, address=""))["access"]
        clients[user.name.lower()] = APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")
    return clients


def expected(rule: Rule, who: str, *, exists: bool) -> int:
    """Returns the expected status: the role is checked first, then ownership, then existence."""
    if who == "forged" or (who == "anyone" and rule.may != PUBLIC):
        return rule.but.get(who, 401)
    if who in CUSTOMERS and rule.may in {OWNER, MANAGER, ADMIN}:
        return 403
    if who in OWNERS and rule.may == ADMIN:
        return 403
    if not exists or (who == "otto" and rule.may in {MANAGER, HOLDER}):
        return 404
    if who == "bob" and rule.may == HOLDER:
        return 404
    return rule.but.get(who, rule.status)


def rule_of(address: Address, method: str) -> Rule | None:
    """Returns the rule: HEAD is like GET; OPTIONS is for those who may read or else write."""
    rules = RULES[address.name]
    if method == "HEAD":
        return rules.get("GET")
    if method == "OPTIONS" and method in address.methods:
        return rules.get("GET") or next(iter(rules.values()))
    return rules.get(method)


def ask(client: APIClient, method: str, path: str, body: dict[str, Any]) -> Any:
    """Returns the response, and rolls back its effect."""
    with transaction.atomic():
        if method in {"POST", "PUT", "PATCH", "DELETE"}:
            answer = getattr(client, method.lower())(path, body)
        else:
            answer = client.generic(method, path)
        transaction.set_rollback(True)
    return answer


def check_refusal(answer: Any, method: str) -> None:
    if method == "HEAD":
        assert answer.content == b""
    elif answer.status_code >= 400:
        said = problem(answer, answer.status_code)
        if answer.status_code == 404:
            nothing = (NotFound().document(""), HoldNotFound().document(""))
            assert said | {"request_id": ""} in nothing


def test_every_address_and_method_has_a_rule() -> None:
    assert RULES.keys() == ADDRESSES.keys()
    for name, address in ADDRESSES.items():
        assert RULES[name].keys() == address.methods - {"HEAD", "OPTIONS"}, name


def check_unruled(answer: Any, who: str, name: str) -> None:
    """Checks a method that the path does not have; without a token, it may also be 401."""
    allowed = {"forged": {401}, "anyone": {401, 405}}.get(who, {405})
    if name in LOOKING_AT_NO_TOKEN:
        allowed = {405}
    assert answer.status_code in allowed, answer.content
    assert answer.status_code == 401 or answer.headers["Allow"]


def check(
    answer: Any, method: str, rule: Rule | None, who: str, exists: bool, *, name: str
) -> None:
    if rule is None:
        check_unruled(answer, who, name)
    elif method == "OPTIONS":
        role = expected(rule, who, exists=True)
        assert answer.status_code == (role if role in {401, 403} else 200)
    else:
        assert answer.status_code == expected(rule, who, exists=exists)
    check_refusal(answer, method)


def paths(address: Address, world: World) -> list[tuple[str, bool]]:
    """Returns the path to an object that exists, and to one that does not."""
    if not address.parameters:
        return [(address.path(), True)]
    missing = MISSING.get(address.parameters[0], 999_999_999)
    there = world[address.name]
    exists = address.path(*there) if isinstance(there, tuple) else address.path(there)
    return [(exists, True), (address.path(missing), False)]


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_everybody_gets_what_the_rule_says(
    name: str, world: World, people: dict[str, APIClient]
) -> None:
    address = ADDRESSES[name]
    for method in METHODS:
        rule = rule_of(address, method)
        body = rule.body(world) if rule else {}
        for path, exists in paths(address, world):
            for who in EVERYBODY:
                answer = ask(people[who], method, path, body)
                try:
                    check(answer, method, rule, who, exists, name=name)
                except AssertionError as error:
                    error.add_note(f"{who}: {method} {path} → {answer.status_code}")
                    raise


IN_SCHEMA = {"pk": "id"}
SCHEMA = "/api/v1/schema/"


def described() -> dict[tuple[str, str], Any]:
    paths: Any = SchemaGenerator().get_schema(request=None, public=True)["paths"]  # type: ignore[no-untyped-call]
    return {
        (path, method.upper()): operation
        for path, operations in paths.items()
        if path.startswith(PREFIX) and path != SCHEMA
        for method, operation in operations.items()
        if method != "parameters"
    }


def test_the_schema_describes_every_call_and_no_other() -> None:
    served = {
        (ADDRESSES[name].template(IN_SCHEMA), method)
        for name in ADDRESSES.keys() - {"schema", "docs"}
        for method in RULES[name]
    }
    assert described().keys() == served


def test_the_schema_says_of_every_call_whether_it_needs_a_token() -> None:
    operations = described()
    for name in ADDRESSES.keys() - {"schema", "docs"}:
        for method, rule in RULES[name].items():
            security = operations[ADDRESSES[name].template(IN_SCHEMA), method]["security"]
            assert security == ([] if rule.may == PUBLIC else EITHER), (name, method)
