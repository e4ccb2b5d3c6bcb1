"""What follows from money that has come: mails, receipts, refunds that are sent, and nothing for
others."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from structlog.testing import capture_logs

from bookings.models import Booking, Exchange, Ticket
from core.postgres.clock import StatementTime
from payments.arriving import Arrival, take_money
from payments.models import LedgerEntry, Payment, Receipt, Refund
from payments.tests.conftest import Bank, Start
from payments.tests.test_facts_of_refunds import rows_but_alices, theirs
from pricing.models import Voucher
from shows.models import HoldChain, Seat, Show
from tests.api import As, book
from tests.clock import let_pass
from tests.locks import locked
from theaters.models import Theater
from users.models import User
from users.tests.conftest import run_jobs

__all__ = ["theirs"]
QUARTER = timedelta(minutes=15, seconds=1)


@pytest.fixture
def payment(
    theirs: list[Any], alice: User, pending: dict[str, Any], start: Start
) -> Iterator[Payment]:
    """Of Alice, who has not paid yet. Nothing of Bob's may change."""
    yield start(alice, pending["reference"])
    assert rows_but_alices() == theirs


def arrival(payment: Payment, **other: Any) -> Arrival:
    told = {"payment_id": payment.pk, "amount": payment.amount, "currency": payment.currency}
    return Arrival(**{**told, **other})


def again(payment: Payment) -> Payment:
    """Another attempt to pay for the same booking."""
    fields = {"booking": payment.booking, "account": payment.account, "provider": "demo"}
    return Payment.objects.create(
        **fields, attempt=2, amount=payment.amount, currency=payment.currency
    )


def test_the_customer_is_told_once_and_gets_a_receipt(
    alice: User, pending: dict[str, Any], start: Start
) -> None:
    payment = start(alice, pending["reference"])
    run_jobs()
    mail.outbox.clear()
    assert take_money(arrival(payment)) is True
    assert take_money(arrival(payment)) is False
    run_jobs()
    assert [message.to for message in mail.outbox] == [[alice.email]]
    assert Receipt.objects.get(payment=payment).amount == payment.amount


def test_the_chain_of_holds_ends_for_this_show_alone(
    payment: Payment, alice: User, show: Show
) -> None:
    other = Show.objects.exclude(pk=show.pk).first() or _later(show)
    now = StatementTime()
    HoldChain.objects.create(user=alice, show=other, began_at=now, quiet_from=now, seats=1)
    take_money(arrival(payment))
    assert list(HoldChain.objects.filter(user=alice).values_list("show", flat=True)) == [other.pk]


def _later(show: Show) -> Show:
    later = Show.objects.get(pk=show.pk)
    later.pk = None
    for name in ("starts_at", "ends_at", "free_at"):
        setattr(later, name, getattr(later, name) + timedelta(days=1))
    later.save(force_insert=True)
    return later


def test_a_booking_that_is_due_is_paid(
    as_: As, alice: User, bob: User, show: Show, bank: Bank
) -> None:
    Theater.objects.update(pays="both")
    reference = book(as_(alice), show, "A5", pay="counter").json()["reference"]
    booking = Booking.objects.get(reference=reference)
    paying = Payment.objects.create(
        booking=booking, account=bank.account, provider="demo", amount=25000, currency="EUR"
    )
    anothers = book(as_(bob), show, "B5", pay="counter").json()
    assert take_money(arrival(paying)) is True
    assert Booking.objects.get(reference=anothers["reference"]).paid_at is None
    booking.refresh_from_db()
    assert (booking.status, booking.paid_at is not None) == ("confirmed", True)
    assert not Refund.objects.exists()


def test_what_comes_twice_is_sent_back(payment: Payment, bank: Bank) -> None:
    bank.pay(payment.pk)
    paid_at = Booking.objects.get(payments=payment).paid_at
    take_money(arrival(again(payment)))
    assert Booking.objects.filter(payments=payment).get().paid_at == paid_at
    assert Refund.objects.filter(payment__booking=payment.booking).get().reason == "paid_twice"


def test_what_comes_after_a_paid_booking_was_cancelled_is_too_late(
    as_: As, alice: User, pending: dict[str, Any], payment: Payment, bank: Bank
) -> None:
    bank.pay(payment.pk)
    as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/")
    second = again(payment)
    take_money(arrival(second))
    assert Refund.objects.get(payment=second).reason == "too_late"


def test_what_is_on_its_way_back_is_not_given_back_again(
    as_: As, alice: User, pending: dict[str, Any], payment: Payment, bank: Bank
) -> None:
    bank.pay(payment.pk)
    second = again(payment)
    take_money(arrival(second))
    code = pending["tickets"][0]["code"]
    as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/", {"tickets": [code]})
    amounts = Refund.objects.filter(payment__booking=payment.booking)
    assert list(amounts.order_by("pk").values_list("payment", "amount")) == [
        (second.pk, payment.amount),
        (payment.pk, payment.amount // 2),
    ]


def test_jobs_send_what_goes_back(
    as_: As, alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    bank.pay(payment.pk)
    as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/")
    run_jobs()
    assert bank.gave_back() == payment.amount


def test_wrong_money_is_sent_back_and_the_customer_told(
    as_: As, alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    run_jobs()
    mail.outbox.clear()
    with capture_logs() as logged:
        bank.pay(payment.pk, amount=1)
    assert {"event": "payment held apart", "problem": "wrong_amount"}.items() <= next(
        line.items() for line in logged if line["event"] == "payment held apart"
    )
    assert Refund.objects.get().reason == "wrong"
    run_jobs()
    assert bank.gave_back() == 1
    assert [message.to for message in mail.outbox] == [[alice.email]]
    assert not Receipt.objects.exists()


def test_wrong_money_is_held_apart_once(payment: Payment) -> None:
    assert take_money(arrival(payment, amount=1)) is True
    assert take_money(arrival(payment, amount=1)) is False
    assert Refund.objects.get(payment=payment).amount == 1


def test_late_money_is_given_back_if_a_seat_is_no_more(payment: Payment, show: Show) -> None:
    let_pass(QUARTER)
    Seat.objects.filter(show=show, label="A1").delete()
    take_money(arrival(payment))
    assert Booking.objects.get(payments=payment).status == "pending"
    assert Refund.objects.get(payment=payment).amount == payment.amount
    assert Seat.objects.get(show=show, label="A2").status != "booked"
    let_pass(-QUARTER)


@pytest.fixture
def voucher(show: Show) -> Voucher:
    return Voucher.objects.create(
        theater=show.screen.theater, code="TEN", kind="amount", value=10, uses_per_customer=1
    )


def test_its_own_use_of_a_voucher_does_not_stand_in_its_way(
    as_: As, alice: User, show: Show, voucher: Voucher, start: Start, bank: Bank
) -> None:
    reference = book(as_(alice), show, "A1", voucher="TEN", total="240.00").json()["reference"]
    paying = start(alice, reference)
    let_pass(QUARTER)
    bank.pay(paying.pk)
    assert Booking.objects.get(reference=reference).status == "confirmed"


def test_a_voucher_that_another_has_used_up_is_gone(
    as_: As, alice: User, bob: User, show: Show, voucher: Voucher, start: Start, bank: Bank
) -> None:
    Voucher.objects.update(uses_per_customer=None, uses_at_most=1)
    reference = book(as_(alice), show, "A1", voucher="TEN", total="240.00").json()["reference"]
    paying = start(alice, reference)
    let_pass(QUARTER)
    theirs = book(as_(bob), show, "B1", voucher="TEN", total="240.00").json()["reference"]
    bank.pay(start(bob, theirs).pk)
    bank.pay(paying.pk)
    assert Booking.objects.get(reference=reference).status != "confirmed"
    assert Refund.objects.get().reason == "too_late"
    mail.outbox.clear()
    run_jobs()
    (told,) = [message for message in mail.outbox if message.to == [alice.email]]
    assert "on its way back" in told.subject


def test_an_exchange_of_others_does_not_stand_in_its_way(payment: Payment, bob: User) -> None:
    old, new = Ticket.objects.filter(booking__user=bob)[:2]
    fields = {"difference": 1, "pay_until": StatementTime()}
    Exchange.objects.create(booking=old.booking, old=old, new=new, **fields)
    assert take_money(arrival(payment)) is True
    assert Booking.objects.get(payments=payment).status == "confirmed"


def test_each_entry_moves_money_between_the_right_accounts(
    as_: As, alice: User, show: Show, start: Start, bank: Bank
) -> None:
    Theater.objects.update(booking_fee="1.50", fee_refundable=True)
    made = book(as_(alice), show, "A1").json()
    bank.pay(start(alice, made["reference"]).pk)
    as_(alice).post(f"/api/v1/bookings/{made['reference']}/cancel/")
    entries = LedgerEntry.objects.order_by("pk").values_list("kind", "debit", "credit", "amount")
    assert sorted(entries) == [
        ("capture", "provider", "customer", 25150),
        ("fee", "customer", "fees", 150),
        ("sale", "customer", "sales", 25000),
        ("void", "sales", "customer", 25000),
        ("voidfee", "fees", "customer", 150),
    ]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_payments_of_others(payment: Payment, bob: User) -> None:
    anothers = Payment.objects.get(booking__user=bob)
    with locked("SELECT FROM payments_payment WHERE id = %(id)s FOR UPDATE", id=anothers.pk):
        assert take_money(arrival(payment)) is True
