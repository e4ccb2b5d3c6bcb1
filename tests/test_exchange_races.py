"""Exchanges beside doors, each other, cancellations and their own money; each guard has a twin that
switches it off and must break."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from admission.tests.conftest import opened
from bookings import cancelling, exchanging
from bookings.booking import book_seats
from bookings.models import Booking, Exchange, Ticket
from bookings.order import Order
from payments import arriving, proof
from payments.models import Payment, ProviderAccount, Refund
from payments.tests.exchanged import costs
from shows.models import Seat, Show
from tests.clock import let_pass
from tests.invariants import violations
from tests.parallel import at_once
from tests.racing import cancel, cancel_show, client_of, statuses, switch_off, unexpected
from tests.test_door_races import scan
from tests.test_money_races import account, arrives, attempt, quietly
from users.models import User

__all__ = ["account"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
ROUNDS = 10
LATE = timedelta(minutes=16)
Make = Callable[..., Show]


def paid(user: User, show: Show, label: str, account: ProviderAccount) -> Ticket:
    order = Order(show.pk, [label], pay="online")
    booking = Booking.objects.get(pk=book_seats(user_id=user.pk, order=order))
    arrives(attempt(booking, account))()
    ticket: Ticket = Ticket.objects.select_related("booking").get(booking=booking)
    return ticket


def exchange(user: User, ticket: Ticket, seat: str, **more: Any) -> Callable[[], Any]:
    path = f"/api/v1/bookings/{ticket.booking.reference}/exchange/"
    return partial(client_of(user).post, path, {"ticket": ticket.code, "seat": seat, **more})


def difference(ticket: Ticket, account: ProviderAccount, number: int = 2) -> Payment:
    """The payment of what an exchange waits for."""
    return Payment.objects.create(
        booking=ticket.booking,
        account=account,
        provider="demo",
        reference=f"demo_{ticket.pk}_{number}",
        attempt=number,
        amount=5000,
        currency="EUR",
        status="open",
    )


def waiting(
    user: User, show: Show, account: ProviderAccount, label: str = "A1"
) -> tuple[Ticket, Payment]:
    """A ticket that waits for 50.00 to become one for the seat in the next row."""
    ticket, wanted = paid(user, show, label, account), label.replace("A", "B")
    costs(show, wanted, "300.00")
    assert exchange(user, ticket, wanted)().status_code == 201
    return ticket, difference(ticket, account)


def broken() -> list[str]:
    twice = Ticket.objects.filter(used_at__isnull=False, replaced_by__isnull=False)
    return [*violations(), *proof.faults(), *(f"in, and exchanged: {each}" for each in twice)]


# Beside a door


def race_with_a_door(make: Make, alice: User, olga: User, account: ProviderAccount) -> list[Any]:
    show = make()
    tickets = [paid(alice, show, f"A{number}", account) for number in range(1, 11)]
    opened(show)
    for ticket in tickets:
        wish = exchange(olga, ticket, ticket.label.replace("A", "B"))
        said, done = at_once([scan(olga, show, ticket, f"s{ticket.pk}"), wish])
        is_in = said.json().get("status") == "admitted"
        if is_in == (done.status_code == 200) or unexpected([said, done]) or broken():
            return [said.content, done.content, *broken()]
    return []


def test_nobody_is_in_with_a_ticket_that_is_exchanged(
    make_show: Make, alice: User, olga: User, account: ProviderAccount
) -> None:
    assert race_with_a_door(make_show, alice, olga, account) == []


def test_without_the_tickets_lock_somebody_is(
    make_show: Make,
    alice: User,
    olga: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slowly = ("AND code = %(code)s FOR NO KEY UPDATE", "AND code = %(code)s")
    switch_off(monkeypatch, exchanging, "LOCK_TICKET", *slowly)
    pause = ("SELECT seat.id, ", "SELECT seat.id + 0 * length(pg_sleep(0.02)::text), ")
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *pause)
    assert race_with_a_door(make_show, alice, olga, account) != []


def race_of_money_with_a_door(
    make: Make, alice: User, olga: User, account: ProviderAccount
) -> list[Any]:
    show = make()
    all_of_them = [waiting(alice, show, account, f"A{number}") for number in range(1, 9)]
    opened(show)
    for ticket, payment in all_of_them:
        said, done = at_once([scan(olga, show, ticket, f"m{ticket.pk}"), quietly(arrives(payment))])
        is_in = said.json().get("status") == "admitted"
        given_back = Refund.objects.filter(payment=payment).exists()
        if done is not True or is_in != given_back or broken():
            return [said.content, done, *broken()]
    return []


def test_who_goes_in_while_the_difference_comes_gets_it_back(
    make_show: Make, alice: User, olga: User, account: ProviderAccount
) -> None:
    assert race_of_money_with_a_door(make_show, alice, olga, account) == []


def test_without_the_tickets_lock_they_are_in_and_exchanged(
    make_show: Make,
    alice: User,
    olga: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock = (" FOR NO KEY UPDATE OF given FOR NO KEY UPDATE OF wanted", "")
    switch_off(monkeypatch, exchanging, "AWAITED", *lock)
    pause = ("SELECT seat.id, ", "SELECT seat.id + 0 * length(pg_sleep(0.02)::text), ")
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *pause)
    assert race_of_money_with_a_door(make_show, alice, olga, account) != []


# Money beside itself, cancelling, and the ends of shows


def race_of_money_told_often(make: Make, alice: User, account: ProviderAccount) -> list[Any]:
    show = make()
    for number in range(1, 9):
        ticket, payment = waiting(alice, show, account, f"A{number}")
        news = at_once([quietly(arrives(payment)) for _ in range(6)])
        valid = Ticket.objects.get(booking=ticket.booking, status="valid").label
        if news.count(True) != 1 or valid != f"B{number}" or Refund.objects.exists() or broken():
            return [*news, *broken()]
    return []


def test_a_difference_that_is_told_six_times_at_once_counts_once(
    make_show: Make, alice: User, account: ProviderAccount
) -> None:
    assert race_of_money_told_often(make_show, alice, account) == []


def test_without_the_gate_it_is_given_back(
    make_show: Make, alice: User, account: ProviderAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = "'capture:' || %(payment)s::bigint || gen_random_uuid()"
    switch_off(monkeypatch, arriving, "GATE", "'capture:' || %(payment)s::bigint", again)
    assert race_of_money_told_often(make_show, alice, account) != []


def race_of_money_with_cancelling(make: Make, alice: User, account: ProviderAccount) -> list[Any]:
    for _ in range(ROUNDS):
        ticket, payment = waiting(alice, make(), account)
        done, gone = at_once([quietly(arrives(payment)), cancel(alice, ticket.booking.reference)])
        ticket.booking.refresh_from_db()
        back = sum(
            Refund.objects.filter(payment__booking=ticket.booking).values_list("amount", flat=True)
        )
        if done is not True or ticket.booking.status != "cancelled" or back != 30000 or broken():
            return [done, gone.content, ticket.booking.status, back, *broken()]
    return []


def test_the_difference_and_cancelling_give_all_back(
    make_show: Make, alice: User, account: ProviderAccount
) -> None:
    assert race_of_money_with_cancelling(make_show, alice, account) == []


def test_without_the_bookings_lock_they_do_not(
    make_show: Make, alice: User, account: ProviderAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off(monkeypatch, arriving, "LOCK_BOOKING", "FOR NO KEY UPDATE", "")
    switch_off(monkeypatch, cancelling, "LOCK_BOOKING", " FOR NO KEY UPDATE OF booking", "")
    switch_off(
        monkeypatch,
        exchanging,
        "AWAITED",
        " FOR NO KEY UPDATE OF given FOR NO KEY UPDATE OF wanted",
        "",
    )
    pause = ("SELECT seat.id, ", "SELECT seat.id + 0 * length(pg_sleep(0.02)::text), ")
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *pause)
    assert race_of_money_with_cancelling(make_show, alice, account) != []


def race_of_money_with_the_end_of_the_other_show(
    make: Make, alice: User, olga: User, account: ProviderAccount
) -> list[Any]:
    for _ in range(ROUNDS):
        ticket, other = paid(alice, make(), "A1", account), make(price="300.00")
        assert exchange(alice, ticket, "A1", show=other.pk)().status_code == 201
        payment = difference(ticket, account)
        answers = at_once([quietly(arrives(payment)), cancel_show(olga, other)])
        if answers[0] is not True or unexpected(answers[1:]) or broken():
            return [*answers, *broken()]
    return []


def test_no_ticket_is_exchanged_for_one_of_a_cancelled_show(
    make_show: Make, alice: User, olga: User, account: ProviderAccount
) -> None:
    assert race_of_money_with_the_end_of_the_other_show(make_show, alice, olga, account) == []


def test_without_the_shows_lock_one_is(
    make_show: Make,
    alice: User,
    olga: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, arriving, "LOCK_SHOW", "FOR KEY SHARE", "")
    pause = ("SELECT seat.id, ", "SELECT seat.id + 0 * length(pg_sleep(0.02)::text), ")
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *pause)
    assert race_of_money_with_the_end_of_the_other_show(make_show, alice, olga, account) != []


def lapsed_and_resold(alice: User, bob: User, show: Show, account: ProviderAccount) -> list[str]:
    ticket, payment = waiting(alice, show, account)
    let_pass(LATE)
    paid(bob, show, "B1", account)
    assert cancel(alice, ticket.booking.reference)().status_code == 200
    assert arrives(payment)()
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [5000, 25000]
    return [
        *broken(),
        *([] if Seat.objects.get(show=show, label="B1").status == "booked" else ["free"]),
    ]


def test_cancelling_after_a_lapsed_exchange_frees_no_seat_of_somebody_else(
    alice: User, bob: User, show: Show, account: ProviderAccount
) -> None:
    assert lapsed_and_resold(alice, bob, show, account) == []


def test_judging_by_the_bookings_status_frees_it(
    alice: User,
    bob: User,
    show: Show,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_ticket = "wanted.status = 'valid' OR seat.kept_for = wanted.booking_id"
    switch_off(monkeypatch, cancelling, "CANCEL", by_ticket, "true")
    assert lapsed_and_resold(alice, bob, show, account) != []


def test_late_money_whose_seat_is_lost_goes_back(
    alice: User, bob: User, show: Show, account: ProviderAccount
) -> None:
    _, payment = waiting(alice, show, account)
    let_pass(LATE)
    paid(bob, show, "B1", account)
    assert arrives(payment)()
    assert (Refund.objects.get().amount, Refund.objects.get().reason) == (5000, "too_late")
    assert Exchange.objects.get().status == "open"
    assert broken() == []


# Two exchanges


def race_of_two(make: Make, alice: User, bob: User, account: ProviderAccount) -> list[Any]:
    for _ in range(ROUNDS):
        show = make()
        mine, theirs = paid(alice, show, "A1", account), paid(bob, show, "A2", account)
        answers = at_once([exchange(alice, mine, "A2"), exchange(bob, theirs, "A1")])
        if statuses(answers) != [409, 409] or broken():
            return [*(answer.content for answer in answers), *broken()]
    return []


def test_two_who_want_each_others_seat_are_both_refused(
    make_show: Make, alice: User, bob: User, account: ProviderAccount
) -> None:
    assert race_of_two(make_show, alice, bob, account) == []


def test_the_new_seat_before_the_old_one_is_a_deadlock(
    make_show: Make,
    alice: User,
    bob: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted_first = "ORDER BY seat.label <> %(label)s, pg_sleep(0.01) FOR UPDATE"
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", "ORDER BY seat.id FOR UPDATE", wanted_first)
    pause = ("SELECT seat.id, ", "SELECT seat.id + 0 * length(pg_sleep(0.05)::text), ")
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *pause)
    assert race_of_two(make_show, alice, bob, account) != []


def race_for_a_seat(
    make: Make, alice: User, crowd: list[User], account: ProviderAccount
) -> list[Any]:
    show = make()
    tickets = [paid(user, show, f"A{n}", account) for n, user in enumerate(crowd[:8], start=1)]
    calls = [exchange(user, ticket, "J1") for user, ticket in zip(crowd, tickets, strict=False)]
    answers = at_once(calls)
    good = statuses(answers) == [200] + [409] * 7
    return [] if good and not broken() else [*statuses(answers), *broken()]


def test_of_eight_who_want_one_seat_one_gets_it(
    make_show: Make, alice: User, crowd: list[User], account: ProviderAccount
) -> None:
    assert race_for_a_seat(make_show, alice, crowd, account) == []


def test_without_the_seats_lock_the_index_is_the_last_guard(
    make_show: Make,
    alice: User,
    crowd: list[User],
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", "ORDER BY seat.id FOR UPDATE", "")
    pause = ("SELECT seat.id, ", "SELECT seat.id + 0 * length(pg_sleep(0.05)::text), ")
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *pause)
    assert race_for_a_seat(make_show, alice, crowd, account) != []


def race_with_cancelling_while_it_moves(
    make: Make, alice: User, account: ProviderAccount
) -> list[Any]:
    for _ in range(ROUNDS):
        ticket, other = paid(alice, make(), "A1", account), make()
        moved, gone = at_once(
            [
                exchange(alice, ticket, "B1", show=other.pk),
                cancel(alice, ticket.booking.reference),
            ]
        )
        if gone.status_code != 200 or unexpected([moved]) or broken():
            return [moved.content, gone.content, *broken()]
    return []


def test_a_booking_that_is_moved_to_another_show_can_be_cancelled_meanwhile(
    make_show: Make, alice: User, account: ProviderAccount
) -> None:
    assert race_with_cancelling_while_it_moves(make_show, alice, account) == []


def race_to_a_show(make: Make, alice: User, account: ProviderAccount) -> list[Any]:
    for _ in range(ROUNDS):
        one, two, other = (
            paid(alice, make(), "A1", account),
            paid(alice, make(), "A1", account),
            make(),
        )
        wishes = [
            exchange(alice, one, "A1", show=other.pk),
            exchange(alice, two, "B1", show=other.pk),
        ]
        answers = at_once(wishes)
        if statuses(answers) != [200, 409] or broken():
            return [*(answer.content for answer in answers), *broken()]
    return []


def test_two_at_once_bring_no_more_tickets_of_a_show_than_is_allowed(
    make_show: Make, alice: User, account: ProviderAccount, settings: Any
) -> None:
    settings.TICKETS_OF_A_SHOW_AT_MOST = 1
    assert race_to_a_show(make_show, alice, account) == []


def test_without_the_users_lock_they_do(
    make_show: Make,
    alice: User,
    account: ProviderAccount,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.TICKETS_OF_A_SHOW_AT_MOST = 1
    monkeypatch.setattr(exchanging, "lock_user", lambda user_id: None)
    pause = ("SELECT seat.id, ", "SELECT seat.id + 0 * length(pg_sleep(0.05)::text), ")
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *pause)
    assert race_to_a_show(make_show, alice, account) != []
