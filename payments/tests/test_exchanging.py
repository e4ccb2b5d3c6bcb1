"""Exchanging a ticket that is paid: what is the same or cheaper at once, what is dearer when the
difference has come."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.core import mail

from bookings.models import Booking, Exchange, Ticket
from core.postgres.clock import StatementTime
from payments.models import LedgerEntry, Receipt, Refund
from payments.tests.conftest import Bank, Start
from payments.tests.exchanged import (
    costs,
    exchange,
    invariants_hold,
    status_of,
    ticket,
    ticket_of,
    valid,
)
from pricing.models import TicketType, Voucher
from shows.models import Seat, Show
from tests.api import As, book
from tests.clock import let_pass
from tests.queries import queries_at_most
from theaters.models import Theater
from users.models import User
from users.tests.conftest import run_jobs

__all__ = ["invariants_hold", "ticket"]
QUARTER = timedelta(minutes=15, seconds=1)


def test_for_the_same_price_it_is_done_at_once(
    as_: As, show: Show, alice: User, ticket: Ticket
) -> None:
    answer = exchange(as_(alice), ticket, "B1", total="250.00")
    assert answer.status_code == 200, answer.json()
    old, new = answer.json()["tickets"]
    assert (old["status"], new["status"], new["seat"]) == ("void", "valid", "B1")
    assert old["code"] != new["code"]
    assert answer.json()["exchange"] is None
    made = Ticket.objects.get(code=new["code"])
    assert (made.replaces_id, made.issue) == (ticket.pk, 1)
    assert (status_of(show, "A1"), status_of(show, "B1")) == ("available", "booked")
    assert not Refund.objects.exists()


def test_the_mail_has_the_new_code_and_not_the_old_one(
    as_: As, alice: User, ticket: Ticket
) -> None:
    new = exchange(as_(alice), ticket, "B1").json()["tickets"][1]
    run_jobs()
    news = mail.outbox[-1]
    assert news.subject.startswith("Exchanged: Metropolis")
    assert new["code"] in news.body
    assert ticket.code not in news.body


def test_of_a_cheaper_one_the_difference_comes_back(
    as_: As, show: Show, alice: User, ticket: Ticket, bank: Bank
) -> None:
    costs(show, "B1", "200.00")
    answer = exchange(as_(alice), ticket, "B1")
    assert (answer.status_code, answer.json()["total"]) == (200, "200.00")
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (5000, "exchanged")
    bank.refund_all()
    assert bank.gave_back() == 5000
    assert Receipt.objects.get(kind="credit_note").amount == -5000
    run_jobs()
    assert any("50.00 EUR goes back" in message.body for message in mail.outbox)


def test_of_the_difference_comes_back_what_the_policy_says(
    as_: As, show: Show, alice: User, ticket: Ticket
) -> None:
    Theater.objects.update(refund_policy=[{"until_minutes": 60, "share": 50}])
    costs(show, "B1", "200.01")
    exchange(as_(alice), ticket, "B1")
    assert Refund.objects.get().amount == 2500  # 24.995 is rounded up
    ticket.refresh_from_db()
    assert ticket.kept == Decimal("24.99")


def test_a_dearer_one_waits_for_the_difference(
    as_: As, show: Show, alice: User, bob: User, ticket: Ticket
) -> None:
    costs(show, "B1", "300.00")
    answer = exchange(as_(alice), ticket, "B1")
    assert answer.status_code == 201, answer.json()
    waits = answer.json()["exchange"]
    assert waits | {"pay_until": ""} == {
        "ticket": ticket.code,
        "seat": "B1",
        "show": show.pk,
        "due": "50.00",
        "pay_until": "",
    }
    assert waits["pay_until"] > answer.json()["created_at"]
    assert valid(ticket.booking) == ["A1"]
    assert (status_of(show, "A1"), status_of(show, "B1")) == ("booked", "kept")
    assert book(as_(bob), show, "B1").json()["code"] == "seats_unavailable"
    run_jobs()
    assert mail.outbox == []


def test_its_money_makes_the_exchange(
    as_: As, show: Show, alice: User, ticket: Ticket, start: Start, bank: Bank
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    payment = start(alice, ticket.booking.reference)
    assert payment.amount == 5000
    assert payment.expires_at == Exchange.objects.get().pay_until
    bank.pay(payment.pk)
    booking = as_(alice).get(f"/api/v1/bookings/{ticket.booking.reference}/").json()
    assert (booking["exchange"], booking["total"]) == (None, "300.00")
    assert valid(ticket.booking) == ["B1"]
    assert (status_of(show, "A1"), status_of(show, "B1")) == ("available", "booked")
    assert Exchange.objects.get().status == "done"
    assert not Refund.objects.exists()
    assert sum(Receipt.objects.values_list("amount", flat=True)) == 30000
    run_jobs()
    assert "B1" in mail.outbox[-1].body


def test_the_money_told_again_changes_nothing(
    as_: As, show: Show, alice: User, ticket: Ticket, start: Start, bank: Bank
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    payment = start(alice, ticket.booking.reference)
    bank.pay(payment.pk)
    before = LedgerEntry.objects.count()
    bank.look(payment.pk)
    assert LedgerEntry.objects.count() == before


def test_money_of_another_amount_is_given_back_and_exchanges_nothing(
    as_: As, show: Show, alice: User, ticket: Ticket, start: Start, bank: Bank
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    bank.pay(start(alice, ticket.booking.reference).pk, amount=4999)
    assert (Refund.objects.get().amount, Refund.objects.get().reason) == (4999, "wrong")
    assert valid(ticket.booking) == ["A1"]


def test_a_lapsed_one_is_just_free(
    as_: As, show: Show, alice: User, bob: User, ticket: Ticket, start: Start, bank: Bank
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    payment = start(alice, ticket.booking.reference)
    let_pass(QUARTER)
    path = f"/api/v1/bookings/{ticket.booking.reference}/"
    assert as_(alice).get(path).json()["exchange"] is None
    refused = as_(alice).post(f"{path}payments/", {"provider": "demo"}).json()
    assert (refused["code"], refused["state"]) == ("not_payable", "paid")
    theirs = book(as_(bob), show, "B1").json()
    bank.pay(start(bob, theirs["reference"]).pk)
    bank.pay(payment.pk)
    assert (Refund.objects.get().amount, Refund.objects.get().reason) == (5000, "too_late")
    assert valid(ticket.booking) == ["A1"]


def test_late_money_makes_it_if_the_seat_is_free(
    as_: As, show: Show, alice: User, ticket: Ticket, start: Start, bank: Bank
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    payment = start(alice, ticket.booking.reference)
    let_pass(QUARTER)
    bank.pay(payment.pk)
    assert valid(ticket.booking) == ["B1"]


def test_a_lapsed_one_whose_seat_was_sold_is_cancelled_for_what_was_paid(
    as_: As, show: Show, alice: User, bob: User, ticket: Ticket, start: Start, bank: Bank
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    let_pass(QUARTER)
    theirs = book(as_(bob), show, "B1").json()
    bank.pay(start(bob, theirs["reference"]).pk)
    client, path = as_(alice), f"/api/v1/bookings/{ticket.booking.reference}/"
    assert client.get(f"{path}refund/").json()["total"] == "250.00"
    assert client.post(f"{path}cancel/", {"refund": "250.00"}).status_code == 200
    assert Refund.objects.get().amount == 25000
    assert status_of(show, "B1") == "booked"


def test_another_one_takes_the_place_of_the_one_that_waits(
    as_: As, show: Show, alice: User, ticket: Ticket, start: Start, bank: Bank
) -> None:
    costs(show, "B1", "300.00")
    costs(show, "C1", "400.00")
    exchange(as_(alice), ticket, "B1")
    first = start(alice, ticket.booking.reference)
    assert exchange(as_(alice), ticket, "C1").json()["exchange"]["due"] == "150.00"
    assert status_of(show, "B1") == "available"
    bank.pay(first.pk)
    assert Refund.objects.get().amount == 5000
    bank.pay(start(alice, ticket.booking.reference).pk)
    assert valid(ticket.booking) == ["C1"]
    assert set(Exchange.objects.values_list("status", flat=True)) == {"given_up", "done"}


def test_cancelling_the_ticket_gives_the_exchange_up(
    as_: As, show: Show, alice: User, ticket: Ticket, start: Start, bank: Bank
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    payment = start(alice, ticket.booking.reference)
    path = f"/api/v1/bookings/{ticket.booking.reference}/cancel/"
    answer = as_(alice).post(path, {"tickets": [ticket.code]})
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert status_of(show, "B1") == "available"
    bank.pay(payment.pk)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [5000, 25000]


def test_who_has_gone_in_meanwhile_gets_the_difference_back(
    as_: As, show: Show, alice: User, ticket: Ticket, start: Start, bank: Bank
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    payment = start(alice, ticket.booking.reference)
    Ticket.objects.filter(pk=ticket.pk).update(used_at=StatementTime())
    path = f"/api/v1/bookings/{ticket.booking.reference}/"
    assert as_(alice).get(path).json()["exchange"] is None
    bank.pay(payment.pk)
    assert Refund.objects.get().amount == 5000
    assert valid(ticket.booking) == ["A1"]


# Another show


def test_what_is_due_at_the_counter_just_changes(
    as_: As, show: Show, alice: User, olga: User, theater: Theater
) -> None:
    costs(show, "B1", "300.00")
    made = book(as_(alice), show, "A1").json()
    ticket = ticket_of(Booking.objects.get(reference=made["reference"]))
    answer = exchange(as_(alice), ticket, "B1")
    assert answer.status_code == 200, answer.json()
    assert answer.json()["payment"] == {"state": "due", "due": "300.00"}
    path = f"/api/v1/bookings/{made['reference']}/payments/counter/"
    assert as_(olga).post(path, {"amount": "300.00", "method": "cash"}).status_code == 201


def test_money_for_less_than_it_costs_now_is_given_back(
    as_: As, show: Show, alice: User, start: Start, bank: Bank
) -> None:
    Theater.objects.update(pays="both")
    costs(show, "B1", "300.00")
    made = book(as_(alice), show, "A1", pay="counter").json()
    payment = start(alice, made["reference"])
    ticket = ticket_of(Booking.objects.get(reference=made["reference"]))
    exchange(as_(alice), ticket, "B1")
    bank.pay(payment.pk)
    assert Refund.objects.get().amount == 25000
    assert Booking.objects.get().paid_at is None
    bank.pay(start(alice, made["reference"]).pk)
    assert Booking.objects.get().paid_at is not None


def test_the_fee_is_not_charged_twice(
    as_: As, show: Show, alice: User, start: Start, bank: Bank
) -> None:
    Theater.objects.update(booking_fee="1.50")
    made = book(as_(alice), show, "A1").json()
    bank.pay(start(alice, made["reference"]).pk)
    Theater.objects.update(booking_fee="2.00")
    ticket = ticket_of(Booking.objects.get(reference=made["reference"]))
    answer = exchange(as_(alice), ticket, "B1", total="251.50")
    assert (answer.status_code, answer.json()["total"]) == (200, "251.50")
    assert not Refund.objects.exists()


def test_the_ticket_keeps_its_type_and_its_voucher(
    as_: As, show: Show, alice: User, start: Start, bank: Bank
) -> None:
    theater = show.screen.theater
    TicketType.objects.create(theater=theater, name="Child", kind="share", value=50)
    Voucher.objects.create(theater=theater, code="TEN", kind="share", value=10)
    made = book(as_(alice), show, "A1", types={"A1": "Child"}, voucher="TEN").json()
    bank.pay(start(alice, made["reference"]).pk)
    costs(show, "B1", "200.00")
    ticket = ticket_of(Booking.objects.get(reference=made["reference"]))
    new = exchange(as_(alice), ticket, "B1").json()["tickets"][1]
    assert (new["type"], new["price"], new["discount"]) == ("Child", "100.00", "10.00")
    assert Refund.objects.get().amount == 2250
    TicketType.objects.update(categories=["premium"])
    ticket = ticket_of(ticket.booking, "B1")
    refused = exchange(as_(alice), ticket, "C1")
    assert refused.json()["errors"][0] | {"detail": ""} == {
        "field": "seat",
        "code": "type_not_allowed",
        "detail": "",
    }


def test_a_vouchers_amount_and_its_films_are_judged_again(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, start: Start, bank: Bank
) -> None:
    voucher = Voucher.objects.create(
        theater=show.screen.theater, code="FIVE", kind="amount", value=5
    )
    made = book(as_(alice), show, "A1", "A2", voucher="FIVE").json()
    bank.pay(start(alice, made["reference"]).pk)
    ticket = ticket_of(Booking.objects.get(reference=made["reference"]))
    new = exchange(as_(alice), ticket, "B1").json()["tickets"][2]
    assert new["discount"] == "2.50"
    voucher.movies.add(type(show.movie).objects.create(title="M", duration_minutes=90))
    due = exchange(as_(alice), ticket_of(ticket.booking, "B1"), "C1").json()["exchange"]["due"]
    assert due == "2.50"


def test_one_key_has_one_effect_and_one_answer(as_: As, alice: User, ticket: Ticket) -> None:
    first = exchange(as_(alice), ticket, "B1", key="k")
    again = exchange(as_(alice), ticket, "B1", key="k")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert Ticket.objects.filter(booking=ticket.booking).count() == 2
    assert exchange(as_(alice), ticket, "C1", key="k").status_code == 422


def test_it_takes_few_queries(as_: As, alice: User, ticket: Ticket) -> None:
    client = as_(alice)
    with queries_at_most(24):
        exchange(client, ticket, "B1")


def test_my_hold_can_be_what_i_exchange_for(
    as_: As, show: Show, alice: User, ticket: Ticket
) -> None:
    as_(alice).put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["B1"]})
    assert exchange(as_(alice), ticket, "B1").status_code == 200
    assert Seat.objects.get(show=show, label="B1").held_by is None
