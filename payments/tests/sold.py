"""Bookings that were sold, and the money that came and went for them, as bare rows."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from bookings.models import Booking, Ticket
from payments.models import Payment, PaymentStatus, Refund, RefundReason, RefundStatus
from shows.models import Show
from theaters.models import Theater
from users.models import User

_numbers = count(1)
SELLER = {
    "legal_name": "Babylon Kino GmbH",
    "legal_address": "Rosa-Luxemburg-Straße 30, 10178 Berlin",
    "tax_id": "DE123456789",
    "terms_url": "https://babylon.example.com/terms",
    "privacy_url": "https://babylon.example.com/privacy",
}


@pytest.fixture
def _books_are_right() -> None:
    """Stands in for the proof of the books: these are bare rows, without a ledger."""


@pytest.fixture
def seller(theater: Theater) -> Theater:
    """Olga's theater, which says who sells."""
    Theater.objects.filter(pk=theater.pk).update(**SELLER)
    theater.refresh_from_db()
    return theater


def sold(show: Show, user: User | None, *tickets: dict[str, Any], **fields: Any) -> Booking:
    """A confirmed booking with these tickets, of 10.70 with 0.70 of tax unless they say more."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "price": Decimal("10.70"),
        "tax_rate": 7,
        "tax": Decimal("0.70"),
        "category": "standard",
    }
    costs: list[dict[str, Any]] = [usual | ticket for ticket in tickets]
    total = sum(each["price"] - each.get("discount", 0) + each.get("fee", 0) for each in costs)
    booking: Booking = Booking.objects.create(
        **{"reference": f"SELD{number:06}", "show": show, "user": user, "total": total} | fields
    )
    for place, each in enumerate(costs, start=1):
        code = f"{number:016x}{place:016x}"
        Ticket.objects.create(booking=booking, code=code, label=f"A{place}", **each)
    return booking


def paid(booking: Booking, amount: int, **fields: Any) -> Payment:
    """A payment of the booking that was captured."""
    usual = {
        "booking": booking,
        "provider": "stripe",
        "attempt": booking.payments.count() + 1,
        "amount": amount,
        "captured": amount,
        "currency": "EUR",
        "status": PaymentStatus.CAPTURED,
    }
    made: Payment = Payment.objects.create(**usual | fields)
    return made


def given_back(payment: Payment, amount: int, **fields: Any) -> Refund:
    """A refund that has reached its customer."""
    usual = {
        "payment": payment,
        "amount": amount,
        "reason": RefundReason.CANCELLED,
        "status": RefundStatus.SUCCEEDED,
    }
    made: Refund = Refund.objects.create(**usual | fields)
    return made
