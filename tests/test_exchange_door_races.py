"""Exchanges beside the door; each guard has a twin without it, which must break."""

from typing import Any

import pytest

from admission.tests.conftest import opened
from bookings import exchanging
from payments.models import ProviderAccount, Refund
from tests.exchange_racing import SLOW_SEATS, Make, broken, exchange, paid, waiting
from tests.money_racing import account, arrives, quietly
from tests.parallel import at_once
from tests.racing import switch_off, unexpected
from tests.test_door_races import scan
from users.models import User

__all__ = ["account"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races")]


def race_with_a_door(make: Make, alice: User, olga: User, account: ProviderAccount) -> list[Any]:
    show = make()
    tickets = [paid(alice, show, f"A{number}", account) for number in range(1, 11)]
    opened(show)
    for ticket in tickets:
        wish = exchange(olga, ticket, ticket.label.replace("A", "B"))
        said, done = at_once([scan(olga, show, ticket, f"s{ticket.pk}"), wish])
        is_in = said.json().get("status") == "admitted"
        if is_in == (done.status_code == 200) or unexpected([said, done]) or broken():
            return [said.content, done.content, *broken()]
    return []


def test_nobody_is_in_with_a_ticket_that_is_exchanged(
    make_show: Make, alice: User, olga: User, account: ProviderAccount
) -> None:
    assert race_with_a_door(make_show, alice, olga, account) == []


def test_without_the_tickets_lock_somebody_is(
    make_show: Make,
    alice: User,
    olga: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slowly = ("AND code = %(code)s FOR NO KEY UPDATE", "AND code = %(code)s")
    switch_off(monkeypatch, exchanging, "LOCK_TICKET", *slowly)
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *SLOW_SEATS)
    assert race_with_a_door(make_show, alice, olga, account) != []


def race_of_money_with_a_door(
    make: Make, alice: User, olga: User, account: ProviderAccount
) -> list[Any]:
    show = make()
    all_of_them = [waiting(alice, show, account, f"A{number}") for number in range(1, 9)]
    opened(show)
    for ticket, payment in all_of_them:
        said, done = at_once([scan(olga, show, ticket, f"m{ticket.pk}"), quietly(arrives(payment))])
        is_in = said.json().get("status") == "admitted"
        given_back = Refund.objects.filter(payment=payment).exists()
        if done is not True or is_in != given_back or broken():
            return [said.content, done, *broken()]
    return []


def test_who_goes_in_while_the_difference_comes_gets_it_back(
    make_show: Make, alice: User, olga: User, account: ProviderAccount
) -> None:
    assert race_of_money_with_a_door(make_show, alice, olga, account) == []


def test_without_the_tickets_lock_they_are_in_and_exchanged(
    make_show: Make,
    alice: User,
    olga: User,
    account: ProviderAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock = (" FOR NO KEY UPDATE OF given FOR NO KEY UPDATE OF wanted", "")
    switch_off(monkeypatch, exchanging, "AWAITED", *lock)
    switch_off(monkeypatch, exchanging, "LOCK_SEATS", *SLOW_SEATS)
    assert race_of_money_with_a_door(make_show, alice, olga, account) != []
