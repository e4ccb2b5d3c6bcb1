"""Limits hold under parallel requests; each guard has a twin that shows what happens without it."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db.models import Count

from bookings import booking
from bookings.models import Ticket
from shows import customers, holding
from shows.models import HoldChain, Seat, Show
from tests.parallel import at_once
from tests.racing import (
    NO_QUEUE,
    SLOW_BOOK,
    SLOW_HOLD,
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


def test_parallel_bookings_get_no_ticket_too_many(
    make_show: Callable[..., Show], alice: User
) -> None:
    for _ in range(ROUNDS):
        assert book_rows(alice, make_show()) == [201] * 4 + [409] * 4


def test_without_the_user_lock_they_do(
    make_show: Callable[..., Show], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_user_lock(monkeypatch)
    switch_off(monkeypatch, booking, "BOOK", *SLOW_BOOK)
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
    switch_off(monkeypatch, booking, "BOOK", *SLOW_BOOK)
    assert book_everywhere(alice, [make_show() for _ in range(6)]) > 4


def hold_from_one_address(users: list[User], show: Show) -> int:
    """Ten customers at one address want a row each; six rows are as many as they may hold."""
    calls: list[Call] = []
    for user, row in zip(users, "ABCDEFGHIJ", strict=False):
        client = client_of(user)
        client.defaults["REMOTE_ADDR"] = "203.0.113.9"
        seats = {"seats": [f"{row}{number}" for number in range(1, 11)]}
        calls.append(partial(client.put, f"/api/v1/shows/{show.pk}/hold/", seats))
    at_once(calls)
    return Seat.objects.filter(show=show, status="selected").count()


def test_one_address_holds_no_seat_too_many(
    make_show: Callable[..., Show], crowd: list[User]
) -> None:
    for _ in range(ROUNDS):
        assert hold_from_one_address(crowd, make_show()) == 60
        HoldChain.objects.all().delete()
        Seat.objects.update(status="available", held_by=None, held_since=None, held_until=None)


def test_without_its_queue_an_address_holds_more(
    make_show: Callable[..., Show], crowd: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off(monkeypatch, customers, "ENTER", *NO_QUEUE)
    switch_off(monkeypatch, holding, "HOLD_EXACTLY", *SLOW_HOLD)
    assert hold_from_one_address(crowd, make_show()) > 60


def test_a_release_beside_a_hold_leaves_the_whole_hold_or_none(show: Show, alice: User) -> None:
    """Whichever comes first, what is held is what the chain says."""
    for _ in range(ROUNDS * 3):
        release: Call = partial(client_of(alice).delete, f"/api/v1/shows/{show.pk}/hold/")
        put, released = at_once([put_hold(alice, show, "A1", "A2"), release])
        assert (put.status_code, released.status_code) == (200, 204)
        held = list(Seat.objects.filter(held_by=alice).values_list("label", flat=True))
        assert held in ([], ["A1", "A2"])
        assert HoldChain.objects.get().seats == len(held)


def test_a_release_beside_a_booking_frees_nothing_that_was_sold(
    make_show: Callable[..., Show], alice: User
) -> None:
    for _ in range(ROUNDS * 2):
        show = make_show()
        put_hold(alice, show, "A1", "A2")()
        release: Call = partial(client_of(alice).delete, f"/api/v1/shows/{show.pk}/hold/")
        booked, _ = at_once([book(alice, show), release])
        status = dict(Seat.objects.filter(show=show).values_list("status").annotate(Count("pk")))
        sold = 2 if booked.status_code == 201 else 0
        assert status == {"available": 100 - sold} | ({"booked": sold} if sold else {})


def test_a_release_beside_anothers_hold_frees_only_ones_own(
    make_show: Callable[..., Show], alice: User, bob: User
) -> None:
    for _ in range(ROUNDS * 2):
        show = make_show()
        put_hold(alice, show, "A1")()
        release: Call = partial(client_of(alice).delete, f"/api/v1/shows/{show.pk}/hold/")
        took, _ = at_once([put_hold(bob, show, "A1"), release])
        holder = Seat.objects.get(show=show, label="A1").held_by
        assert holder == (bob if took.status_code == 200 else None)
        client_of(bob).delete(f"/api/v1/shows/{show.pk}/hold/")
