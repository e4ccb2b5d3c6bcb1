"""Exchanges beside each other, cancellations and their own money; each guard has a twin without it,
which must break."""

from typing import Any

import pytest

from bookings import cancelling, exchanging
from bookings.models import Exchange, Ticket
from payments import arriving
from payments.models import ProviderAccount, Refund
from shows.models import Seat, Show
from tests.clock import let_pass
from tests.exchange_racing import (
    LATE,
    SLOW_SEATS,
    Make,
    broken,
    difference,
    exchange,
    paid,
    waiting,
)
from tests.money_racing import account, arrives, quietly
from tests.parallel import at_once
from tests.racing import cancel, cancel_show, statuses, switch_off, unexpected
from users.models import User

__all__ = ["account"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
ROUNDS = 10


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
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *SLOW_SEATS)
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
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *SLOW_SEATS)
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
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *SLOW_SEATS)
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
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *SLOW_SEATS)
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
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *SLOW_SEATS)
    assert race_to_a_show(make_show, alice, account) != []
