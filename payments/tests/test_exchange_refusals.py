"""When a ticket is not exchanged, and for how long a dearer seat is kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.models import Booking, Exchange, Ticket
from core.postgres.clock import StatementTime
from payments.models import Payment
from payments.tests.conftest import Bank, Start
from payments.tests.exchanged import (
    costs,
    exchange,
    invariants_hold,
    show_now,
    status_of,
    ticket,
    ticket_of,
    valid,
)
from shows.models import Show
from tests.api import As, book
from tests.clock import let_pass
from theaters.models import Theater
from users.models import User

__all__ = ["invariants_hold", "ticket"]
QUARTER = timedelta(minutes=15, seconds=1)


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


def test_a_used_ticket_is_not_exchanged(as_: As, alice: User, ticket: Ticket) -> None:
    Ticket.objects.update(used_at=StatementTime())
    assert exchange(as_(alice), ticket, "B1").json()["code"] == "already_used"


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
