"""Customers at one network address may together hold a share of a show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from shows.models import Show
from tests.api import hold, hold_url
from tests.clock import let_pass
from users.models import User

MINUTE = timedelta(minutes=1)


@pytest.fixture
def crowd(db: None) -> list[User]:
    return [
        User.objects.create_user(f"c{number}@example.com", name="C", email_verified=False)
        for number in range(8)
    ]


def hold_row(user: User, show: Show, row: str, address: str = "203.0.113.9") -> Any:
    client = APIClient(REMOTE_ADDR=address)
    client.force_authenticate(user)
    return hold(client, show, *[f"{row}{number}" for number in range(1, 11)])


def test_one_address_holds_a_share_of_a_show(
    show: Show, make_show: Callable[..., Show], crowd: list[User]
) -> None:
    for user, row in zip(crowd, "ABCDEF", strict=False):
        assert hold_row(user, show, row).status_code == 200
    refused = hold_row(crowd[6], show, "G")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_seats_held_here")
    assert hold_row(crowd[0], show, "B").json()["code"] == "seats_unavailable"
    assert hold_row(crowd[0], show, "A").status_code == 200, "my own seats do not count"
    assert hold_row(crowd[6], make_show(), "G").status_code == 200
    assert hold_row(crowd[6], show, "G", address="203.0.113.10").status_code == 200


def test_what_is_released_or_lapsed_is_no_longer_held_from_an_address(
    show: Show, crowd: list[User]
) -> None:
    for user, row in zip(crowd, "ABCDEF", strict=False):
        hold_row(user, show, row)
    client = APIClient(REMOTE_ADDR="203.0.113.9")
    client.force_authenticate(crowd[0])
    client.delete(hold_url(show))
    assert hold_row(crowd[6], show, "G").status_code == 200
    let_pass(9 * MINUTE)
    assert hold_row(crowd[7], show, "A").status_code == 200


@pytest.fixture
def _twenty_from_an_address(settings: Any) -> None:
    settings.HOLD_ADDRESS_SEATS_AT_LEAST, settings.HOLD_ADDRESS_SHARE = 20, 0


@pytest.mark.usefixtures("_twenty_from_an_address")
def test_releasing_leaves_the_holds_of_others_and_in_other_shows(
    show: Show, make_show: Callable[..., Show], crowd: list[User]
) -> None:
    other = make_show()
    for user, row in zip(crowd, "AB", strict=False):
        assert hold_row(user, show, row).status_code == 200
        assert hold_row(user, other, row).status_code == 200
    client = APIClient(REMOTE_ADDR="203.0.113.9")
    client.force_authenticate(crowd[0])
    client.delete(hold_url(show))
    assert hold_row(crowd[2], show, "C").status_code == 200
    assert hold_row(crowd[3], show, "D").json()["code"] == "too_many_seats_held_here"
    assert hold_row(crowd[2], other, "C").json()["code"] == "too_many_seats_held_here"


@pytest.mark.usefixtures("_twenty_from_an_address")
def test_a_hold_counts_with_its_current_seats_where_it_was_last_made(
    show: Show, crowd: list[User]
) -> None:
    client = APIClient(REMOTE_ADDR="203.0.113.9")
    client.force_authenticate(crowd[0])
    hold(client, show, "A1")
    hold_row(crowd[0], show, "A")
    hold_row(crowd[1], show, "B")
    neighbour = APIClient(REMOTE_ADDR="203.0.113.9")
    neighbour.force_authenticate(crowd[2])
    assert hold(neighbour, show, "C1").json()["code"] == "too_many_seats_held_here"
    hold_row(crowd[1], show, "B", address="203.0.113.10")
    assert hold_row(crowd[2], show, "C").status_code == 200
    hold_row(crowd[3], show, "D", address="203.0.113.10")
    refused = hold_row(crowd[4], show, "E", address="203.0.113.10")
    assert refused.json()["code"] == "too_many_seats_held_here"


def test_verified_accounts_may_hold_ten_times_as_much_from_one_address(
    show: Show, crowd: list[User]
) -> None:
    for user, row in zip(crowd, "ABCDEF", strict=False):
        hold_row(user, show, row)
    User.objects.filter(pk=crowd[6].pk).update(email_verified=True)
    assert hold_row(User.objects.get(pk=crowd[6].pk), show, "G").status_code == 200


def test_verified_accounts_can_be_limited_like_others(
    show: Show, crowd: list[User], settings: Any
) -> None:
    settings.HOLD_ADDRESS_VERIFIED_FACTOR = 1
    User.objects.update(email_verified=True)
    held = [hold_row(user, show, row) for user, row in zip(crowd, "ABCDEFG", strict=False)]
    assert [answer.status_code for answer in held] == [200] * 6 + [409]


def test_the_share_of_a_large_show_counts(
    make_show: Callable[..., Show], crowd: list[User], settings: Any
) -> None:
    settings.HOLD_ADDRESS_SEATS_AT_LEAST, settings.HOLD_ADDRESS_SHARE = 5, 0.2
    show = make_show()
    assert hold_row(crowd[0], show, "A").status_code == 200
    assert hold_row(crowd[1], show, "B").status_code == 200
    assert hold_row(crowd[2], show, "C").json()["code"] == "too_many_seats_held_here"


def test_holds_of_the_theater_do_not_count_for_an_address(
    show: Show, crowd: list[User], olga: User, settings: Any
) -> None:
    settings.HOLD_ADDRESS_SEATS_AT_LEAST, settings.HOLD_ADDRESS_SHARE = 10, 0
    assert hold_row(olga, show, "A").status_code == 200
    assert hold_row(crowd[0], show, "B").status_code == 200


def test_an_address_may_hold_exactly_as_many_as_its_limit(
    show: Show, crowd: list[User], settings: Any
) -> None:
    settings.HOLD_ADDRESS_SEATS_AT_LEAST, settings.HOLD_ADDRESS_SHARE = 10, 0
    assert hold_row(crowd[0], show, "A").status_code == 200


def test_all_ipv6_sites_of_a_provider_hold_ten_times_as_much_as_one(
    make_show: Callable[..., Show], settings: Any
) -> None:
    settings.HOLD_ADDRESS_SEATS_AT_LEAST, settings.HOLD_ADDRESS_SHARE = 1, 0
    show = make_show()

    def from_site(site: int, seat: str, provider: int = 1) -> Any:
        user = User.objects.create_user(f"{provider}-{seat}@example.com", name="C")
        client = APIClient(REMOTE_ADDR=f"2001:db8:{provider}:{site:x}::7")
        client.force_authenticate(user)
        return hold(client, show, seat)

    for site in range(1, 11):
        assert from_site(site, f"A{site}").status_code == 200
    assert from_site(11, "B1").json()["code"] == "too_many_seats_held_here"
    assert from_site(1, "B2", provider=2).status_code == 200
    assert from_site(1, "B3", provider=2).json()["code"] == "too_many_seats_held_here"


def test_an_unknown_address_has_no_limit(show: Show, crowd: list[User]) -> None:
    for user, row in zip(crowd, "ABCDEFGH", strict=True):
        assert hold_row(user, show, row, address="").status_code == 200
