"""What was quoted is charged, and is what the tickets say."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from bookings.models import Booking, Ticket
from pricing.models import TicketType, Voucher
from shows.models import Seat, Show
from tests.api import As, book, hold
from tests.problems import problem
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
AMOUNTS = ("category", "type", "price", "discount", "fee", "tax")


@pytest.fixture
def alices(
    as_: As, alice: User, types: list[TicketType], make_voucher: Callable[..., Voucher]
) -> APIClient:
    """Alice's client, in a theater with types, fee, tax and a voucher for one booking each."""
    Theater.objects.update(booking_fee="0.50", tax_rate=7)
    make_voucher(uses_per_customer=1)
    return as_(alice)


def quoted(client: APIClient, show: Show, **wish: Any) -> Any:
    return client.post(f"/api/v1/shows/{show.pk}/hold/quote/", wish).json()


def test_a_booking_charges_what_the_quote_said(alices: APIClient, show: Show) -> None:
    hold(alices, show, "A1", "A2", "A3")
    wish: dict[str, Any] = {"types": {"A2": "Child", "A3": "Student"}, "voucher": "save10"}
    quote = quoted(alices, show, **wish)
    answer = book(alices, show, **wish, total=quote["total"])
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["total"] == quote["total"] == "346.11"
    for ticket, line in zip(made["tickets"], quote["lines"], strict=True):
        assert [ticket["seat"], *map(ticket.get, AMOUNTS)] == [
            line["seat"],
            *map(line.get, AMOUNTS),
        ]
    booking = Booking.objects.get()
    assert booking.voucher == Voucher.objects.get()
    sums = [ticket.price - ticket.discount + ticket.fee for ticket in booking.tickets.all()]
    assert sum(sums) == booking.total


def test_seats_booked_in_one_step_have_types_too(alices: APIClient, show: Show) -> None:
    made = book(alices, show, "A1", "A2", types={"A1": "Child"}).json()
    assert [ticket["type"] for ticket in made["tickets"]] == ["Child", "Adult"]
    assert made["total"] == "376.00"


def test_a_price_that_changed_after_the_quote_is_told(alices: APIClient, show: Show) -> None:
    hold(alices, show, "A1")
    total = quoted(alices, show, types={"A1": "Child"})["total"]
    Seat.objects.update(price=Decimal(300))
    TicketType.objects.filter(name="Child").update(value=40)
    answer = book(alices, show, types={"A1": "Child"}, total=total)
    assert problem(answer, 409, "price_changed")["total"] == "120.50"
    assert not Booking.objects.exists()


def test_a_voucher_serves_a_customer_as_often_as_it_says(
    alices: APIClient, show: Show, as_: As, bob: User
) -> None:
    assert book(alices, show, "A1", voucher="SAVE10").status_code == 201
    problem(book(alices, show, "A2", voucher="SAVE10"), 409, "voucher_used_up")
    assert book(as_(bob), show, "A2", voucher="SAVE10").status_code == 201
    reference = Booking.objects.get(user=bob).reference
    assert as_(bob).post(f"/api/v1/bookings/{reference}/cancel/").status_code == 200
    assert book(as_(bob), show, "A3", voucher="SAVE10").status_code == 201


def test_nothing_to_pay_is_confirmed_at_once(
    alices: APIClient, show: Show, make_voucher: Callable[..., Voucher]
) -> None:
    Theater.objects.update(booking_fee=0)
    make_voucher(code="FREE", value=100)
    made = book(alices, show, "A1", voucher="FREE").json()
    assert (made["total"], made["status"]) == ("0.00", "confirmed")
    assert Ticket.objects.get().discount == Decimal(250)


def test_a_type_that_was_renamed_stays_on_the_ticket(alices: APIClient, show: Show) -> None:
    made = book(alices, show, "A1", types={"A1": "Child"}).json()
    TicketType.objects.all().delete()
    again = alices.get(f"/api/v1/bookings/{made['reference']}/").json()
    assert again["tickets"] == made["tickets"]
