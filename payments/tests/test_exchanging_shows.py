"""Exchanging a ticket for a seat of another show, by the terms of its own."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bookings.models import Booking, Ticket
from payments.models import Refund
from payments.tests.conftest import Bank, Start
from payments.tests.exchanged import (
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
