"""`GET users/me/export/` tells somebody all that is stored about them, and nobody else."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from admission.models import Scan
from bookings.models import Booking, Ticket
from payments.tests.conftest import Bank, Start
from shows.models import Show
from tests.api import As, book
from tests.queries import queries_at_most
from tests.staff import hire
from theaters.models import Theater
from users.models import User

EXPORT = "/api/v1/users/me/export/"
pytestmark = pytest.mark.django_db


def test_it_has_everything_about_a_customer(
    as_: As, alice: User, show: Show, paid: dict[str, Any]
) -> None:
    Booking.objects.update(terms_version="2026-10")
    Scan.objects.create(nonce="n", payload_hash=b"", show=show, ticket=Ticket.objects.get())
    answer = as_(alice).get(EXPORT)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    told = answer.json()
    assert told["account"]["email"] == "alice@example.com"
    assert told["account"]["language"] == alice.language
    assert told["sessions"]
    assert [each["reference"] for each in told["bookings"]] == [paid["reference"]]
    assert told["bookings"][0]["customer"] == {"name": "Alice A.", "email": "a@work.example"}
    assert told["terms"] == [{"booking": paid["reference"], "terms_version": "2026-10"}]
    assert [each["status"] for each in told["payments"]] == ["captured"]
    assert [each["kind"] for each in told["receipts"]] == ["receipt"]
    assert [each["seat"] for each in told["scans"]] == ["A1"]


def test_it_has_where_somebody_works(as_: As, bob: User, theater: Theater) -> None:
    hire(bob, "cashier", theater)
    (role,) = as_(bob).get(EXPORT).json()["roles"]
    assert (role["theater_name"], role["role"]) == (theater.name, "cashier")


def test_it_has_nothing_of_anybody_else(as_: As, bob: User, paid: dict[str, Any]) -> None:
    told = as_(bob).get(EXPORT).json()
    assert told["account"]["email"] == "bob@example.com"
    for part in ("roles", "bookings", "terms", "payments", "receipts", "scans"):
        assert told[part] == []


def test_a_guest_gets_it_by_the_link(guest: APIClient, show: Show) -> None:
    book(guest, show, "A1", name="Gina", email="gina@example.com")
    told = guest.get(EXPORT).json()
    assert told["bookings"][0]["customer"] == {"name": "Gina", "email": "gina@example.com"}


def test_its_queries_do_not_grow_with_the_bookings(
    as_: As, alice: User, show: Show, paid: dict[str, Any], start: Start, bank: Bank
) -> None:
    client = as_(alice)
    for seat in ("B1", "B2"):
        bank.pay(start(alice, book(client, show, seat).json()["reference"]).pk)
    with queries_at_most(10):
        assert len(client.get(EXPORT).json()["payments"]) == 3


def test_strangers_get_nothing(anyone: APIClient) -> None:
    assert anyone.get(EXPORT).status_code == 401
