"""Exchanging tickets in the office, and what its page for cancelling says before."""

from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from payments.tests.conftest import Bank, Start, account, bank, start
from shows.models import Seat, Show
from tests.admin.conftest import page
from tests.api import As, book
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
__all__ = ["account", "bank", "start"]


def ask(client: Client, booking: Booking, **fields: Any) -> str:
    return page(client, f"bookings/booking/{booking.pk}/exchange/", **fields)


def valid(booking: Booking) -> list[str]:
    found = Ticket.objects.filter(booking=booking, status="valid")
    return sorted(found.values_list("label", flat=True))


@pytest.fixture
def paid(as_: As, show: Show, alice: User, start: Start, bank: Bank) -> Booking:
    reference = book(as_(alice), show, "A1", "A2").json()["reference"]
    bank.pay(start(alice, reference).pk)
    return Booking.objects.get(reference=reference)


def test_a_ticket_is_exchanged_at_the_desk(
    at_desk: Any, olga: User, olgas_booking: Booking
) -> None:
    client = at_desk(olga)
    assert "Exchange a ticket" in page(client, f"bookings/booking/{olgas_booking.pk}/change/")
    assert "The same show" in ask(client, olgas_booking)
    ticket = olgas_booking.tickets.get(label="C3")
    said = ask(client, olgas_booking, ticket=ticket.code, seat="d1")
    assert "The ticket was exchanged." in said
    assert valid(olgas_booking) == ["C4", "D1"]


def test_a_dearer_seat_waits_for_its_money(
    at_desk: Any, olga: User, paid: Booking, show: Show
) -> None:
    Seat.objects.filter(show=show, label="B1").update(price="260.00")
    ticket = paid.tickets.get(label="A1")
    said = ask(at_desk(olga), paid, ticket=ticket.code, seat="B1")
    assert "To be paid: 10.00 EUR." in said
    assert valid(paid) == ["A1", "A2"]


def test_what_cannot_be_is_said(
    at_desk: Any, olga: User, olgas_booking: Booking, ottos_booking: Booking
) -> None:
    client = at_desk(olga)
    ticket = olgas_booking.tickets.get(label="C3")
    assert "C4" in ask(client, olgas_booking, ticket=ticket.code, seat="C4")
    assert client.get(f"/admin/bookings/booking/{ottos_booking.pk}/exchange/").status_code == 404
    assert valid(olgas_booking) == ["C3", "C4"]


def test_the_page_for_cancelling_says_what_goes_back(
    at_desk: Any, olga: User, paid: Booking
) -> None:
    said = page(at_desk(olga), f"bookings/booking/{paid.pk}/cancel/")
    assert "Seat A1: 250.00 EUR go back, 0.00 EUR stay." in said
    assert "In all, 500.00 EUR go back." in said


def test_of_what_was_not_paid_nothing_goes_back(
    at_desk: Any, olga: User, olgas_booking: Booking
) -> None:
    said = page(at_desk(olga), f"bookings/booking/{olgas_booking.pk}/cancel/")
    assert "Nothing was paid, so nothing goes back." in said
    assert "<label" not in said


def test_another_amount_than_was_shown_cancels_nothing(
    at_desk: Any, olga: User, paid: Booking
) -> None:
    path = f"bookings/booking/{paid.pk}/cancel/"
    page(at_desk(olga), path, refund="1.00")
    assert len(valid(paid)) == 2
    page(at_desk(olga), path, refund="500.00")
    assert valid(paid) == []


def test_a_refusal_is_said_before(at_desk: Any, olga: User, paid: Booking) -> None:
    Ticket.objects.filter(booking=paid).update(used_at=StatementTime())
    assert "has been used" in page(at_desk(olga), f"bookings/booking/{paid.pk}/cancel/")
    assert Theater.objects.exists()
