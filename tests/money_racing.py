"""What races about money need: an account, bookings that wait for money, payments that arrive."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bookings.booking import book_seats
from bookings.models import Booking
from bookings.order import Order
from payments import proof
from payments.arriving import Arrival, take_money
from payments.connecting import connect_account
from payments.models import Payment, ProviderAccount
from payments.tests.conftest import SELLER
from shows.models import Show
from tests.invariants import violations
from theaters.models import Theater
from users.models import User


@pytest.fixture
def account(screen: Any) -> ProviderAccount:
    theater = screen.theater
    made = connect_account(
        theater_id=theater.pk,
        provider="demo",
        secrets={"webhook_secret": "s3cret"},
    )
    Theater.objects.filter(pk=theater.pk).update(pays="online", **SELLER)
    return made


def pending(user: User, show: Show, *labels: str, voucher: str = "") -> Booking:
    order = Order(show.pk, list(labels), pay="online", voucher=voucher)
    return Booking.objects.get(pk=book_seats(user_id=user.pk, order=order))


def attempt(booking: Booking, account: ProviderAccount, number: int = 1) -> Payment:
    return Payment.objects.create(
        booking=booking,
        account=account,
        provider="demo",
        reference=f"demo_{booking.pk}_{number}",
        attempt=number,
        amount=int(booking.total * 100),
        currency="EUR",
        status="open",
    )


def arrives(payment: Payment) -> Callable[[], Any]:
    money = Arrival(payment.pk, payment.amount, payment.currency, payment.reference)
    return partial(take_money, money)


def quietly(call: Callable[[], Any]) -> Callable[[], Any]:
    """The call; what it raises is its result, so that others finish."""

    def answer() -> Any:
        try:
            return call()
        except Exception as error:  # noqa: BLE001
            return error

    return answer


def broken() -> list[str]:
    return [*violations(), *proof.faults()]
