"""Money beside buyers, cancellations, its own events and the end of a show; each guard has a twin
that switches it off and must break."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bookings import cancelling
from bookings.models import Booking
from payments import arriving, starting
from payments.models import ProviderAccount, Refund
from payments.providers.base import RefundFacts, RefundState
from payments.refunding import apply_refund
from pricing import vouchers
from pricing.models import Voucher
from shows.models import Seat, Show
from tests.clock import let_pass
from tests.money_racing import account, arrives, attempt, broken, pending, quietly
from tests.parallel import at_once
from tests.racing import book, cancel, cancel_show, client_of, switch_off, unexpected
from users.models import User

__all__ = ["account"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
LATE = timedelta(minutes=16)
ROUNDS = 12


# One payment that is told many times, and two payments


def race_one_money_told_often(
    make_show: Callable[..., Show], alice: User, account: ProviderAccount
) -> list[Any]:
    for _ in range(ROUNDS):
        payment = attempt(pending(alice, make_show(), "A1", "A2"), account)
        news = at_once([quietly(arrives(payment)) for _ in range(8)])
        if news.count(True) != 1 or Refund.objects.exists() or broken():
            return [*news, *broken()]
    return []


def test_money_that_is_told_eight_times_at_once_counts_once(
    make_show: Callable[..., Show], alice: User, account: ProviderAccount
) -> None:
    assert race_one_money_told_often(make_show, alice, account) == []


def test_without_the_gate_good_money_is_given_back(
    make_show: Callable[..., Show],
    alice: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    again = "'capture:' || %(payment)s::bigint || gen_random_uuid()"
    switch_off(monkeypatch, arriving, "GATE", "'capture:' || %(payment)s::bigint", again)
    assert race_one_money_told_often(make_show, alice, account) != []


def race_two_payments(
    make_show: Callable[..., Show], alice: User, account: ProviderAccount
) -> list[Any]:
    for _ in range(ROUNDS):
        booking = pending(alice, make_show(), "A1", "A2")
        payments = [attempt(booking, account, number) for number in (1, 2)]
        answers = at_once([quietly(arrives(payment)) for payment in payments])
        refunds = list(
            Refund.objects.filter(payment__booking=booking).values_list("reason", flat=True)
        )
        if answers != [True, True] or refunds != ["paid_twice"] or broken():
            return [*answers, *refunds, *broken()]
    return []


def test_of_two_payments_at_once_one_confirms_and_one_is_given_back(
    make_show: Callable[..., Show], alice: User, account: ProviderAccount
) -> None:
    assert race_two_payments(make_show, alice, account) == []


def test_without_the_bookings_lock_they_do_not(
    make_show: Callable[..., Show],
    alice: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, arriving, "LOCK_BOOKING", "FOR NO KEY UPDATE", "")
    assert race_two_payments(make_show, alice, account) != []


# Late money beside somebody else who buys the seats


def race_late_money_and_a_buyer(
    make_show: Callable[..., Show], alice: User, bob: User, account: ProviderAccount
) -> list[Any]:
    for _ in range(ROUNDS):
        show = make_show()
        payment = attempt(pending(alice, show, "A1", "A2"), account)
        let_pass(LATE)
        answers = at_once([quietly(arrives(payment)), book(bob, show, "A2", "A3")])
        if answers[0] is not True or unexpected(answers[1:]) or broken():
            return [*answers, *broken()]
    return []


def test_late_money_and_a_buyer_never_get_the_same_seat(
    make_show: Callable[..., Show], alice: User, bob: User, account: ProviderAccount
) -> None:
    assert race_late_money_and_a_buyer(make_show, alice, bob, account) == []


def test_without_asking_each_seat_the_money_is_recorded_nowhere(
    make_show: Callable[..., Show],
    alice: User,
    bob: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, arriving, "TAKE_SEATS", "AND bool_and(is_free) AS", "AS")
    show = make_show()
    payment = attempt(pending(alice, show, "A1", "A2"), account)
    let_pass(LATE)
    theirs = attempt(pending(bob, show, "A1"), account)
    assert arrives(theirs)() is True
    quietly(arrives(payment))()
    payment.refresh_from_db()
    assert payment.captured == 0 or broken()


# Money beside the customer who cancels, and the show that ends


def race_money_and_cancelling(
    make_show: Callable[..., Show], alice: User, account: ProviderAccount
) -> list[Any]:
    for _ in range(ROUNDS):
        booking = pending(alice, make_show(), "A1", "A2")
        payment = attempt(booking, account)
        answers = at_once([quietly(arrives(payment)), cancel(alice, booking.reference)])
        booking.refresh_from_db()
        given_back = Refund.objects.filter(payment=payment).exists()
        if answers[0] is not True or booking.status != "cancelled" or not given_back or broken():
            return [*answers, booking.status, *broken()]
    return []


def test_money_and_cancelling_end_in_a_refund(
    make_show: Callable[..., Show], alice: User, account: ProviderAccount
) -> None:
    assert race_money_and_cancelling(make_show, alice, account) == []


def test_without_the_bookings_lock_tickets_are_void_and_confirmed(
    make_show: Callable[..., Show],
    alice: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, arriving, "LOCK_BOOKING", "FOR NO KEY UPDATE", "")
    switch_off(monkeypatch, cancelling, "LOCK_BOOKING", " FOR NO KEY UPDATE OF booking", "")
    assert race_money_and_cancelling(make_show, alice, account) != []


def race_money_and_the_end_of_the_show(
    make_show: Callable[..., Show], alice: User, olga: User, account: ProviderAccount
) -> list[Any]:
    for _ in range(ROUNDS):
        show = make_show()
        booking = pending(alice, show, "A1", "A2")
        Booking.objects.filter(pk=booking.pk).update(status="expired")
        payment = attempt(booking, account)
        answers = at_once([quietly(arrives(payment)), cancel_show(olga, show)])
        if answers[0] is not True or unexpected(answers[1:]) or broken():
            return [*answers, *broken()]
    return []


def test_no_booking_is_confirmed_on_a_cancelled_show(
    make_show: Callable[..., Show], alice: User, olga: User, account: ProviderAccount
) -> None:
    assert race_money_and_the_end_of_the_show(make_show, alice, olga, account) == []


def test_without_the_shows_lock_one_is(
    make_show: Callable[..., Show],
    alice: User,
    olga: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, arriving, "LOCK_SHOW", "FOR KEY SHARE", "")
    slow = ("FROM locked, verdict WHERE", "FROM locked, verdict, pg_sleep(0.05) WHERE")
    switch_off(monkeypatch, arriving, "TAKE_SEATS", *slow)
    assert race_money_and_the_end_of_the_show(make_show, alice, olga, account) != []


# Single tickets, and payments that are started


def race_single_tickets(
    make_show: Callable[..., Show], alice: User, account: ProviderAccount
) -> list[Any]:
    for _ in range(ROUNDS):
        booking = pending(alice, make_show(), "A1", "A2")
        arrives(attempt(booking, account))()
        path = f"/api/v1/bookings/{booking.reference}/cancel/"
        codes = booking.tickets.values_list("code", flat=True)
        calls = [partial(client_of(alice).post, path, {"tickets": [code]}) for code in codes]
        answers = at_once(calls)
        booking.refresh_from_db()
        if booking.status != "cancelled" or unexpected(answers) or broken():
            return [booking.status, *answers, *broken()]
    return []


def test_the_last_two_tickets_that_are_cancelled_at_once_cancel_the_booking(
    make_show: Callable[..., Show], alice: User, account: ProviderAccount
) -> None:
    assert race_single_tickets(make_show, alice, account) == []


def test_without_locks_it_stays_confirmed_without_a_ticket(
    make_show: Callable[..., Show],
    alice: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, cancelling, "LOCK_BOOKING", " FOR NO KEY UPDATE OF booking", "")
    switch_off(
        monkeypatch,
        cancelling,
        "CANCEL",
        "ORDER BY ticket.id FOR NO KEY UPDATE",
        "ORDER BY ticket.id",
        "FROM locked, shows_show show WHERE",
        "FROM locked, shows_show show, pg_sleep(0.02) WHERE",
    )
    assert race_single_tickets(make_show, alice, account) != []


def race_starts(make_show: Callable[..., Show], alice: User) -> list[Any]:
    for _ in range(ROUNDS):
        booking = pending(alice, make_show(), "A1")
        path = f"/api/v1/bookings/{booking.reference}/payments/"
        calls = [partial(client_of(alice).post, path, {"provider": "demo"}) for _ in range(6)]
        answers = at_once(calls)
        if booking.payments.count() != 1 or unexpected(answers):
            return answers
        cancel(alice, booking.reference)()
    return []


def test_payments_that_are_started_at_once_are_one_attempt(
    make_show: Callable[..., Show], alice: User, account: ProviderAccount
) -> None:
    assert race_starts(make_show, alice) == []


def test_without_the_bookings_lock_there_are_more(
    make_show: Callable[..., Show],
    alice: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, starting, "LOCK_BOOKING", "FOR NO KEY UPDATE OF booking", "")
    assert race_starts(make_show, alice) != []


# A voucher


def race_for_a_voucher(show: Show, crowd: list[User]) -> int:
    calls = []
    for place, user in enumerate(crowd[:30]):
        label = f"{'ABCDEFGHIJ'[place // 10]}{place % 10 + 1}"
        client = client_of(user)
        wish = {"show": show.pk, "seats": [label], "voucher": "FIVE", "pay": "online"}
        calls.append(partial(client.post, "/api/v1/bookings/", wish))
    return [answer.status_code for answer in at_once(calls)].count(201)


@pytest.fixture
def five(show: Show, crowd: list[User], account: ProviderAccount) -> Voucher:
    User.objects.update(email_verified=True)
    return Voucher.objects.create(
        theater=show.screen.theater, code="FIVE", value=10, uses_at_most=5
    )


def test_a_voucher_of_five_uses_is_used_five_times(
    show: Show, crowd: list[User], five: Voucher
) -> None:
    assert race_for_a_voucher(show, crowd) == 5


def test_without_the_vouchers_lock_it_is_used_more_often(
    show: Show, crowd: list[User], five: Voucher, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off(monkeypatch, vouchers, "LOCK", "FOR NO KEY UPDATE", "")
    assert race_for_a_voucher(show, crowd) > 5


def test_late_money_counts_the_voucher_again(
    show: Show, alice: User, bob: User, account: ProviderAccount
) -> None:
    one = Voucher.objects.create(theater=show.screen.theater, code="ONE", value=10, uses_at_most=1)
    first = attempt(pending(alice, show, "A1", voucher="ONE"), account)
    let_pass(LATE)
    second = attempt(pending(bob, show, "A2", voucher="ONE"), account)
    assert arrives(second)()
    assert arrives(first)()
    assert one.bookings.filter(status="confirmed").count() == 1
    assert Refund.objects.get().payment == first
    assert not broken()


def test_cancelling_a_lapsed_booking_never_frees_a_seat_that_somebody_else_has(
    show: Show, alice: User, bob: User, account: ProviderAccount
) -> None:
    mine = pending(alice, show, "A1")
    let_pass(LATE)
    arrives(attempt(pending(bob, show, "A1"), account))()
    assert cancel(alice, mine.reference)().status_code == 200
    assert Seat.objects.get(show=show, label="A1").status == "booked"
    assert not broken()


def test_the_balance_is_read_after_the_payments_lock(
    show: Show, alice: User, account: ProviderAccount
) -> None:
    """Of a refund that succeeds while another ticket is cancelled, neither is sent twice."""
    booking = pending(alice, show, "A1", "A2")
    payment = attempt(booking, account)
    arrives(payment)()
    first, second = booking.tickets.values_list("code", flat=True)
    path = f"/api/v1/bookings/{booking.reference}/cancel/"
    assert client_of(alice).post(path, {"tickets": [first]}).status_code == 200
    refund = Refund.objects.get()
    done = RefundFacts("r1", refund.pk, 1, refund.amount, RefundState.SUCCEEDED)
    answers: list[Any] = at_once(
        [
            quietly(partial(apply_refund, refund.pk, done)),
            partial(client_of(alice).post, path, {"tickets": [second]}),
        ]
    )
    assert not isinstance(answers[0], Exception), answers[0]
    payment.refresh_from_db()
    assert payment.refunding + payment.refunded == payment.captured
    assert not broken()
