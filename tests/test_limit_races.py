"""Limits hold under parallel requests; each guard has a twin that shows what happens without it."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.db.models import Count

from bookings import taking
from bookings.models import Ticket
from conftest import PASSWORD
from core.postgres.clock import StatementTime
from shows import customers, holding, seats
from shows.models import HoldChain, Seat, Show
from tests.api import hold
from tests.parallel import at_once
from tests.racing import (
    NO_QUEUE,
    NO_SEAT_LOCK,
    SLOW_BOOK_AT_ONCE,
    SLOW_HOLD,
    SLOW_RELEASE,
    Call,
    book,
    client_of,
    forget_user_lock,
    put_hold,
    statuses,
    switch_off,
)
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]
ROUNDS = 6


def live_tickets() -> int:
    return Ticket.objects.filter(status="valid").count()


def book_rows(user: User, show: Show) -> list[int]:
    """Eight bookings of five seats at once, of which four are as many as a customer may have."""
    rows = [[f"{row}{number}" for number in range(1, 6)] for row in "ABCDEFGH"]
    return statuses(at_once([book(user, show, *labels) for labels in rows]))


def test_parallel_bookings_do_not_exceed_the_limit_of_tickets(
    make_show: Callable[..., Show], alice: User
) -> None:
    for _ in range(ROUNDS):
        assert book_rows(alice, make_show()) == [201] * 4 + [409] * 4


def test_without_the_user_lock_they_do(
    make_show: Callable[..., Show], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_user_lock(monkeypatch)
    switch_off(monkeypatch, taking, "BOOK_AT_ONCE", *SLOW_BOOK_AT_ONCE)
    assert any(book_rows(alice, make_show()).count(201) > 4 for _ in range(ROUNDS))


def book_everywhere(user: User, shows: list[Show]) -> int:
    at_once([book(user, show, "A1", "A2") for show in shows])
    return live_tickets()


def test_parallel_bookings_of_an_unverified_account_get_four_tickets(
    make_show: Callable[..., Show], alice: User
) -> None:
    User.objects.update(email_verified=False)
    assert book_everywhere(alice, [make_show() for _ in range(6)]) == 4


def test_without_the_user_lock_an_unverified_account_gets_more(
    make_show: Callable[..., Show], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.update(email_verified=False)
    forget_user_lock(monkeypatch)
    switch_off(monkeypatch, taking, "BOOK_AT_ONCE", *SLOW_BOOK_AT_ONCE)
    assert book_everywhere(alice, [make_show() for _ in range(6)]) > 4


class Neighbours(NamedTuple):
    """Customers who hold at once: how many they are, what each wants from where, and the limit of
    an address with what that comes to for all of them."""

    customers: int
    wish: Callable[[int], list[str]]
    address: str
    limit: int
    most: int


# A row each from one address; a seat each from as many IPv6 sites of one /48.
NEIGHBOURS = {
    "address": Neighbours(
        10, lambda n: [f"{'ABCDEFGHIJ'[n]}{seat}" for seat in range(1, 11)], "203.0.113.9", 60, 60
    ),
    "provider": Neighbours(
        16, lambda n: [f"{'AB'[n % 2]}{n // 2 + 1}"], "2001:db8:1:{n:x}::7", 1, 10
    ),
}


@pytest.fixture(params=NEIGHBOURS.values(), ids=list(NEIGHBOURS))
def neighbours(request: pytest.FixtureRequest, settings: Any) -> Neighbours:
    those: Neighbours = request.param
    settings.HOLD_ADDRESS_SEATS_AT_LEAST, settings.HOLD_ADDRESS_SHARE = those.limit, 0
    return those


def hold_from_there(neighbours: Neighbours, users: list[User], show: Show) -> int:
    """How many seats all of them hold in the end."""
    calls: list[Call] = []
    for n, user in enumerate(users[: neighbours.customers]):
        client = client_of(user)
        client.defaults["REMOTE_ADDR"] = neighbours.address.format(n=n)
        calls.append(partial(hold, client, show, *neighbours.wish(n)))
    at_once(calls)
    return Seat.objects.filter(show=show, status="selected").count()


def test_neighbours_do_not_exceed_the_limit_of_seats(
    make_show: Callable[..., Show], crowd: list[User], neighbours: Neighbours
) -> None:
    for _ in range(ROUNDS):
        assert hold_from_there(neighbours, crowd, make_show()) == neighbours.most
        HoldChain.objects.all().delete()
        Seat.objects.update(status="available", held_by=None, held_since=None, held_until=None)


def test_without_their_queue_they_hold_more(
    make_show: Callable[..., Show],
    crowd: list[User],
    neighbours: Neighbours,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_off(monkeypatch, customers, "LOCK_CUSTOMER", *NO_QUEUE)
    switch_off(monkeypatch, holding, "HOLD_EXACTLY", *SLOW_HOLD)
    assert hold_from_there(neighbours, crowd, make_show()) > neighbours.most


def release(user: User, show: Show) -> Call:
    return partial(client_of(user).delete, f"/api/v1/shows/{show.pk}/hold/")


def release_beside_a_hold(user: User, show: Show) -> tuple[list[str], int]:
    """A1 and A2 are held; A2 and A3 are wanted while all is released. What is held then, and how
    many seats the chain says that is."""
    put_hold(user, show, "A1", "A2")()
    put, released = at_once([put_hold(user, show, "A2", "A3"), release(user, show)])
    assert (put.status_code, released.status_code) == (200, 204)
    held = Seat.objects.filter(held_by=user).order_by("pk").values_list("label", flat=True)
    return list(held), HoldChain.objects.get().seats


WHOLE_OR_NONE: tuple[tuple[list[str], int], ...] = (["A2", "A3"], 2), ([], 0)


def test_a_release_beside_a_hold_leaves_the_whole_hold_or_none(show: Show, alice: User) -> None:
    """Whichever comes first, what is held is what the chain says."""
    for _ in range(20):
        assert release_beside_a_hold(alice, show) in WHOLE_OR_NONE


def test_without_the_user_lock_it_leaves_half_of_one(
    show: Show, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_user_lock(monkeypatch)
    switch_off(monkeypatch, holding, "RELEASE", *SLOW_RELEASE)
    assert any(release_beside_a_hold(alice, show) not in WHOLE_OR_NONE for _ in range(20))


def release_beside_a_booking(user: User, show: Show) -> bool:
    """Whether all is well after a hold was booked while it was released."""
    put_hold(user, show, "A1", "A2")()
    booked, _ = at_once([book(user, show), release(user, show)])
    status = dict(Seat.objects.filter(show=show).values_list("status").annotate(Count("pk")))
    sold = 2 if booked.status_code == 201 else 0
    return status == {"available": 100 - sold} | ({"booked": sold} if sold else {})


def test_a_release_beside_a_booking_frees_nothing_that_was_sold(
    make_show: Callable[..., Show], alice: User
) -> None:
    shows = [make_show() for _ in range(20)]
    assert all(release_beside_a_booking(alice, show) for show in shows)


def test_without_locks_it_frees_what_was_sold(
    make_show: Callable[..., Show], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_user_lock(monkeypatch)
    switch_off(monkeypatch, holding, "RELEASE", *SLOW_RELEASE, *NO_SEAT_LOCK)
    shows = [make_show() for _ in range(20)]
    assert not all(release_beside_a_booking(alice, show) for show in shows)


def close(user: User, _: Show) -> Call:
    return partial(client_of(user).delete, "/api/v1/users/me/", {"password": PASSWORD})


class Ending(NamedTuple):
    """How a hold is ended, by which statement, and the lock in it."""

    call: Callable[[User, Show], Call]
    module: Any
    statement: str
    lock: str


ENDINGS = {
    "released": Ending(release, holding, "RELEASE", " FOR UPDATE"),
    "closed": Ending(close, seats, "RELEASE_ALL_OF_USER", " FOR NO KEY UPDATE"),
}
each_ending = pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)


def end_beside_anothers_hold(end: Callable[[User, Show], Call], other: User, show: Show) -> bool:
    """Whether the other has the seat of a lapsed hold that they took while it was ended."""
    owner = User.objects.create_user(f"{uuid4()}@example.com", PASSWORD)
    put_hold(owner, show, "A1")()
    Seat.objects.filter(show=show, held_by=owner).update(held_until=StatementTime())
    took, ended = at_once([put_hold(other, show, "A1"), end(owner, show)])
    assert (took.status_code, ended.status_code) == (200, 204)
    is_theirs = Seat.objects.get(show=show, label="A1").held_by == other
    release(other, show)()
    HoldChain.objects.all().delete()
    return is_theirs


def slow_down(monkeypatch: pytest.MonkeyPatch, ending: Ending) -> None:
    """The other's hold takes long enough that the end has begun, and that takes longer."""
    switch_off(monkeypatch, holding, "HOLD_EXACTLY", *SLOW_HOLD, "0.02", "0.05")
    switch_off(monkeypatch, ending.module, ending.statement, *SLOW_RELEASE, "0.02", "0.2")


@each_ending
def test_ending_a_hold_beside_anothers_frees_only_ones_own(
    show: Show, bob: User, ending: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_down(monkeypatch, ending)
    assert all(end_beside_anothers_hold(ending.call, bob, show) for _ in range(20))


@each_ending
def test_without_the_seats_lock_it_frees_anothers(
    show: Show, bob: User, ending: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_down(monkeypatch, ending)
    switch_off(monkeypatch, ending.module, ending.statement, f"ORDER BY id{ending.lock}", "")
    assert not all(end_beside_anothers_hold(ending.call, bob, show) for _ in range(20))
