"""OWASP API5 and API1: who may do what, for every role and every method of every path.

The table covers the URL configuration: a path or a method without a rule here fails.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from bookings.models import Booking
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
from tests.attacks.people import ACTIONS, EVERYBODY, clients_of, employ, rights_of
from tests.attacks.rules import ADMIN, HOLDER, MISSING, PUBLIC, RULES, Rule, World
from tests.problems import problem
from tests.staff import invite_to
from theaters.invitation_mails import key_of
from theaters.models import Invitation, Membership, Screen, Theater
from users import tokens
from users.models import User
from users.sessions import start_session

pytestmark = pytest.mark.django_db
EITHER: list[dict[str, list[str]]] = [{"accessToken": []}, {"sessionCookie": []}]
LOOKING_AT_NO_TOKEN = ("webhook",)


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
    hall = Theater.objects.get(pk=screen.theater_id)
    employ(hall, empty)
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
        "exchange-quote": booking["reference"],
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
        "staff": empty.pk,
        "staff-member": Membership.objects.get(theater=empty, role="cashier").pk,
        "invitations": empty.pk,
        "invitation": invite_to(empty, "x@example.com", "cashier").pk,
        "key": key_of(Invitation.objects.get(theater=empty, email="ivan@example.com").pk),
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
    return clients_of([alice, bob, olga, otto, ada], elsewhere_of=otto)


def expected(rule: Rule, who: str, *, exists: bool) -> int:
    """Returns the expected status: the role is checked first, then the theater, then existence."""
    if who in {"anyone", "forged"}:
        is_open = who == "anyone" and rule.may == PUBLIC
        return rule.but.get(who, rule.status if is_open and exists else 404 if is_open else 401)
    return _refusal(rule, who, exists=exists) or rule.but.get(who, rule.status)


def _refusal(rule: Rule, who: str, *, exists: bool) -> int | None:
    """Returns the status for whoever is logged in and may not, or is not there to be found."""
    here, anywhere = rights_of(who)
    is_admin = who == "ada"
    if not is_admin and (rule.may == ADMIN or (rule.may in ACTIONS and rule.may not in anywhere)):
        return 403
    if not exists or (rule.may == HOLDER and who not in {"ada", "alice"} and "sell" not in here):
        return 404
    if rule.may in ACTIONS and rule.may not in here and not is_admin:
        return 404 if rule.elsewhere is None else rule.elsewhere
    return None


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
