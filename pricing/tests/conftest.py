"""What Olga's theater sells cheaper."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from bookings.models import Booking, BookingStatus
from pricing.models import PriceKind, TicketType, Voucher
from shows.models import Show
from theaters.models import Theater
from users.models import User


@pytest.fixture
def types(theater: Theater) -> list[TicketType]:
    """Adults pay the price, children half of it but not in wheelchair places, one student 7.90."""
    kinds: list[dict[str, Any]] = [
        {"name": "Adult"},
        {"name": "Child", "kind": "share", "value": 50, "categories": ["standard", "premium"]},
        {"name": "Student", "kind": "amount", "value": "7.90", "at_most": 1},
    ]
    return [
        TicketType.objects.create(theater=theater, position=position, **kind)
        for position, kind in enumerate(kinds)
    ]


@pytest.fixture
def make_voucher(theater: Theater) -> Callable[..., Voucher]:
    """`make_voucher()` is a voucher SAVE10 of Olga's, which takes ten percent off."""

    def make(**fields: Any) -> Voucher:
        usual = {"theater": theater, "code": "SAVE10", "kind": PriceKind.SHARE, "value": 10}
        return Voucher.objects.create(**(usual | fields))

    return make


def use(voucher: Voucher, show: Show, user: User, **fields: Any) -> Booking:
    """A booking that uses the voucher."""
    count = Booking.objects.count()
    usual = {"reference": f"REF{count:07}", "total": Decimal(10), "status": "confirmed"}
    made: Booking = Booking.objects.create(
        voucher=voucher, show=show, user=user, **(usual | fields)
    )
    return made


def pending(minutes: int) -> dict[str, Any]:
    """What makes a booking pending, to be paid within so many minutes."""
    pay_until = timezone.now() + timedelta(minutes=minutes)
    return {"status": BookingStatus.PENDING, "pay_until": pay_until}
