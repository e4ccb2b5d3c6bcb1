"""POST shows/{id}/hold/quote/."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from pricing.models import TicketType, Voucher
from pricing.tests.conftest import use
from shows.models import Show
from tests.api import As, hold
from tests.problems import problem
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alices(as_: As, alice: User, show: Show) -> APIClient:
    """Alice's client; she holds A1 and A2."""
    client = as_(alice)
    assert hold(client, show, "A1", "A2").status_code == 200
    return client


def quoted(client: APIClient, show: Show, **body: Any) -> Any:
    return client.post(f"/api/v1/shows/{show.pk}/hold/quote/", body)


def test_seats_of_a_theater_without_types_cost_their_prices(alices: APIClient, show: Show) -> None:
    answer = quoted(alices, show)
    assert answer.status_code == 200
    line = {
        "category": "standard",
        "type": "",
        "price": "250.00",
        "discount": "0.00",
        "fee": "0.00",
        "tax": "0.00",
    }
    assert answer.json() == {
        "lines": [{"seat": "A1", **line}, {"seat": "A2", **line}],
        "discount": "0.00",
        "fees": "0.00",
        "tax": "0.00",
        "total": "500.00",
        "currency": "EUR",
        "voucher": {"code": "", "uses_left": None},
        "pay": ["counter"],
        "pay_within": 15,
        "providers": [],
    }


def test_a_quote_says_what_each_seat_costs_and_how_it_can_be_paid(
    alices: APIClient,
    show: Show,
    types: list[TicketType],
    make_voucher: Callable[..., Voucher],
) -> None:
    seller = {"legal_name": "B", "legal_address": "B", "terms_url": "https://b.example"}
    Theater.objects.update(
        pays="both", booking_fee="0.50", tax_rate=7, privacy_url="https://b.example", **seller
    )
    make_voucher(uses_per_customer=2, uses_at_most=1)
    found = quoted(alices, show, types={"A2": "Child"}, voucher=" save10").json()
    assert found["lines"][1] == {
        "seat": "A2",
        "category": "standard",
        "type": "Child",
        "price": "125.00",
        "discount": "12.50",
        "fee": "0.50",
        "tax": "7.39",
    }
    assert (found["total"], found["fees"], found["discount"]) == ("338.50", "1.00", "37.50")
    assert found["voucher"] == {"code": "SAVE10", "uses_left": 1}
    assert found["pay"] == ["online", "counter"]


def test_the_field_that_is_wrong_is_named(
    alices: APIClient, show: Show, types: list[TicketType]
) -> None:
    for body, code, field in (
        ({"types": {"A2": "Senior"}}, "unknown_ticket_type", "types.A2"),
        ({"types": {"A9": "Child"}}, "type_not_allowed", "types.A9"),
        ({"voucher": "WRONG"}, "voucher_invalid", "voucher"),
    ):
        said = problem(quoted(alices, show, **body), 400, code)
        assert said["errors"][0]["field"] == field


@pytest.mark.parametrize(
    "types", [[], "A1", {"A1": 1}, {"A1": None}, {"A" * 6: "x"}, {f"A{n}": "x" for n in range(11)}]
)
def test_types_are_names_by_seat(alices: APIClient, show: Show, types: Any) -> None:
    problem(quoted(alices, show, types=types), 400, "validation_failed")


def test_a_voucher_that_is_used_up_is_told_apart(
    alices: APIClient, show: Show, bob: User, make_voucher: Callable[..., Voucher]
) -> None:
    use(make_voucher(uses_at_most=1), show, bob)
    problem(quoted(alices, show, voucher="SAVE10"), 409, "voucher_used_up")


def test_whoever_holds_nothing_gets_no_quote(as_: As, bob: User, alices: Any, show: Show) -> None:
    problem(quoted(as_(bob), show), 409, "no_hold")
    problem(as_(bob).post("/api/v1/shows/999999/hold/quote/", {}), 404, "not_found")


def test_codes_cannot_be_guessed_without_end(alices: APIClient, show: Show, settings: Any) -> None:
    few = {"voucher": (2, timedelta(hours=1))}
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = settings.RATE_LIMITS | few
    for _ in range(2):
        problem(quoted(alices, show, voucher="GUESS"), 400, "voucher_invalid")
    problem(quoted(alices, show, voucher="GUESS"), 429, "too_many_requests")
    assert quoted(alices, show).status_code == 200
