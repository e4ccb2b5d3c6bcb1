"""A cashier sells, and gives back what the theater's policy does; a manager may give back more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from payments.tests.exchanged import exchange, ticket
from payments.tests.test_refund_quotes import paid, path
from shows.models import Show
from tests.api import As, book
from tests.clock import let_pass
from tests.problems import problem
from tests.staff import hire
from theaters.models import Theater
from users.models import User

__all__ = ["paid", "ticket"]


@pytest.fixture
def cashier(bob: User, show: Show) -> User:
    hire(bob, "cashier", show.screen.theater)
    return bob


@pytest.fixture
def manager(bob: User, show: Show) -> User:
    hire(bob, "manager", show.screen.theater)
    return bob


def nearly_start(show: Show) -> None:
    """Lets half an hour be left until the show."""
    let_pass(show.starts_at - show.created_at - timedelta(minutes=30))


def test_a_cashier_gives_back_what_the_policy_says(
    as_: As, cashier: User, paid: dict[str, Any]
) -> None:
    client = as_(cashier)
    quote = client.get(path(paid)).json()
    assert (quote["total"], quote["share"]) == ("250.01", 50)
    assert client.post(path(paid, "cancel"), {"refund": "250.01"}).status_code == 200


def test_what_is_too_late_for_the_policy_is_so_for_a_cashier(
    as_: As, cashier: User, paid: dict[str, Any], show: Show
) -> None:
    client = as_(cashier)
    nearly_start(show)
    problem(client.get(path(paid)), 409, "too_late")
    problem(client.post(path(paid, "cancel")), 409, "too_late")


def test_a_manager_gives_everything_back_until_the_start(
    as_: As, manager: User, paid: dict[str, Any], show: Show
) -> None:
    client = as_(manager)
    nearly_start(show)
    Theater.objects.update(fee_refundable=True)
    assert client.get(path(paid)).json()["total"] == "503.01"


def test_what_nobody_has_paid_a_cashier_cancels_until_the_start(
    as_: As, cashier: User, alice: User, show: Show
) -> None:
    booking = book(as_(alice), show, "A1").json()
    client = as_(cashier)
    nearly_start(show)
    problem(as_(alice).post(path(booking, "cancel")), 409, "too_late")
    assert client.post(path(booking, "cancel")).status_code == 200


def test_a_cashier_exchanges_to_another_show_only_what_could_be_given_back(
    as_: As, cashier: User, ticket: Any, make_show: Callable[..., Show]
) -> None:
    other = make_show()
    client = as_(cashier)
    Theater.objects.update(refund_policy=[{"until_minutes": 0, "share": 50}])
    problem(exchange(client, ticket, "A1", show=other.pk), 409, "too_late")
    Theater.objects.update(refund_policy=[{"until_minutes": 0, "share": 100}])
    assert exchange(client, ticket, "A1", show=other.pk).status_code == 200
