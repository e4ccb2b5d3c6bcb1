"""What happens when money comes: in time, late, twice, wrong, or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from bookings.models import Booking
from payments import event_tasks
from payments.arriving import Arrival, take_money
from payments.models import LedgerEntry, Payment, ProviderAccount, ProviderEvent, Refund
from payments.tests.conftest import Bank, Start
from shows.models import Seat, Show
from tests.api import As, book, hold
from tests.clock import let_pass
from theaters.models import Theater
from users.models import User
from users.tests.conftest import run_jobs

QUARTER = timedelta(minutes=15, seconds=1)


def seat(show: Show, label: str) -> Seat:
    return Seat.objects.get(show=show, label=label)


def booking_of(as_: As, user: User, reference: str) -> Any:
    return as_(user).get(f"/api/v1/bookings/{reference}/").json()


def test_a_booking_to_be_paid_online_is_pending_and_keeps_its_seats(
    as_: As, show: Show, alice: User, bob: User, pending: dict[str, Any]
) -> None:
    assert pending["status"] == "pending"
    assert pending["payment"] == {"state": "due", "due": pending["total"]}
    assert pending["pay_until"]
    assert {ticket["status"] for ticket in pending["tickets"]} == {"pending"}
    assert seat(show, "A1").status == "kept"
    assert book(as_(bob), show, "A1").json()["code"] == "seats_unavailable"


def providers_quoted(as_: As, user: User, show: Show) -> Any:
    client = as_(user)
    assert hold(client, show, "C1").status_code == 200
    return client.post(f"/api/v1/shows/{show.pk}/hold/quote/", {}).json()["providers"]


def test_a_quote_names_the_providers_the_one_connected_last_first(
    as_: As, show: Show, bob: User, account: ProviderAccount
) -> None:
    assert providers_quoted(as_, bob, show) == [{"provider": "demo", "is_test": True}]
    others = {"theater": account.theater, "is_test": False}
    ProviderAccount.objects.create(provider="stripe", key="one", **others)
    ProviderAccount.objects.create(provider="stripe", key="two", is_active=False, **others)
    ProviderAccount.objects.create(provider="a bank of before", key="three", **others)
    assert providers_quoted(as_, bob, show) == [
        {"provider": "stripe", "is_test": False},
        {"provider": "demo", "is_test": True},
    ]


def test_a_quote_names_no_provider_where_all_is_paid_at_the_counter(
    as_: As, show: Show, bob: User, account: ProviderAccount
) -> None:
    Theater.objects.filter(pk=account.theater_id).update(pays="counter")
    assert providers_quoted(as_, bob, show) == []


def test_money_confirms_it(
    as_: As, show: Show, alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    bank.pay(payment.pk)
    paid = booking_of(as_, alice, pending["reference"])
    assert (paid["status"], paid["payment"]["state"]) == ("confirmed", "paid")
    assert {ticket["status"] for ticket in paid["tickets"]} == {"valid"}
    assert seat(show, "A1").status == "booked"
    assert not Refund.objects.exists()
    assert set(LedgerEntry.objects.values_list("kind", flat=True)) == {"capture", "sale"}


def test_who_names_no_provider_pays_through_the_account_connected_last(
    as_: As, alice: User, pending: dict[str, Any], account: ProviderAccount
) -> None:
    address = f"/api/v1/bookings/{pending['reference']}/payments/"
    ProviderAccount.objects.create(
        theater=account.theater, provider="gone", key="b" * 32, settings={}
    )
    first = as_(alice).post(address, {})
    assert (first.status_code, first.json()["provider"]) == (201, "demo")
    again = as_(alice).post(address, {"provider": "demo"})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    ProviderAccount.objects.filter(pk=account.pk).update(is_active=False)
    assert as_(alice).post(address, {}).json()["code"] == "payment_not_offered"


def test_the_same_money_told_again_changes_nothing(
    alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    bank.pay(payment.pk)
    before = LedgerEntry.objects.count()
    bank.look(payment.pk)
    assert LedgerEntry.objects.count() == before
    assert not Refund.objects.exists()


def test_starting_again_gives_the_same_attempt(
    as_: As, alice: User, pending: dict[str, Any], start: Start
) -> None:
    first = start(alice, pending["reference"])
    assert start(alice, pending["reference"]) == first
    assert Payment.objects.count() == 1


def test_the_seats_are_free_at_the_deadline_with_no_job(
    as_: As, show: Show, alice: User, bob: User, pending: dict[str, Any]
) -> None:
    let_pass(QUARTER)
    assert booking_of(as_, alice, pending["reference"])["status"] == "expired"
    assert book(as_(bob), show, "A1", pay="online").status_code == 201


def test_late_money_confirms_it_while_the_seats_are_free(
    as_: As, alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    let_pass(QUARTER)
    bank.pay(payment.pk)
    assert booking_of(as_, alice, pending["reference"])["status"] == "confirmed"


def test_late_money_is_given_back_when_a_seat_is_sold(
    as_: As, show: Show, alice: User, bob: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    let_pass(QUARTER)
    theirs = book(as_(bob), show, "A1").json()
    bank.pay(start(bob, theirs["reference"]).pk)
    bank.pay(payment.pk)
    bank.refund_all()
    assert booking_of(as_, alice, pending["reference"])["status"] == "expired"
    assert bank.gave_back() == payment.amount
    assert Refund.objects.get().reason == "too_late"
    run_jobs()
    told = [message for message in mail.outbox if message.to == [alice.email]]
    assert any("on its way back" in message.subject for message in told)
    assert "500.00" in told[-1].body


@pytest.mark.parametrize(
    ("amount", "currency", "problem"), [(1, "", "wrong_amount"), (None, "JPY", "wrong_currency")]
)
def test_wrong_money_is_held_apart_and_given_back(
    as_: As,
    alice: User,
    pending: dict[str, Any],
    start: Start,
    bank: Bank,
    amount: int | None,
    currency: str,
    problem: str,
) -> None:
    payment = start(alice, pending["reference"])
    bank.pay(payment.pk, amount=amount, currency=currency)
    payment.refresh_from_db()
    assert payment.problem == problem
    assert booking_of(as_, alice, pending["reference"])["status"] == "pending"
    bank.refund_all()
    assert bank.gave_back() == payment.captured
    assert LedgerEntry.objects.filter(debit="suspense").get().amount == payment.captured


def test_of_two_payments_the_second_is_given_back(
    as_: As, alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    first = start(alice, pending["reference"])
    second = Payment.objects.create(
        booking=first.booking,
        account=first.account,
        provider="demo",
        attempt=2,
        amount=first.amount,
        currency=first.currency,
    )
    bank.pay(first.pk)
    take_money(Arrival(second.pk, second.amount, second.currency))
    assert Refund.objects.get().payment == second
    assert Refund.objects.get().reason == "paid_twice"


def test_a_paid_booking_gives_its_money_back_when_it_is_cancelled(
    as_: As, show: Show, alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    bank.pay(payment.pk)
    quote = as_(alice).get(f"/api/v1/bookings/{pending['reference']}/refund/").json()
    assert quote["total"] == pending["total"]
    answer = as_(alice).post(
        f"/api/v1/bookings/{pending['reference']}/cancel/", {"refund": quote["total"]}
    )
    assert answer.status_code == 200, answer.json()
    bank.refund_all()
    assert bank.gave_back() == payment.amount
    payment.refresh_from_db()
    assert (payment.refunding, payment.refunded) == (0, payment.amount)


def test_a_single_ticket_can_be_cancelled(
    as_: As, show: Show, alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    bank.pay(payment.pk)
    code = pending["tickets"][0]["code"]
    answer = as_(alice).post(
        f"/api/v1/bookings/{pending['reference']}/cancel/", {"tickets": [code]}
    )
    assert answer.json()["status"] == "confirmed"
    assert [ticket["status"] for ticket in answer.json()["tickets"]] == ["void", "valid"]
    assert seat(show, "A1").status == "available"
    assert Refund.objects.get().amount == payment.amount // 2


def test_a_cancelled_show_gives_everything_back(
    as_: As, show: Show, alice: User, olga: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    bank.pay(start(alice, pending["reference"]).pk)
    answer = as_(olga).post(f"/api/v1/shows/{show.pk}/cancel/", {"reason": "Flood"})
    assert answer.status_code == 200
    bank.refund_all()
    assert bank.gave_back() == Payment.objects.get().amount
    assert Booking.objects.get().status == "cancelled"


def test_the_bank_that_takes_the_money_twice_gives_the_second_back(
    as_: As, alice: User, pending: dict[str, Any], start: Start, bank: Bank, client: Client
) -> None:
    payment = start(alice, pending["reference"])
    client.post(f"/demo-bank/{payment.reference}/", {"act": "twice"})
    for event in ProviderEvent.objects.all():
        event_tasks.look_at_event(event.pk)
    bank.refund_all()
    assert booking_of(as_, alice, pending["reference"])["status"] == "confirmed"
    assert bank.gave_back() == payment.amount
    assert Refund.objects.get().reason == "paid_twice"


def test_a_declined_payment_can_be_tried_again(
    as_: As, alice: User, pending: dict[str, Any], start: Start, bank: Bank, client: Client
) -> None:
    payment = start(alice, pending["reference"])
    page = f"/demo-bank/{payment.reference}/"
    for act in ("decline", "pay"):
        client.post(page, {"act": act})
        for event in ProviderEvent.objects.filter(done_at=None):
            event_tasks.look_at_event(event.pk)
        status = {"decline": "pending", "pay": "confirmed"}[act]
        assert booking_of(as_, alice, pending["reference"])["status"] == status


@pytest.mark.parametrize(("size", "status"), [(200_000, 400), (263_000, 413)])
def test_an_event_has_at_most_256_kilobytes(
    anyone: APIClient, account: ProviderAccount, size: int, status: int
) -> None:
    path = f"/api/v1/payments/demo/{account.key}/webhook/"
    answer = anyone.generic("POST", path, "x" * size, "application/json")
    assert answer.status_code == status
