"""Parallel requests about a show that is cancelled, moved or sold out; each guard has a twin.

A twin runs the same race with one guard switched off and must break what the guard protects.
It widens the gap between judging and writing by some milliseconds, so that it breaks soon.
"""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction

from bookings import cancelling_shows, taking
from bookings.models import Booking
from core.jobs import queue
from shows.models import Seat, Show
from shows.seats import release_holds
from tests import api
from tests.invariants import violations
from tests.parallel import at_once
from tests.racing import (
    ROUNDS,
    SLOW_BOOK_AT_ONCE,
    Call,
    book,
    cancel,
    cancel_show,
    client_of,
    move_show,
    put_hold,
    statuses,
    switch_off,
    unexpected,
)
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]


# A booking beside the end or the move of its show


class Change(NamedTuple):
    """What Olga does to a show, and what is wrong when somebody has booked it meanwhile."""

    call: Callable[[User, Show], Call]
    wrong: Callable[[Show, list[Any]], list[Any]]


def move(user: User, show: Show) -> Call:
    return move_show(user, show, (show.starts_at + timedelta(days=100)).isoformat())


def times_told_wrongly(show: Show, answers: list[Any]) -> list[Any]:
    """The times told to customers that are not the show's."""
    show.refresh_from_db()
    told = [a.json()["show"]["starts_at"] for a in answers if a.status_code == 201]
    return [time for time in told if datetime.fromisoformat(time) != show.starts_at]


CHANGES = {
    "cancelled": Change(cancel_show, lambda show, answers: violations()),
    "moved": Change(move, times_told_wrongly),
}
each_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


def race_show_change(
    change: Change, make_show: Callable[..., Show], olga: User, crowd: list[User]
) -> list[Any]:
    for _ in range(ROUNDS):
        show = make_show()
        buyers = [book(user, show, f"A{seat}") for seat, user in enumerate(crowd[:8], start=1)]
        answers = at_once([*buyers[:4], change.call(olga, show), *buyers[4:]])
        if broken := [*change.wrong(show, answers), *unexpected(answers)]:
            return broken
    return []


@each_change
def test_a_booking_and_a_change_of_its_show_never_pass_each_other(
    change: Change, make_show: Callable[..., Show], olga: User, crowd: list[User]
) -> None:
    assert race_show_change(change, make_show, olga, crowd) == []


@each_change
def test_without_the_show_lock_they_do_or_deadlock(
    change: Change,
    make_show: Callable[..., Show],
    olga: User,
    crowd: list[User],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(
        monkeypatch, taking, "BOOK_AT_ONCE", "  FOR KEY SHARE OF show\n", "", *SLOW_BOOK_AT_ONCE
    )
    assert race_show_change(change, make_show, olga, crowd) != []


def race_choice_beside_show_cancel(
    show: Show, olga: User, alice: User, bob: User
) -> tuple[int, int]:
    """Alice has locked A1 and waits for A2, to see that Bob has B1, when Olga cancels the show."""
    assert statuses([put_hold(alice, show, "A1")(), book(bob, show, "B1")()]) == [200, 201]
    choice, end = put_hold(alice, show, "A1", "A2", "B1"), cancel_show(olga, show)
    with ThreadPoolExecutor(2) as threads:
        with transaction.atomic():
            Seat.objects.select_for_update().get(show=show, label="A2")
            chosen = threads.submit(at_once, [choice])
            wait_for_waiters(1)
            cancelled = threads.submit(at_once, [end])
            wait_for_waiters(2)
        return chosen.result()[0].status_code, cancelled.result()[0].status_code


def wait_for_waiters(count: int) -> None:
    """Return when so many wait for a lock."""
    with connection.cursor() as cursor:
        for _ in range(3000):
            cursor.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
            cursor.execute(WAITERS)
            if cursor.fetchone() == (count,):
                return
    pytest.fail(f"There were never {count} who waited.")


WAITERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def test_a_choice_of_seats_and_the_cancelling_of_the_show_never_deadlock(
    show: Show, olga: User, alice: User, bob: User
) -> None:
    assert race_choice_beside_show_cancel(show, olga, alice, bob) == (409, 200)


def test_freeing_sold_seats_before_all_are_locked_deadlocks(
    show: Show, olga: User, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def release_last(*_: object) -> None:
        release_holds(show=show.pk)

    monkeypatch.setattr(cancelling_shows, "release_holds", lambda show: None)
    monkeypatch.setattr(queue, "defer_each", release_last)
    monkeypatch.setattr(queue, "defer", lambda *_, **__: None)
    assert 503 in race_choice_beside_show_cancel(show, olga, alice, bob)


# Cancelling twice, beside a second buyer


def race_double_cancel(show: Show, alice: User, bob: User) -> list[str]:
    reference = book(alice, show, "A1")().json()["reference"]
    answers = at_once([*4 * [cancel(alice, reference)], *4 * [book(bob, show, "A1")]])
    assert set(statuses(answers)) <= {200, 201, 409}
    assert statuses(answers).count(200) == 1
    for row in Booking.objects.live():
        cancel(alice if row.user_id == alice.pk else bob, row.reference)()
    return violations()


def test_cancelling_twice_never_frees_the_seat_of_the_next_buyer(
    show: Show, alice: User, bob: User
) -> None:
    for _ in range(ROUNDS):
        assert race_double_cancel(show, alice, bob) == []


# Everything at once


def test_holding_booking_cancelling_and_lapsing_leave_every_seat_with_one_owner(
    show: Show, crowd: list[User], olga: User
) -> None:
    rolls = random.Random(7)

    def act(user: User) -> Call:
        labels = [f"A{number}" for number in rolls.sample(range(1, 11), rolls.randint(1, 3))]
        mine = Booking.objects.live().filter(user=user).first()
        choices = [
            put_hold(user, show, *labels),
            book(user, show),
            book(user, show, *labels),
        ]
        return rolls.choice(choices if mine is None else [*choices, cancel(user, mine.reference)])

    for round_ in range(ROUNDS):
        answers = at_once([act(user) for user in crowd[:24]])
        assert set(statuses(answers)) <= {200, 201, 409}
        assert violations() == []
        if round_ % 3 == 0:
            Seat.objects.filter(show=show, status="selected").update(held_until="2000-01-01T00:00Z")


# The same Idempotency-Key at once


def test_twins_with_one_key_make_one_booking_and_get_one_answer(show: Show, alice: User) -> None:
    for seat in range(1, 11):
        twin = partial(api.book, client_of(alice), show, f"A{seat}", key=f"k{seat}")
        answers = at_once([twin] * 8)
        assert {(answer.status_code, answer.content) for answer in answers} == {
            (201, answers[0].content)
        }
    assert Booking.objects.count() == 10
