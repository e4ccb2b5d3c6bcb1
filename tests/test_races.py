"""Parallel requests for the same seats, on real connections; each guard has a twin without it.

A twin runs the same race with one guard switched off and must break what the guard protects.
It widens the gap between judging and writing by some milliseconds, so that it breaks soon.
"""

import random
from collections.abc import Callable
from typing import Any

import pytest

from bookings import taking
from shows import holding
from shows.models import Seat, Show
from tests.invariants import violations
from tests.parallel import at_once
from tests.racing import (
    NO_SEAT_LOCK,
    ROUNDS,
    SLOW_BOOK_AT_ONCE,
    SLOW_HOLD,
    book,
    forget_user_lock,
    put_hold,
    statuses,
    switch_off,
)
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]


# One seat, 64 customers


def race_to_hold(show: Show, crowd: list[User], label: str) -> list[int]:
    return statuses(at_once(put_hold(user, show, label) for user in crowd))


def test_of_64_who_choose_one_seat_exactly_one_holds_it(show: Show, crowd: list[User]) -> None:
    for seat in range(ROUNDS):
        assert race_to_hold(show, crowd, f"{'ABCD'[seat % 4]}{1 + seat // 4}") == [200] + 63 * [409]


def test_without_the_seat_lock_several_believe_they_hold_it(
    show: Show, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off(monkeypatch, holding, "HOLD_EXACTLY", *NO_SEAT_LOCK, *SLOW_HOLD)
    assert any(race_to_hold(show, crowd, f"A{seat}").count(200) > 1 for seat in range(1, 11))


def race_to_book(show: Show, crowd: list[User], label: str) -> list[int]:
    return statuses(at_once(book(user, show, label) for user in crowd))


def test_of_64_who_book_one_seat_exactly_one_gets_it(show: Show, crowd: list[User]) -> None:
    for seat in range(1, 11):
        assert race_to_book(show, crowd, f"A{seat}") == [201] + 63 * [409]
        assert race_to_book(show, crowd, f"B{seat}") == [201] + 63 * [409]
    assert violations() == []


def test_without_the_seat_lock_only_the_constraint_stops_the_second_sale(
    show: Show, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off(monkeypatch, taking, "BOOK_AT_ONCE", *NO_SEAT_LOCK, *SLOW_BOOK_AT_ONCE)
    assert any(500 in race_to_book(show, crowd, f"A{seat}") for seat in range(1, 11))
    assert violations() == []


# Several seats, in opposite orders


def race_for_sets(show: Show, crowd: list[User]) -> list[Any]:
    def wish() -> list[str]:
        return random.sample([f"A{number}" for number in range(1, 11)], 4)

    return at_once(put_hold(user, show, *wish()) for user in crowd[:32])


def test_overlapping_sets_in_any_order_never_deadlock_and_are_held_whole(
    show: Show, crowd: list[User]
) -> None:
    for _ in range(ROUNDS):
        answers = race_for_sets(show, crowd)
        assert set(statuses(answers)) <= {200, 409}
        for user in crowd[:32]:
            assert Seat.objects.filter(show=show, held_by=user).count() in {0, 4}
        Seat.objects.filter(show=show).update(
            status="available", held_by=None, held_since=None, held_until=None
        )


def test_locking_in_the_order_of_the_wish_deadlocks(
    show: Show, crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_wished = "ORDER BY array_position(%(labels)s::text[], label::text) FOR UPDATE"
    switch_off(monkeypatch, holding, "HOLD_EXACTLY", "ORDER BY id FOR UPDATE", as_wished)
    seen = set()
    for _ in range(ROUNDS):
        seen |= set(statuses(race_for_sets(show, crowd)))
        if 503 in seen:
            return
    pytest.fail(f"no deadlock in {ROUNDS} rounds, only {seen}")


# One customer's own parallel requests


def race_own_holds(show: Show, alice: User) -> int:
    rows = ["ABCDEFGH"[number] for number in range(8)]
    wishes = [[f"{row}{number}" for number in range(1, 11)] for row in rows]
    at_once(put_hold(alice, show, *wish) for wish in wishes)
    return Seat.objects.filter(show=show, held_by=alice).count()


def test_eight_parallel_holds_of_one_customer_leave_ten_seats(show: Show, alice: User) -> None:
    for _ in range(ROUNDS):
        assert race_own_holds(show, alice) == 10


def test_without_the_user_lock_one_customer_hoards(
    show: Show, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_user_lock(monkeypatch)
    switch_off(monkeypatch, holding, "HOLD_EXACTLY", *SLOW_HOLD)
    assert race_own_holds(show, alice) > 10


def race_hold_beside_booking(show: Show, alice: User, row: str) -> set[str]:
    """The seats that were booked, while the hold changed from 1 and 2 to 1 and 3."""
    put_hold(alice, show, f"{row}1", f"{row}2")()
    _, booked = at_once([put_hold(alice, show, f"{row}1", f"{row}3"), book(alice, show)])
    assert booked.status_code == 201, booked.content
    return {ticket["seat"][1:] for ticket in booked.json()["tickets"]}


def race_hold_beside_booking_often(make_show: Callable[..., Show], alice: User) -> set[str]:
    seen = set()
    for _ in range(ROUNDS // 10):
        show = make_show()
        seen |= {
            "".join(sorted(race_hold_beside_booking(show, alice, row))) for row in "ABCDEFGHIJ"
        }
    return seen


def test_a_booking_beside_a_changing_hold_takes_the_one_or_the_other(
    make_show: Callable[..., Show], alice: User
) -> None:
    assert race_hold_beside_booking_often(make_show, alice) <= {"12", "13"}


def test_without_the_user_lock_half_a_hold_is_booked(
    make_show: Callable[..., Show], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_user_lock(monkeypatch)
    switch_off(monkeypatch, holding, "HOLD_EXACTLY", *SLOW_HOLD)
    assert "1" in race_hold_beside_booking_often(make_show, alice)


def race_over_many_shows(make_show: Callable[..., Show], alice: User) -> list[str]:
    shows = [make_show() for _ in range(8)]
    at_once(put_hold(alice, show, "A1") for show in shows)
    return violations()


def test_parallel_holds_on_eight_shows_leave_four(
    make_show: Callable[..., Show], alice: User
) -> None:
    assert race_over_many_shows(make_show, alice) == []


def test_without_the_user_lock_one_customer_holds_too_many_shows(
    make_show: Callable[..., Show], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_user_lock(monkeypatch)
    switch_off(monkeypatch, holding, "HOLD_EXACTLY", *SLOW_HOLD)
    assert race_over_many_shows(make_show, alice) == [
        "a user who holds seats of more than four shows"
    ]
