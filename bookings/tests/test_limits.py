"""How many seats one customer may take, and what they cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pytest_django import Settings
from rest_framework.test import APIClient

from bookings.booking import AddressNotVerified, TooManyTickets
from core.failures import Failure
from shows.models import Seat, Show
from tests.api import BOOKINGS, As, book, hold
from tests.clock import let_pass
from theaters.models import Screen
from users.models import User


def row(letter: str, most: int = 10) -> list[str]:
    return [f"{letter}{number}" for number in range(1, most + 1)]


def test_a_customer_has_at_most_twenty_tickets_of_a_show(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    assert book(client, show, *row("A")).status_code == 201
    assert book(client, show, *row("B", 8)).status_code == 201
    refused = book(client, show, *row("C", 3))
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_tickets")
    assert (refused.json()["limit"], refused.json()["left"]) == (20, 2)
    assert book(client, show, "C1", "C2").status_code == 201
    assert book(client, show, "C3").json()["left"] == 0


def test_cancelled_tickets_and_those_of_other_shows_do_not_count(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User
) -> None:
    client = as_(alice)
    reference = book(client, show, *row("A")).json()["reference"]
    assert book(client, make_show(), *row("A")).status_code == 201
    assert book(client, show, *row("B")).status_code == 201
    assert book(client, show, "C1").json()["code"] == "too_many_tickets"
    client.post(f"{BOOKINGS}{reference}/cancel/")
    assert book(client, show, *row("C")).status_code == 201


def test_tickets_of_others_do_not_count(as_: As, show: Show, alice: User, bob: User) -> None:
    client = as_(alice)
    assert book(client, show, *row("A")).status_code == 201
    assert book(client, show, *row("B")).status_code == 201
    User.objects.filter(pk=bob.pk).update(email_verified=False)
    assert book(as_(bob), show, *row("C", 4)).status_code == 201


def test_cancelled_tickets_do_not_count_for_an_unverified_account(
    as_: As, show: Show, alice: User
) -> None:
    User.objects.update(email_verified=False)
    client = as_(alice)
    reference = book(client, show, *row("A", 4)).json()["reference"]
    client.post(f"{BOOKINGS}{reference}/cancel/")
    assert book(client, show, *row("A", 4)).status_code == 201


def test_tickets_of_a_running_show_count(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User
) -> None:
    User.objects.update(email_verified=False)
    later = make_show()
    assert book(as_(alice), show, *row("A", 4)).status_code == 201
    let_pass(show.starts_at - show.created_at + timedelta(minutes=1))
    assert book(as_(alice), later, "A1").json()["code"] == "address_not_verified"


def test_whoever_runs_the_theater_sells_to_groups(
    as_: As, show: Show, olga: User, ada: User, otto: User
) -> None:
    User.objects.update(email_verified=False)
    for letter in "ABC":
        assert book(as_(olga), show, *row(letter)).status_code == 201
    assert book(as_(ada), show, *row("D")).status_code == 201
    assert book(as_(otto), show, *row("E")).json()["code"] == "address_not_verified"
    assert book(as_(olga), show, "F1", total="1.00").json()["code"] == "price_changed"


def test_an_unverified_account_has_at_most_four_tickets_in_all(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User
) -> None:
    User.objects.update(email_verified=False)
    client, other = as_(alice), make_show()
    assert book(client, show, "A1", "A2", "A3").status_code == 201
    refused = book(client, other, "A1", "A2")
    assert (refused.status_code, refused.json()["code"]) == (409, "address_not_verified")
    assert (refused.json()["limit"], refused.json()["left"]) == (4, 1)
    assert book(client, other, "A1").status_code == 201
    client.put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["B1"]})
    assert client.post(BOOKINGS, {"show": show.pk}).json()["code"] == "address_not_verified"
    User.objects.update(email_verified=True)
    assert client.post(BOOKINGS, {"show": show.pk}).status_code == 201


def test_an_unverified_account_within_its_limit_is_told_of_another_price(
    as_: As, show: Show, alice: User
) -> None:
    User.objects.update(email_verified=False)
    wish = {"show": show.pk, "seats": row("A", 4), "total": "1.00"}
    assert as_(alice).post(BOOKINGS, wish).json()["code"] == "price_changed"


def test_tickets_of_shows_that_are_over_do_not_count(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User
) -> None:
    User.objects.update(email_verified=False)
    assert book(as_(alice), show, *row("A", 4)).status_code == 201
    let_pass(timedelta(days=3))
    later = make_show()
    assert book(as_(alice), later, *row("A", 4)).status_code == 201


def test_a_limit_of_zero_requires_a_verified_address(
    as_: As, show: Show, alice: User, settings: Any
) -> None:
    settings.UNVERIFIED_TICKETS_AT_MOST = 0
    User.objects.update(email_verified=False)
    assert book(as_(alice), show, "A1").json()["code"] == "address_not_verified"


def test_bookings_and_cancellations_of_an_hour_are_limited(
    as_: As, show: Show, alice: User, settings: Any
) -> None:
    few = {"booking": (3, timedelta(hours=1)), "cancellation": (2, timedelta(hours=1))}
    settings.RATE_LIMITS = settings.RATE_LIMITS | few
    client = as_(alice)
    booked = [book(client, show, f"A{number}") for number in range(1, 5)]
    assert [answer.status_code for answer in booked] == [201, 201, 201, 429]
    cancels = [
        client.post(f"{BOOKINGS}{answer.json()['reference']}/cancel/") for answer in booked[:3]
    ]
    assert [answer.status_code for answer in cancels] == [200, 200, 429]
    assert int(cancels[2].headers["Retry-After"]) > 3000


@pytest.fixture
def one_an_hour(settings: Any) -> None:
    one = (1, timedelta(hours=1))
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"booking": one, "cancellation": one}


@pytest.mark.usefixtures("one_an_hour")
def test_an_owner_elsewhere_books_and_cancels_as_a_customer(
    as_: As, show: Show, otto: User
) -> None:
    client = as_(otto)
    assert [book(client, show, seat).status_code for seat in ("A1", "A2")] == [201, 429]
    urls = [f"{BOOKINGS}{mine.reference}/cancel/" for mine in otto.bookings.all()] * 2
    assert [client.post(url).status_code for url in urls] == [200, 429]


@pytest.mark.usefixtures("one_an_hour")
@pytest.mark.parametrize("name", ["olga", "ada"])
def test_whoever_runs_the_theater_books_and_cancels_without_limit(
    as_: As, show: Show, alice: User, request: pytest.FixtureRequest, name: str
) -> None:
    client, customer = as_(request.getfixturevalue(name)), as_(alice)
    booked = [book(customer, show, "B1"), *(book(client, show, seat) for seat in ("A1", "A2"))]
    assert [answer.status_code for answer in booked] == [201] * 3
    cancels = [client.post(f"{BOOKINGS}{answer.json()['reference']}/cancel/") for answer in booked]
    assert [answer.status_code for answer in cancels] == [200] * 3


# Prices


@pytest.fixture
def dear_and_cheap(make_show: Callable[..., Show], screen: Screen) -> Show:
    """Three rows of seven: the last is premium and costs more."""
    screen.layout = ["sssssss", "sssssss", "ppppppp"]
    screen.save()
    return make_show(rows=3, columns=7, price=10, prices={"premium": "15.50"})


@pytest.mark.parametrize("in_one_step", [True, False])
def test_seats_of_two_prices_cost_what_each_costs(
    as_: As, dear_and_cheap: Show, alice: User, in_one_step: bool
) -> None:
    client, labels = as_(alice), ["A7", "C1", "C7"]
    if in_one_step:
        booked = book(client, dear_and_cheap, *labels).json()
    else:
        client.put(f"/api/v1/shows/{dear_and_cheap.pk}/hold/", {"seats": labels})
        booked = client.post(BOOKINGS, {"show": dear_and_cheap.pk}).json()
    prices = {ticket["seat"]: ticket["price"] for ticket in booked["tickets"]}
    assert prices == {"A7": "10.00", "C1": "15.50", "C7": "15.50"}
    assert booked["total"] == "41.00"


def test_a_seat_freed_by_cancelling_has_the_current_price(
    as_: As, dear_and_cheap: Show, make_show: Callable[..., Show], alice: User, olga: User
) -> None:
    make_show(price=99, prices={"premium": "99"})
    client = as_(alice)
    reference = book(client, dear_and_cheap, "A1", "C1").json()["reference"]
    new = {"price": "11.00", "prices": {"premium": "17.00"}}
    changed = as_(olga).patch(f"/api/v1/shows/{dear_and_cheap.pk}/", new)
    assert changed.status_code == 200
    client.post(f"{BOOKINGS}{reference}/cancel/")
    mine = Seat.objects.filter(show=dear_and_cheap, label__in=["A1", "C1"])
    free = mine.values_list("label", "price")
    assert {label: str(price) for label, price in free} == {"A1": "11.00", "C1": "17.00"}


def test_anybody_can_read_them(anyone: APIClient, settings: Settings) -> None:
    before = anyone.get("/api/v1/limits/")
    assert before.json() == {
        "seats": 10,
        "held_shows": 4,
        "hold_minutes": 8,
        "hold_minutes_at_most": 16,
        "tickets": 20,
        "unverified_tickets": 4,
        "cancel_minutes": 60,
    }
    tag = before.headers["ETag"]
    assert anyone.get("/api/v1/limits/", HTTP_IF_NONE_MATCH=tag).status_code == 304
    settings.CANCEL_UNTIL = timedelta(minutes=90)
    settings.TICKETS_OF_A_SHOW_AT_MOST = 6
    changed = anyone.get("/api/v1/limits/", HTTP_IF_NONE_MATCH=tag).json()
    assert (changed["cancel_minutes"], changed["tickets"]) == (90, 6)


def test_at_the_very_limit_another_reason_is_told(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    for letter in "AB":
        answer = book(client, show, *row(letter), total="1.00")
        assert answer.json()["code"] == "price_changed"
        assert book(client, show, *row(letter)).status_code == 201


def test_a_customer_who_may_hold_seats_of_one_show_only_holds_them(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, settings: Settings
) -> None:
    settings.HOLD_SHOWS_AT_MOST = 1
    client = as_(alice)
    assert hold(client, show, "A1").status_code == 200
    assert hold(client, make_show(), "A1").json()["code"] == "too_many_holds"


@pytest.mark.parametrize("failure", [TooManyTickets, AddressNotVerified])
def test_a_limit_of_none_and_none_left_can_be_told(failure: type[Failure]) -> None:
    shape = {"type": "object", "properties": failure.members}
    assert Draft202012Validator(shape).is_valid({"limit": 0, "left": 0})
    assert not Draft202012Validator(shape).is_valid({"limit": -1, "left": 0})
    assert not Draft202012Validator(shape).is_valid({"limit": 0, "left": -1})
