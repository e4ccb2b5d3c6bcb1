"""Exchanging a ticket that is paid: what is the same or cheaper at once, what is dearer when the
difference has come."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from bookings.models import Booking, Exchange, Ticket
from core.postgres.clock import StatementTime
from payments.models import LedgerEntry, Payment, Receipt, Refund
from payments.tests.conftest import Bank, Start
from payments.tests.exchanged import costs, exchange, status_of, ticket_of, valid
from pricing.models import TicketType, Voucher
from shows.models import Seat, Show
from tests.api import As, book
from tests.clock import let_pass
from tests.invariants import violations
from tests.queries import queries_at_most
from theaters.models import Theater
from users.models import User
from users.tests.conftest import run_jobs

QUARTER = timedelta(minutes=15, seconds=1)


@pytest.fixture(autouse=True)
def _invariants_hold_afterwards(db: None) -> Iterator[None]:
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


def test_exchanges_that_follow_each_other_share_a_deadline(
    as_: As, show: Show, alice: User, bob: User, ticket: Ticket
) -> None:
    costs(show, "B1", "300.00")
    costs(show, "C1", "400.00")
    exchange(as_(alice), ticket, "B1")
    first = Exchange.objects.get().created_at
    let_pass(timedelta(minutes=10))
    assert exchange(as_(alice), ticket, "C1").status_code == 201
    kept = Exchange.objects.latest("pk").pay_until + timedelta(minutes=10)
    assert kept == first + timedelta(minutes=16)
    let_pass(timedelta(minutes=6))
    refused = exchange(as_(alice), ticket, "B1")
    assert (refused.status_code, refused.json()["code"]) == (409, "hold_exhausted")
    retry_at = datetime.fromisoformat(refused.json()["retry_at"]) + timedelta(minutes=16)
    assert retry_at == first + timedelta(minutes=32)
    assert book(as_(bob), show, "C1").status_code == 201


def test_after_a_pause_there_is_a_new_deadline(
    as_: As, show: Show, alice: User, ticket: Ticket
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    let_pass(timedelta(minutes=30))
    assert exchange(as_(alice), ticket, "B1").json()["code"] == "hold_exhausted"
    let_pass(timedelta(minutes=1))
    assert exchange(as_(alice), ticket, "B1").status_code == 201
    last = Exchange.objects.latest("pk")
    assert last.pay_until - last.created_at > timedelta(minutes=14)
    let_pass(timedelta(minutes=10))
    assert exchange(as_(alice), ticket, "B1").status_code == 201
    let_pass(timedelta(minutes=6))
    assert exchange(as_(alice), ticket, "B1").json()["code"] == "hold_exhausted"


def test_a_refusal_gives_up_nothing(as_: As, show: Show, alice: User, ticket: Ticket) -> None:
    Theater.objects.update(pay_within_minutes=60)
    costs(show, "B1", "300.00")
    costs(show, "C1", "400.00")
    exchange(as_(alice), ticket, "B1")
    kept = Exchange.objects.get()
    assert abs(kept.pay_until - kept.created_at - timedelta(minutes=16)) < timedelta(seconds=5)
    Exchange.objects.update(created_at=kept.created_at - timedelta(minutes=16))
    assert exchange(as_(alice), ticket, "C1").json()["code"] == "hold_exhausted"
    assert (status_of(show, "B1"), status_of(show, "C1")) == ("kept", "available")
    assert exchange(as_(alice), ticket, "D1").status_code == 200


def test_who_sells_for_the_theater_may_keep_seats_for_longer(
    as_: As, show: Show, olga: User, ticket: Ticket
) -> None:
    costs(show, "B1", "300.00")
    for _ in range(3):
        assert exchange(as_(olga), ticket, "B1").status_code == 201
        let_pass(timedelta(minutes=10))


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


def test_a_used_ticket_is_not_exchanged(as_: As, alice: User, ticket: Ticket) -> None:
    Ticket.objects.update(used_at=StatementTime())
    assert exchange(as_(alice), ticket, "B1").json()["code"] == "already_used"


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


def test_a_ticket_goes_to_another_show(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, ticket: Ticket
) -> None:
    other = make_show()
    answer = exchange(as_(alice), ticket, "A1", show=other.pk)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["show"]["id"] == other.pk
    assert (status_of(show, "A1"), status_of(other, "A1")) == ("available", "booked")


def test_the_entry_in_the_calendar_follows(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, ticket: Ticket
) -> None:
    Show.objects.filter(pk=show.pk).update(moves=3)
    path = f"/api/v1/bookings/{ticket.booking.reference}/calendar.ics"
    before = as_(alice).get(path).content.decode()
    exchange(as_(alice), ticket, "B2", show=make_show().pk)
    after = as_(alice).get(path).content.decode()
    uid, sequence = (
        [next(line for line in text.splitlines() if line.startswith(name)) for text in both]
        for both in [(before, after)]
        for name in ("UID", "SEQUENCE")
    )
    assert uid[0] == uid[1]
    assert [int(line.split(":")[1]) for line in sequence] == [3, 1000]


def test_a_dearer_show_is_paid_first(
    as_: As,
    show: Show,
    make_show: Callable[..., Show],
    alice: User,
    ticket: Ticket,
    start: Start,
    bank: Bank,
) -> None:
    other = make_show(price="260.00")
    assert exchange(as_(alice), ticket, "A1", show=other.pk).status_code == 201
    bank.pay(start(alice, ticket.booking.reference).pk)
    ticket.booking.refresh_from_db()
    assert ticket.booking.show == other
    assert (status_of(show, "A1"), status_of(other, "A1")) == ("available", "booked")


def test_the_difference_comes_back_if_that_show_is_cancelled_meanwhile(
    as_: As,
    make_show: Callable[..., Show],
    alice: User,
    olga: User,
    ticket: Ticket,
    start: Start,
    bank: Bank,
) -> None:
    other = make_show(price="260.00")
    exchange(as_(alice), ticket, "A1", show=other.pk)
    payment = start(alice, ticket.booking.reference)
    path = f"/api/v1/shows/{other.pk}/cancel/"
    assert as_(olga).post(path, {"reason": "Flood"}).status_code == 200
    bank.pay(payment.pk)
    assert Refund.objects.get().amount == 1000
    assert valid(ticket.booking) == ["A1"]


def test_all_comes_back_if_its_own_show_is_cancelled_meanwhile(
    as_: As,
    show: Show,
    make_show: Callable[..., Show],
    alice: User,
    olga: User,
    ticket: Ticket,
    start: Start,
    bank: Bank,
) -> None:
    other = make_show(price="260.00")
    exchange(as_(alice), ticket, "A1", show=other.pk)
    payment = start(alice, ticket.booking.reference)
    path = f"/api/v1/shows/{show.pk}/cancel/"
    assert as_(olga).get(path).json()["tickets"] == 1
    assert as_(olga).post(path, {"reason": "Flood"}).status_code == 200
    assert status_of(other, "A1") == "available"
    bank.pay(payment.pk)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [1000, 25000]


def test_one_of_several_tickets_stays_with_its_show(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, start: Start, bank: Bank
) -> None:
    made = book(as_(alice), show, "A1", "A2").json()
    bank.pay(start(alice, made["reference"]).pk)
    ticket = ticket_of(Booking.objects.get(reference=made["reference"]))
    refused = exchange(as_(alice), ticket, "A1", show=make_show().pk)
    assert (refused.status_code, refused.json()["code"]) == (409, "other_tickets")
    assert exchange(as_(alice), ticket, "A1", show=show.pk).json()["code"] == "seats_unavailable"
    assert exchange(as_(alice), ticket, "A3", show=show.pk).status_code == 200
    assert valid(ticket.booking) == ["A2", "A3"]


def test_another_theater_is_as_good_as_none(
    as_: As, make_show: Callable[..., Show], alice: User, otto: User, ticket: Ticket
) -> None:
    theirs = Theater.objects.create(name="Other", city="Graz", owner=otto)
    other = make_show(screen=theirs.screens.create(name="1"))
    for show in (other.pk, 999_999_999):
        refused = exchange(as_(alice), ticket, "A1", show=show)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["code"] == "does_not_exist"


def test_a_show_that_is_not_sold_any_more_is_refused(
    as_: As, make_show: Callable[..., Show], alice: User, ticket: Ticket
) -> None:
    cancelled = make_show(status="cancelled", cancelled_at=ticket.booking.created_at)
    refused = exchange(as_(alice), ticket, "A1", show=cancelled.pk)
    assert (refused.status_code, refused.json()["code"]) == (409, "show_not_on_sale")


def test_another_show_gives_back_no_more_than_the_policy_did(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, olga: User, ticket: Ticket
) -> None:
    steps = [{"until_minutes": 1440, "share": 100}, {"until_minutes": 60, "share": 99}]
    Theater.objects.update(refund_policy=steps)
    other = make_show()
    let_pass(show.starts_at - show_now(show) - timedelta(hours=24, minutes=-1))
    refused = exchange(as_(alice), ticket, "B1", show=other.pk)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_late")
    assert exchange(as_(alice), ticket, "B1", show=show.pk).status_code == 200
    ticket = ticket_of(ticket.booking, "B1")
    assert exchange(as_(olga), ticket, "B1", show=other.pk).status_code == 200


def test_another_show_is_possible_while_the_policy_gives_all_back(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, ticket: Ticket
) -> None:
    steps = [{"until_minutes": 1440, "share": 100}, {"until_minutes": 60, "share": 10}]
    Theater.objects.update(refund_policy=steps)
    other = make_show()
    let_pass(show.starts_at - show_now(show) - timedelta(hours=24, minutes=1))
    assert exchange(as_(alice), ticket, "B1", show=other.pk).status_code == 200


@pytest.mark.parametrize("price", ["250.00", "260.00"])
def test_free_cancellation_stays_with_the_show_that_was_moved(
    as_: As,
    make_show: Callable[..., Show],
    alice: User,
    ticket: Ticket,
    start: Start,
    bank: Bank,
    price: str,
) -> None:
    Theater.objects.update(refund_policy=[{"until_minutes": 60, "share": 10}])
    Booking.objects.update(free_cancellation=True)
    assert exchange(as_(alice), ticket, "B1").status_code == 200
    assert Booking.objects.get().free_cancellation
    ticket, other = ticket_of(ticket.booking, "B1"), make_show(price=price)
    if exchange(as_(alice), ticket, "A1", show=other.pk).status_code == 201:
        assert Booking.objects.get().free_cancellation
        bank.pay(start(alice, ticket.booking.reference).pk)
    assert Booking.objects.get().show == other
    assert not Booking.objects.get().free_cancellation
    refund = as_(alice).get(f"/api/v1/bookings/{ticket.booking.reference}/refund/").json()
    assert refund["share"] == 10


def test_of_another_show_a_customer_has_no_more_than_is_allowed(
    as_: As,
    make_show: Callable[..., Show],
    alice: User,
    olga: User,
    ticket: Ticket,
    settings: Any,
) -> None:
    other = make_show()
    assert book(as_(alice), other, "B1", "B2").status_code == 201
    settings.TICKETS_OF_A_SHOW_AT_MOST = 2
    refused = exchange(as_(alice), ticket, "A1", show=other.pk)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_tickets")
    assert (refused.json()["limit"], refused.json()["left"]) == (2, 0)
    settings.TICKETS_OF_A_SHOW_AT_MOST = 3
    assert exchange(as_(alice), ticket, "A1", show=other.pk).status_code == 200
    settings.TICKETS_OF_A_SHOW_AT_MOST = 0
    ticket = ticket_of(ticket.booking, "A1", status="valid")
    assert exchange(as_(alice), ticket, "A2").status_code == 200
    ticket = ticket_of(ticket.booking, "A2")
    assert exchange(as_(olga), ticket, "A1", show=make_show().pk).status_code == 200


def test_seats_that_wait_for_a_difference_count(
    as_: As,
    make_show: Callable[..., Show],
    alice: User,
    ticket: Ticket,
    start: Start,
    bank: Bank,
    settings: Any,
) -> None:
    settings.TICKETS_OF_A_SHOW_AT_MOST = 1
    made = book(as_(alice), make_show(), "A1").json()
    bank.pay(start(alice, made["reference"]).pk)
    second = ticket_of(Booking.objects.get(reference=made["reference"]))
    other = make_show(price="260.00")
    assert exchange(as_(alice), ticket, "A1", show=other.pk).status_code == 201
    assert exchange(as_(alice), ticket, "A2", show=other.pk).status_code == 201
    refused = exchange(as_(alice), second, "B1", show=other.pk)
    assert refused.json()["code"] == "too_many_tickets"
    let_pass(QUARTER)
    assert exchange(as_(alice), second, "B1", show=other.pk).status_code == 201


@pytest.mark.parametrize("price", ["250.00", "300.00"])
def test_no_single_seat_is_left_where_the_theater_insists(
    as_: As, show: Show, alice: User, olga: User, ticket: Ticket, price: str
) -> None:
    costs(show, "B2", price)
    Theater.objects.update(no_single_seats=True)
    refused = exchange(as_(alice), ticket, "B2")
    assert (refused.status_code, refused.json()["code"]) == (409, "single_seat_left")
    assert refused.json()["singles"] == ["B1"]
    assert (status_of(show, "A1"), status_of(show, "B2")) == ("booked", "available")
    assert exchange(as_(alice), ticket, refused.json()["instead"][0]).status_code == 200
    ticket = Ticket.objects.select_related("booking").get(status="valid")
    assert exchange(as_(olga), ticket, "C2").status_code == 200


# Terms


@pytest.mark.parametrize("minutes", [59, -1])
def test_it_is_too_late_when_cancelling_would_be(
    as_: As, show: Show, alice: User, olga: User, ticket: Ticket, minutes: int
) -> None:
    let_pass(show.starts_at - show_now(show) - timedelta(minutes=minutes))
    assert exchange(as_(alice), ticket, "B1").json()["code"] == "too_late"
    status = 200 if minutes > 0 else 409
    assert exchange(as_(olga), ticket, "B1").status_code == status


def show_now(show: Show) -> Any:
    return Show.objects.annotate(now=StatementTime()).values_list("now", flat=True).get(pk=show.pk)


def test_who_sells_for_the_theater_may_exchange_for_a_customer(
    as_: As, show: Show, olga: User, otto: User, bob: User, ticket: Ticket
) -> None:
    assert exchange(as_(otto), ticket, "B1").status_code == 404
    assert exchange(as_(bob), ticket, "B1").status_code == 404
    costs(show, "B1", "300.00")
    assert exchange(as_(olga), ticket, "B1").status_code == 201
    path = f"/api/v1/bookings/{ticket.booking.reference}/payments/counter/"
    assert as_(olga).post(path, {"amount": "50.00", "method": "cash"}).status_code == 201
    assert valid(ticket.booking) == ["B1"]
    assert Payment.objects.filter(method="cash").get().amount == 5000


def test_where_nothing_is_paid_online_a_dearer_one_is_for_the_counter(
    as_: As, show: Show, alice: User, olga: User, ticket: Ticket
) -> None:
    Theater.objects.update(pays="counter")
    costs(show, "B1", "300.00")
    assert exchange(as_(alice), ticket, "B1").json()["errors"][0]["code"] == "payment_not_offered"
    assert exchange(as_(olga), ticket, "B1").status_code == 201


def test_a_pending_booking_is_paid_first(as_: As, alice: User, pending: dict[str, Any]) -> None:
    ticket = ticket_of(Booking.objects.get(reference=pending["reference"]))
    assert exchange(as_(alice), ticket, "B1").json()["code"] == "booking_pending"


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


def test_another_price_than_expected_changes_nothing(
    as_: As, show: Show, alice: User, ticket: Ticket
) -> None:
    refused = exchange(as_(alice), ticket, "B1", total="249.00").json()
    assert (refused["code"], refused["total"]) == ("price_changed", "250.00")
    assert status_of(show, "B1") == "available"


@pytest.mark.parametrize(
    ("seat", "code"), [("A2", "seats_unavailable"), ("A1", "seats_unavailable")]
)
def test_a_seat_that_is_not_free_is_refused(
    as_: As, show: Show, alice: User, bob: User, ticket: Ticket, seat: str, code: str
) -> None:
    book(as_(bob), show, "A2")
    refused = exchange(as_(alice), ticket, seat)
    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert refused.json()["seats"] == [seat]


def test_a_seat_that_does_not_exist_and_a_ticket_that_does_not_are_named(
    as_: As, alice: User, ticket: Ticket
) -> None:
    error = exchange(as_(alice), ticket, "Z9").json()["errors"][0]
    assert (error["field"], error["code"]) == ("seat", "unknown_seats")
    ticket.code = "0" * 32
    error = exchange(as_(alice), ticket, "B1").json()["errors"][0]
    assert (error["field"], error["code"]) == ("ticket", "unknown_tickets")


def test_a_void_ticket_and_a_cancelled_booking_are_refused(
    as_: As, alice: User, ticket: Ticket
) -> None:
    exchange(as_(alice), ticket, "B1")
    assert exchange(as_(alice), ticket, "C1").json()["errors"][0]["code"] == "unknown_tickets"
    as_(alice).post(f"/api/v1/bookings/{ticket.booking.reference}/cancel/")
    assert exchange(as_(alice), ticket, "C1").json()["code"] == "already_cancelled"


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
