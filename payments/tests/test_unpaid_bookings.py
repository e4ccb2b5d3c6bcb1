"""How many bookings somebody may have without paying, and for how long."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from bookings.models import Booking
from payments.models import ProviderAccount
from payments.tests.conftest import Bank, Start
from shows.models import Seat, Show
from tests.api import As, book, hold
from tests.clock import let_pass
from tests.problems import problem
from theaters.models import Theater
from users.models import User

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _one_at_a_time(account: ProviderAccount, settings: Settings) -> None:
    settings.PENDING_BOOKINGS_AT_MOST = 1


def cancel(client: Any, reference: str) -> None:
    assert client.post(f"/api/v1/bookings/{reference}/cancel/").status_code == 200


def test_the_refusal_names_those_to_pay(
    as_: As, alice: User, bob: User, pending: dict[str, Any], show: Show
) -> None:
    refused = problem(book(as_(alice), show, "B1"), 409, "too_many_pending")
    assert refused["references"] == [pending["reference"]]
    assert book(as_(bob), show, "B1").status_code == 201


def test_what_is_paid_cancelled_or_lapsed_does_not_count(
    as_: As, alice: User, make_show: Callable[..., Show], start: Start, bank: Bank
) -> None:
    client = as_(alice)
    paid = book(client, make_show(), "A1").json()
    bank.pay(start(alice, paid["reference"]).pk)
    cancelled = book(client, make_show(), "A1").json()
    cancel(client, cancelled["reference"])
    assert book(client, make_show(), "A1").status_code == 201
    let_pass(15 * MINUTE + timedelta(seconds=1))
    assert book(client, make_show(), "A1").json()["status"] == "pending"


def test_seats_cannot_be_kept_by_booking_again_and_again(
    as_: As, alice: User, bob: User, show: Show, make_show: Callable[..., Show]
) -> None:
    client = as_(alice)
    for _ in range(2):
        made = book(client, show, "A1")
        assert made.status_code == 201, made.json()
        cancel(client, made.json()["reference"])
        let_pass(10 * MINUTE)
    refused = problem(book(client, show, "A2"), 409, "hold_exhausted")
    free_again = datetime.fromisoformat(refused["retry_at"]) - timezone.now()
    assert MINUTE < free_again <= 31 * MINUTE
    assert book(client, make_show(), "A2").status_code == 201
    assert book(as_(bob), show, "A2").status_code == 201


@pytest.mark.parametrize("price", ["0.50", "1.00"])
def test_a_small_amount_is_due_too(as_: As, alice: User, show: Show, price: str) -> None:
    User.objects.update(email_verified=False)
    Seat.objects.filter(show=show).update(price=price)
    made = book(as_(alice), show, "A1").json()
    assert (made["status"], made["payment"]) == ("pending", {"state": "due", "due": price})


def test_an_unverified_account_may_book_more_than_four_seats_to_pay_online(
    as_: As, alice: User, show: Show
) -> None:
    User.objects.update(email_verified=False)
    Seat.objects.filter(show=show).update(price="0.10")
    labels = [f"A{number}" for number in range(1, 6)]
    made = book(as_(alice), show, *labels)
    assert (made.status_code, made.json()["total"]) == (201, "0.50")


def test_what_costs_nothing_is_paid_at_once(as_: As, alice: User, show: Show) -> None:
    Seat.objects.filter(show=show).update(price=0)
    made = book(as_(alice), show, "A1").json()
    assert (made["status"], made["payment"]["state"]) == ("confirmed", "nothing")
    booking = Booking.objects.get()
    assert booking.paid_at == booking.created_at
    assert booking.pay_until is None


def test_tickets_that_were_not_paid_in_time_do_not_count_as_tickets_of_the_show(
    as_: As, alice: User, show: Show, settings: Settings
) -> None:
    settings.TICKETS_OF_A_SHOW_AT_MOST = 1
    client = as_(alice)
    assert book(client, show, "A1").status_code == 201
    refused = problem(book(client, show, "A2"), 409, "too_many_tickets")
    assert (refused["limit"], refused["left"]) == (1, 0)
    let_pass(15 * MINUTE + timedelta(seconds=1))
    assert book(client, show, "A2").status_code == 201


def test_late_money_takes_a_seat_whose_hold_has_lapsed(
    as_: As, alice: User, bob: User, show: Show, start: Start, bank: Bank
) -> None:
    made = book(as_(alice), show, "A1").json()
    payment = start(alice, made["reference"])
    let_pass(15 * MINUTE + timedelta(seconds=1))
    assert hold(as_(bob), show, "A1").status_code == 200
    let_pass(9 * MINUTE)
    bank.pay(payment.pk)
    seat = Seat.objects.get(show=show, label="A1")
    assert (seat.status, seat.held_by, seat.held_since) == ("booked", None, None)
    assert Booking.objects.get().status == "confirmed"


@pytest.mark.parametrize(("pays", "refused"), [("online", "counter"), ("counter", "online")])
def test_another_way_to_pay_than_the_theaters_is_refused(
    as_: As, alice: User, show: Show, pays: str, refused: str
) -> None:
    Theater.objects.update(pays=pays)
    problem(book(as_(alice), show, "A1", pay=refused), 400, "payment_not_offered")
    assert book(as_(alice), show, "A1", pay=pays).status_code == 201


@pytest.mark.parametrize("pay", ["online", "counter"])
def test_a_theater_may_be_paid_in_both_ways(as_: As, alice: User, show: Show, pay: str) -> None:
    Theater.objects.update(pays="both")
    assert book(as_(alice), show, "A1", pay=pay).status_code == 201


def test_what_an_unverified_account_will_pay_at_the_counter_counts_until_its_deadline(
    as_: As, alice: User, show: Show, make_show: Callable[..., Show], settings: Settings
) -> None:
    settings.PENDING_BOOKINGS_AT_MOST = 3
    User.objects.update(email_verified=False)
    Theater.objects.update(pays="counter", counter_until_minutes=60)
    client, later = as_(alice), make_show()
    four = book(client, show, *(f"A{number}" for number in range(1, 5)))
    assert four.json()["status"] == "pending"
    problem(book(client, later, "A1"), 409, "address_not_verified")
    let_pass(show.starts_at - show.created_at - 59 * MINUTE)
    assert book(client, later, "A1").status_code == 201


def test_single_tickets_of_a_pending_booking_are_not_cancelled(
    as_: As, alice: User, pending: dict[str, Any]
) -> None:
    codes = [pending["tickets"][0]["code"]]
    path = f"/api/v1/bookings/{pending['reference']}/cancel/"
    problem(as_(alice).post(path, {"tickets": codes}), 409, "booking_pending")
    assert Booking.objects.get().status == "pending"
