"""A customer's consecutive holds of a show form a chain, which ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from shows.models import Seat, Show
from tests.api import As, book, hold, hold_url
from tests.clock import let_pass
from theaters.models import Screen, Theater
from users.models import User

MINUTE = timedelta(minutes=1)


def held(user: User) -> list[str]:
    return list(Seat.objects.filter(held_by=user).values_list("label", flat=True))


def exhausted(answer: Any) -> bool:
    return (answer.status_code, answer.json().get("code")) == (409, "hold_exhausted")


@pytest.mark.parametrize("later", [["A1"], ["A1", "A2"], ["B7"]], ids=["same", "more", "others"])
def test_a_chain_of_holds_ends_after_sixteen_minutes_whichever_seats(
    as_: As, show: Show, alice: User, later: list[str]
) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    let_pass(7 * MINUTE)
    hold(client, show, *later)
    let_pass(7 * MINUTE)
    assert 115 <= hold(client, show, *later).json()["expires_in"] <= 120


def test_a_lapse_does_not_restart_the_sixteen_minutes(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    let_pass(9 * MINUTE)
    assert 415 <= hold(client, show, "A2").json()["expires_in"] <= 420
    let_pass(8 * MINUTE)
    assert exhausted(hold(client, show, "A1"))


def test_a_release_does_not_restart_the_sixteen_minutes(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    for _ in range(8):
        assert hold(client, show, "A1").status_code == 200
        assert client.delete(hold_url(show)).status_code == 204
        let_pass(2 * MINUTE)
    answer = hold(client, show, "A1")
    assert exhausted(answer)
    assert held(alice) == []
    free_again = datetime.fromisoformat(answer.json()["retry_at"]) - timezone.now()
    assert 13 * MINUTE < free_again <= 14 * MINUTE


def test_a_pause_of_sixteen_minutes_ends_the_chain(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    client.delete(hold_url(show))
    let_pass(15 * MINUTE)
    assert hold(client, show, "A1").json()["expires_in"] <= 60
    client.delete(hold_url(show))
    let_pass(15 * MINUTE)
    assert exhausted(hold(client, show, "A1"))
    let_pass(2 * MINUTE)
    for _ in range(2):
        assert hold(client, show, "A1").json()["expires_in"] >= 475
        let_pass(MINUTE)


def test_a_hold_that_lapsed_long_ago_does_not_count_even_before_tidying(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    let_pass(30 * MINUTE)
    assert hold(client, show, "A1", "A2").json()["expires_in"] >= 475


def test_a_refusal_does_not_lengthen_the_pause(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    let_pass(17 * MINUTE)
    assert exhausted(hold(client, show, "A1"))
    assert exhausted(hold(client, show, "B1"))
    client.delete(hold_url(show))
    let_pass(8 * MINUTE)
    assert hold(client, show, "A1").json()["expires_in"] >= 475


def test_a_refusal_starts_no_chain(as_: As, show: Show, alice: User, bob: User) -> None:
    hold(as_(bob), show, "B1")
    client = as_(alice)
    assert hold(client, show, "B1").json()["code"] == "seats_unavailable"
    let_pass(17 * MINUTE)
    assert hold(client, show, "A1").json()["expires_in"] >= 475


def test_a_customer_whose_chain_is_exhausted_can_still_book_free_seats(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    let_pass(17 * MINUTE)
    assert exhausted(hold(client, show, "A1"))
    assert book(client, show, "A1").status_code == 201


def test_a_booking_ends_the_chain(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    let_pass(7 * MINUTE)
    assert book(client, show).status_code == 201
    assert hold(client, show, "A2").json()["expires_in"] >= 475


def test_a_chain_belongs_to_one_show_and_one_customer(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, bob: User
) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    let_pass(15 * MINUTE)
    assert hold(client, make_show(), "A1").json()["expires_in"] >= 475
    assert hold(as_(bob), show, "A1").json()["expires_in"] >= 475


def test_whoever_runs_the_theater_has_no_chain_and_no_limit_of_shows(
    as_: As, make_show: Callable[..., Show], olga: User
) -> None:
    client = as_(olga)
    shows = [make_show() for _ in range(5)]
    for show in shows:
        assert hold(client, show, "A1").status_code == 200
    for _ in range(3):
        let_pass(7 * MINUTE)
        assert hold(client, shows[0], "A1").json()["expires_in"] >= 475


def test_an_owner_elsewhere_is_a_customer(
    as_: As, show: Show, make_show: Callable[..., Show], otto: User
) -> None:
    place = {"city": "Berlin", "timezone": "Europe/Berlin", "currency": "EUR"}
    theater = Theater.objects.create(name="Odeon", owner=otto, **place)
    make_show(screen=Screen.objects.create(theater=theater, name="Blue"))
    client = as_(otto)
    hold(client, show, "A1")
    let_pass(17 * MINUTE)
    assert exhausted(hold(client, show, "A1"))


def test_a_former_owner_is_a_customer(as_: As, make_show: Callable[..., Show], olga: User) -> None:
    User.objects.filter(pk=olga.pk).update(role="user")
    client = as_(olga)
    answers = [hold(client, make_show(), "A1") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 409]


def test_a_user_who_has_just_been_disabled_holds_nothing(show: Show, alice: User) -> None:
    client = APIClient()
    client.force_authenticate(alice)
    User.objects.update(is_active=False)
    assert hold(client, show, "A1").status_code == 401
