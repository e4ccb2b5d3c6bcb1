"""Alice's paid ticket, and calls that exchange it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from payments.tests.conftest import Bank, Start
from shows.models import Seat, Show
from tests.api import As, book
from tests.invariants import violations
from users.models import User
from users.tests.conftest import run_jobs


def costs(show: Show, label: str, price: str) -> None:
    Seat.objects.filter(show=show, label=label).update(price=price)


def status_of(show: Show, label: str) -> str:
    return str(Seat.objects.get(show=show, label=label).status)


def exchange(client: APIClient, ticket: Ticket, seat: str, **more: Any) -> Any:
    path = f"/api/v1/bookings/{ticket.booking.reference}/exchange/"
    headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
    return client.post(path, {"ticket": ticket.code, "seat": seat, **more}, headers=headers)


def ticket_of(booking: Booking, label: str = "A1", **more: Any) -> Ticket:
    found = Ticket.objects.select_related("booking")
    ticket: Ticket = found.get(booking=booking, label=label, **more)
    return ticket


def valid(booking: Booking) -> list[str]:
    found = Ticket.objects.filter(booking=booking, status="valid").order_by("label")
    return list(found.values_list("label", flat=True))


@pytest.fixture(autouse=True)
def invariants_hold(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def ticket(as_: As, show: Show, alice: User, start: Start, bank: Bank) -> Ticket:
    """Alice's ticket for A1, which has cost 250.00."""
    made = book(as_(alice), show, "A1").json()
    bank.pay(start(alice, made["reference"]).pk)
    run_jobs()
    mail.outbox.clear()
    return ticket_of(Booking.objects.get(reference=made["reference"]))


def show_now(show: Show) -> Any:
    return Show.objects.annotate(now=StatementTime()).values_list("now", flat=True).get(pk=show.pk)
