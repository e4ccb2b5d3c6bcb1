"""Many at once at the same seats, on real connections; each guard has a twin without it.

A twin runs the same race with one guard switched off and must break what the guard protects.
It widens the gap between judging and writing by some milliseconds, so that it breaks soon.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient, ForceAuthClientHandler

from bookings import booking, cancelling
from bookings.models import Booking
from core import jobs
from shows import holding
from shows.models import Seat, Show
from shows.seating import release_holds
from tests.invariants import violations
from tests.parallel import at_once, hang_up
from users import tokens
from users.models import User
from users.sessions import start_session

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 20
HANDLER = ForceAuthClientHandler()
_access: dict[int, str] = {}
Call = Callable[[], Any]


@pytest.fixture(autouse=True)
def _races(settings: Any) -> Iterator[None]:
    settings.RATE_LIMITS_ENABLED = False
    yield
    hang_up()
    _access.clear()


@pytest.fixture
def crowd(db: None) -> list[User]:
    """64 customers."""
    return User.objects.bulk_create(
        User(email=f"c{number}@example.com", name="Customer") for number in range(64)
    )


def put_hold(user: User, show: Show, *labels: str) -> Call:
    return partial(_client(user).put, f"/api/v1/shows/{show.pk}/hold/", {"seats": labels})


def book(user: User, show: Show, *labels: str) -> Call:
    wish = {"show": show.pk} | ({"seats": labels} if labels else {})
    return partial(_client(user).post, "/api/v1/bookings/", wish)


def cancel(user: User, reference: str) -> Call:
    return partial(_client(user).post, f"/api/v1/bookings/{reference}/cancel/")


def cancel_show(user: User, show: Show) -> Call:
    return partial(_client(user).post, f"/api/v1/shows/{show.pk}/cancel/", {"reason": "Flood"})


def move_show(user: User, show: Show, starts_at: str) -> Call:
    return partial(_client(user).patch, f"/api/v1/shows/{show.pk}/", {"starts_at": starts_at})


def _client(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.handler = HANDLER
    if user.pk not in _access:
        _access[user.pk] = tokens.pair(start_session(user=user, address=""))["access"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {_access[user.pk]}")
    return client


def statuses(answers: Sequence[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def unexpected(answers: Sequence[Any]) -> list[int]:
    """Answers that are neither a success nor a plain refusal, such as 503 after a deadlock."""
    return [status for status in statuses(answers) if status not in {200, 201, 409}]


def switch_off(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *pairs: str) -> None:
    """Replaces parts of a statement; each must be there, or the twin would prove nothing."""
    statement = getattr(module, name)
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in statement
        statement = statement.replace(old, new)
    monkeypatch.setattr(module, name, statement)


def forget_user_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "lock_user", lambda user_id: None)
    monkeypatch.setattr(booking, "lock_user", lambda user_id: None)


# The pause depends on a judged row, so that no plan puts it before the judging.
SLOW_HOLD = ("FROM judged j, verdict v\n", "FROM judged j, verdict v, pg_sleep(0.02 + 0 * j.id)\n")
SLOW_BOOK = ("FROM judged WHERE wanted\n", "FROM judged, pg_sleep(0.02 + 0 * id) WHERE wanted\n")
NO_SEAT_LOCK = ("ORDER BY id FOR UPDATE", "ORDER BY id")


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
    switch_off(monkeypatch, booking, "BOOK", *NO_SEAT_LOCK, *SLOW_BOOK)
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


# A booking beside the end or the move of its show


def race_show_cancel(make_show: Callable[..., Show], olga: User, crowd: list[User]) -> list[Any]:
    for _ in range(ROUNDS):
        show = make_show()
        buyers = [book(user, show, f"A{seat}") for seat, user in enumerate(crowd[:8], start=1)]
        answers = at_once([*buyers[:4], cancel_show(olga, show), *buyers[4:]])
        if broken := [*violations(), *unexpected(answers)]:
            return broken
    return []


def test_no_booking_survives_the_cancelling_of_its_show(
    make_show: Callable[..., Show], olga: User, crowd: list[User]
) -> None:
    assert race_show_cancel(make_show, olga, crowd) == []


def test_without_the_show_lock_a_booking_survives_or_all_wait_in_a_circle(
    make_show: Callable[..., Show],
    olga: User,
    crowd: list[User],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, booking, "BOOK", "  FOR KEY SHARE\n", "", *SLOW_BOOK)
    assert race_show_cancel(make_show, olga, crowd) != []


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

    monkeypatch.setattr(cancelling, "release_holds", lambda show: None)
    monkeypatch.setattr(jobs, "defer_each", release_last)
    monkeypatch.setattr(jobs, "defer", lambda *_, **__: None)
    assert 503 in race_choice_beside_show_cancel(show, olga, alice, bob)


def race_show_move(make_show: Callable[..., Show], olga: User, crowd: list[User]) -> list[Any]:
    """What went wrong: other answers, or times told to customers that are not the show's."""
    for round_ in range(ROUNDS):
        show = make_show()
        moved_to = (timezone.now() + timedelta(days=100 + round_)).isoformat(timespec="seconds")
        buyers = [book(user, show, f"A{seat}") for seat, user in enumerate(crowd[:6], start=1)]
        answers = at_once([*buyers[:3], move_show(olga, show, moved_to), *buyers[3:]])
        show.refresh_from_db()
        told = [a.json()["show"]["starts_at"] for a in answers if a.status_code == 201]
        wrong = [time for time in told if datetime.fromisoformat(time) != show.starts_at]
        if broken := [*wrong, *unexpected(answers)]:
            return broken
    return []


def test_nobody_books_a_time_from_which_the_show_is_moved(
    make_show: Callable[..., Show], olga: User, crowd: list[User]
) -> None:
    assert race_show_move(make_show, olga, crowd) == []


def test_without_the_show_lock_somebody_does_or_all_wait_in_a_circle(
    make_show: Callable[..., Show],
    olga: User,
    crowd: list[User],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, booking, "BOOK", "  FOR KEY SHARE\n", "", *SLOW_BOOK)
    assert race_show_move(make_show, olga, crowd) != []


# Cancelling twice, beside a second buyer


def race_double_cancel(show: Show, alice: User, bob: User) -> list[str]:
    reference = book(alice, show, "A1")().json()["reference"]
    answers = at_once([*4 * [cancel(alice, reference)], *4 * [book(bob, show, "A1")]])
    assert set(statuses(answers)) <= {200, 201, 409}
    assert statuses(answers).count(200) == 1
    for row in Booking.objects.live():
        cancel(row.user, row.reference)()
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
        wish = {"show": show.pk, "seats": [f"A{seat}"]}
        key = {"Idempotency-Key": f"k{seat}"}
        twin = partial(_client(alice).post, "/api/v1/bookings/", wish, headers=key)
        answers = at_once([twin] * 8)
        assert {(answer.status_code, answer.content) for answer in answers} == {
            (201, answers[0].content)
        }
    assert Booking.objects.count() == 10
