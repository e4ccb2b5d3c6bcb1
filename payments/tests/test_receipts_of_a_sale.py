"""Receipts as a sale makes them, from the demo bank to the credit note."""

from typing import Any

import pytest

from bookings.models import Booking
from payments.models import Receipt
from payments.tests.conftest import Bank, Start
from tests.api import As
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, int, list[str], int]]:
    return [
        (each.kind, each.amount, [line["item"] for line in each.lines], each.taxes[0]["tax"])
        for each in Receipt.objects.order_by("number")
    ]


def test_what_is_paid_and_cancelled_has_a_receipt_and_a_credit_note(
    as_: As, alice: User, bank: Bank, pending: dict[str, Any], start: Start
) -> None:
    payment = start(alice, pending["reference"])
    bank.pay(payment.pk)
    paid = ("receipt", 50000, ["ticket", "ticket"], 0)
    assert told() == [paid]
    answer = as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/")
    assert answer.status_code == 200, answer.json()
    assert told() == [paid]
    bank.refund_all()
    assert told() == [paid, ("credit_note", -50000, ["ticket", "ticket"], 0)]


def test_money_that_comes_too_late_is_on_account(
    as_: As, alice: User, bob: User, bank: Bank, pending: dict[str, Any], start: Start
) -> None:
    payment = start(alice, pending["reference"])
    as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/")
    bank.pay(payment.pk)
    bank.refund_all()
    assert told() == [
        ("receipt", 50000, ["on_account"], 0),
        ("credit_note", -50000, ["on_account"], 0),
    ]
    assert Booking.objects.get().status == "cancelled"


def test_a_wrong_amount_gets_no_receipt(
    alice: User, bank: Bank, pending: dict[str, Any], start: Start
) -> None:
    bank.pay(start(alice, pending["reference"]).pk, amount=1)
    bank.refund_all()
    assert told() == []


def test_the_fee_and_the_tax_are_those_of_the_quote(
    as_: As, alice: User, bank: Bank, show: Any, start: Start
) -> None:
    Theater.objects.update(booking_fee=1, tax_rate=7)
    answer = as_(alice).post("/api/v1/bookings/", {"show": show.pk, "seats": ["B1"]}).json()
    bank.pay(start(alice, answer["reference"]).pk)
    ((_, amount, items, tax),) = told()
    assert f"{amount / 100:.2f}" == answer["total"]
    assert items == ["ticket", "booking_fee"]
    assert f"{tax / 100:.2f}" == answer["tickets"][0]["tax"]
