"""OWASP API6: the rules of selling seats, as seen by somebody who wants to get around them."""

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bookings.models import Booking
from shows.models import Seat, Show
from tests.api import BOOKINGS, As
from tests.clock import let_pass
from tests.invariants import violations
from tests.problems import problem
from tests.server import Server
from users import tokens
from users.models import User
from users.sessions import start_session

BUYERS = 500


def buy(client: httpx.Client, show: Show, access: str, *, holds: bool) -> int:
    """Tries to get the last seat; half of the buyers hold it first."""
    headers = {"Authorization": f"Bearer {access}"}
    if holds:
        path = f"/api/v1/shows/{show.pk}/hold/"
        held = client.put(path, json={"seats": ["A1"]}, headers=headers)
        if held.status_code != 200:
            return held.status_code
    wish = {"show": show.pk} | ({} if holds else {"seats": ["A1"]})
    return client.post(BOOKINGS, json=wish, headers=headers).status_code


@pytest.mark.django_db(transaction=True)
def test_of_five_hundred_buyers_of_the_last_seat_one_gets_it(
    show: Show, alice: User, server: Server
) -> None:
    Seat.objects.filter(show=show).exclude(label="A1").update(status="blocked")
    crowd = User.objects.bulk_create(User(email=f"b{n}@example.com") for n in range(BUYERS))
    access = [tokens.pair(start_session(user=user, address=""))["access"] for user in crowd]
    with (
        httpx.Client(base_url=server.url, timeout=60) as client,
        ThreadPoolExecutor(64) as threads,
    ):
        answers = threads.map(
            lambda n: buy(client, show, access[n], holds=n % 2 == 1), range(BUYERS)
        )
        assert Counter(answers) == {201: 1, 409: BUYERS - 1}
    assert Booking.objects.count() == 1
    assert violations() == []


NO_SEATS: list[Any] = [
    *(["a1"], ["A01"], [" A1"], ["A1 "], ["A１"], ["A-1"], ["A0"], ["1"], ["true"], ["null"]),
    *([7], [True], [None], [["A1"]], [{}], "A1", {"A1": 1}, None, 7, [], ["A1", "A1"], ["Α1"]),
    *(["A1\u200b"], ["A1,A2"], ["%"], ["_1"], ["Z99"], [""], ["A1;--"], ["{A1}"], ['"A1"']),
    [f"A{number}" for number in range(10_000)],
]


@pytest.mark.django_db
@pytest.mark.parametrize("seats", NO_SEATS, ids=lambda seats: str(seats)[:20])
def test_an_invalid_label_never_means_another_seat(
    as_: As, show: Show, alice: User, seats: Any
) -> None:
    client = as_(alice)
    hold = f"/api/v1/shows/{show.pk}/hold/"
    for answer in (
        client.put(hold, {"seats": seats}),
        client.post(BOOKINGS, {"show": show.pk, "seats": seats}),
    ):
        said = problem(answer, 400)
        assert {row["field"].split(".")[0] for row in said["errors"]} == {"seats"}
    assert set(Seat.objects.values_list("status", flat=True)) == {"available"}
    assert not Booking.objects.exists()


@pytest.mark.django_db
def test_a_booking_has_only_seats_of_its_show(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User
) -> None:
    small = make_show()
    Seat.objects.filter(show=small).exclude(row="A").delete()
    client = as_(alice)
    answer = client.post(BOOKINGS, {"show": small.pk, "seats": ["A1", "B1"]})
    problem(answer, 400, "unknown_seats")
    assert not Booking.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["started", "cancelled", "past"])
def test_what_is_over_is_not_sold(as_: As, show: Show, alice: User, olga: User, end: str) -> None:
    hold = f"/api/v1/shows/{show.pk}/hold/"
    if end == "cancelled":
        as_(olga).post(f"/api/v1/shows/{show.pk}/cancel/", {"reason": "Flood"})
    else:
        until = show.ends_at if end == "past" else show.starts_at
        let_pass(until - show.created_at + timedelta(seconds=1))
    client = as_(alice)
    problem(client.put(hold, {"seats": ["A1"]}), 409, "show_not_on_sale")
    for wish in ({"show": show.pk}, {"show": show.pk, "seats": ["A1"]}):
        problem(client.post(BOOKINGS, wish), 409, "show_not_on_sale")


@pytest.mark.django_db
def test_nothing_is_booked_without_a_live_hold(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    problem(client.post(BOOKINGS, {"show": show.pk}), 409, "no_hold")
    client.put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["A1"]})
    let_pass(timedelta(minutes=8))
    problem(client.post(BOOKINGS, {"show": show.pk}), 409, "hold_expired")
    assert not Booking.objects.exists()


@pytest.mark.django_db
def test_nobody_hoards_by_swapping_and_putting_again(as_: As, show: Show, alice: User) -> None:
    """Other seats every seven minutes are still one chain, which ends after sixteen."""
    hold = f"/api/v1/shows/{show.pk}/hold/"
    left = []
    for seats in itertools.islice(itertools.cycle((["A1"], ["A2"], ["A1", "A3"])), 3):
        left.append(as_(alice).put(hold, {"seats": seats}).json()["expires_in"])
        let_pass(timedelta(minutes=7))
    assert left[0] == left[1] == 480
    assert left[2] <= 120
    problem(as_(alice).get(hold), 404, "no_hold")


@pytest.mark.django_db
def test_the_price_is_the_servers(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    wish = {"show": show.pk, "seats": ["A1"], "price": "0.01", "currency": "IDR", "status": "paid"}
    other: list[Any] = ["0.00", "0.01", 0, "249.99"]
    odd: list[Any] = ["-250.00", "NaN", "2.5e2", "250.000", 250.0, True, None, []]
    for total in other:
        problem(client.post(BOOKINGS, {**wish, "total": total}), 409, "price_changed")
    for total in odd:
        problem(client.post(BOOKINGS, {**wish, "total": total}), 400)
    made = client.post(BOOKINGS, {**wish, "total": "250.00"}).json()
    assert (made["total"], made["status"]) == ("250.00", "confirmed")
