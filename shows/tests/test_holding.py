"""Holding seats: for some minutes, all or none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from shows.models import Seat, Show
from tests.api import As, book, hold, hold_url
from tests.clock import let_pass
from tests.locks import locked
from tests.queries import queries_at_most
from users.models import User

MINUTE = timedelta(minutes=1)


def held(user: User) -> list[str]:
    return list(Seat.objects.filter(held_by=user).values_list("label", flat=True))


def test_a_hold_says_what_it_costs_and_how_long_it_lasts(as_: As, show: Show, alice: User) -> None:
    answer = hold(as_(alice), show, "A2", "A1")
    assert answer.status_code == 200
    body = answer.json()
    assert body["seats"] == [
        {"label": "A1", "category": "standard", "price": "250.00"},
        {"label": "A2", "category": "standard", "price": "250.00"},
    ]
    assert (body["show"], body["total"], body["currency"]) == (show.pk, "500.00", "EUR")
    assert 475 <= body["expires_in"] <= 480
    assert body["expires_at"].endswith(("+01:00", "+02:00"))


def test_putting_again_makes_the_hold_exactly_these_seats(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    hold(client, show, "A1", "A2")
    assert hold(client, show, "A2", "A3").status_code == 200
    assert held(alice) == ["A2", "A3"]


def test_it_can_be_read_and_released(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    made = hold(client, show, "A1").json()
    read = client.get(hold_url(show)).json()
    assert read["seats"] == made["seats"]
    assert read["expires_at"] == made["expires_at"]
    assert client.delete(hold_url(show)).status_code == 204
    assert client.delete(hold_url(show)).status_code == 204
    gone = client.get(hold_url(show))
    assert (gone.status_code, gone.json()["code"]) == (404, "no_hold")
    assert held(alice) == []


def test_releasing_the_seats_of_one_show_keeps_those_of_others(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, bob: User
) -> None:
    client, other = as_(alice), make_show()
    hold(client, show, "A1")
    hold(client, other, "A2")
    hold(as_(bob), show, "B1")
    client.delete(hold_url(show))
    assert (held(alice), held(bob)) == (["A2"], ["B1"])


def test_a_hold_is_listed_by_seat_until_it_lapses(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User
) -> None:
    client = as_(alice)
    hold(client, make_show(), "A1")
    assert client.get(hold_url(show)).status_code == 404
    hold(client, show, "B1", "A10", "A2")
    hold(client, show, "A2", "B1", "A10", "A1")
    labels = [seat["label"] for seat in client.get(hold_url(show)).json()["seats"]]
    assert labels == ["A1", "A2", "A10", "B1"]
    let_pass(8 * MINUTE)
    assert client.get(hold_url(show)).status_code == 404


def test_nobody_else_can_see_or_release_a_hold(as_: As, show: Show, alice: User, bob: User) -> None:
    hold(as_(alice), show, "A1")
    bobs = as_(bob)
    assert bobs.get(hold_url(show)).status_code == 404
    bobs.delete(hold_url(show))
    assert held(alice) == ["A1"]


def test_what_is_lost_is_named_and_nothing_changes(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    hold(as_(alice), show, "A1", "A2")
    bobs = as_(bob)
    hold(bobs, show, "B1")
    answer = hold(bobs, show, "A1", "A2", "A3")
    assert answer.status_code == 409
    body = answer.json()
    assert (body["code"], body["seats"]) == ("seats_unavailable", ["A1", "A2"])
    assert body["detail"] == "Not free: A1, A2. Choose other seats."
    assert held(bob) == ["B1"]


def test_the_seats_of_a_lapsed_hold_can_be_held_by_others(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    hold(as_(alice), show, "A1")
    let_pass(8 * MINUTE)
    assert hold(as_(bob), show, "A1").status_code == 200
    assert as_(alice).get(hold_url(show)).status_code == 404


def test_a_blocked_seat_is_not_for_sale(as_: As, show: Show, alice: User) -> None:
    Seat.objects.filter(show=show, label="A1").update(status="blocked")
    assert hold(as_(alice), show, "A1").json()["seats"] == ["A1"]


@pytest.mark.parametrize("status", ["booked", "blocked"])
def test_one_seat_that_is_not_free_means_that_none_is_held(
    as_: As, show: Show, alice: User, status: str
) -> None:
    Seat.objects.filter(show=show, label="B1").update(status=status)
    answer = hold(as_(alice), show, "A1", "B1", "C1")
    assert (answer.status_code, answer.json()["seats"]) == (409, ["B1"])
    assert held(alice) == []
    assert Seat.objects.get(show=show, label="B1").status == status


LOCK_SEAT = "SELECT FROM shows_seat WHERE show_id = %(show)s AND label = 'B1' FOR UPDATE"


@pytest.mark.django_db(transaction=True)
def test_a_hold_waits_for_nobody_who_chooses_other_seats(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    with locked(LOCK_SEAT, show=show.pk):
        assert hold(client, show, "A1", "A2").status_code == 200
        assert hold(client, show, "B1").status_code == 503
        assert client.delete(hold_url(show)).status_code == 204


# How long


def test_putting_extends_the_hold_to_eight_minutes_from_now(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    let_pass(5 * MINUTE)
    assert 175 <= client.get(hold_url(show)).json()["expires_in"] <= 180
    assert 475 <= hold(client, show, "A1").json()["expires_in"] <= 480


# What is refused


@pytest.mark.parametrize(
    ("seats", "code"),
    [
        ([], "empty"),
        (["A1", "A1"], "duplicate_seats"),
        ([f"A{number}" for number in range(1, 12)], "too_many_seats"),
        (["Z9"], "unknown_seats"),
        (["A1", "Z9"], "unknown_seats"),
        (["a1"], "unknown_seats"),
        (["A01"], "unknown_seats"),
        ([" A1"], "unknown_seats"),
        (["A１"], "unknown_seats"),
        (["A-1"], "unknown_seats"),
        (["A0"], "unknown_seats"),
        (["1"], "unknown_seats"),
    ],
)
def test_a_malformed_hold_is_400_and_changes_nothing(
    as_: As, show: Show, alice: User, seats: list[str], code: str
) -> None:
    answer = hold(as_(alice), show, *seats)
    assert answer.status_code == 400
    body = answer.json()
    assert body["errors"][0]["code"] == code
    assert body["errors"][0]["field"] == "seats"
    assert held(alice) == []


@pytest.mark.parametrize("seats", ["A1", None, True, 7, [True], [None], [7], [["A1"]], {"A1": 1}])
def test_seats_of_a_wrong_type_are_400(as_: As, show: Show, alice: User, seats: Any) -> None:
    answer = as_(alice).put(hold_url(show), {"seats": seats})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].split(".")[0] == "seats"
    assert isinstance(seats, list | None) or answer.json()["detail"] == "Expected a list of labels."


def test_seats_are_required(as_: As, show: Show, alice: User) -> None:
    assert as_(alice).put(hold_url(show), {}).json()["errors"][0] == {
        "field": "seats",
        "code": "required",
        "detail": "This field is required.",
    }


def test_ten_thousand_seats_are_refused_at_once(as_: As, show: Show, alice: User) -> None:
    labels = [f"A{number}" for number in range(10_000)]
    assert hold(as_(alice), show, *labels).json()["code"] == "too_many_seats"


def test_booked_seats_do_not_count_towards_the_ten(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    row_a = [f"A{number}" for number in range(1, 11)]
    assert hold(client, show, *row_a).status_code == 200
    assert book(client, show).status_code == 201
    assert hold(client, show, *[label.replace("A", "B") for label in row_a]).status_code == 200


def test_a_show_that_has_started_is_not_on_sale(
    as_: As, make_show: Callable[..., Show], alice: User
) -> None:
    show = make_show()
    let_pass(show.starts_at - show.created_at + MINUTE)
    answer = hold(as_(alice), show, "A1")
    assert (answer.status_code, answer.json()["code"]) == (409, "show_not_on_sale")


def test_a_cancelled_show_is_not_on_sale(as_: As, show: Show, alice: User, olga: User) -> None:
    as_(olga).post(f"/api/v1/shows/{show.pk}/cancel/", {"reason": "Flood"})
    assert hold(as_(alice), show, "A1").json()["code"] == "show_not_on_sale"


def test_an_unknown_show_is_404(as_: As, alice: User) -> None:
    client = as_(alice)
    assert client.put("/api/v1/shows/999999/hold/", {"seats": ["A1"]}).status_code == 404
    assert client.get("/api/v1/shows/999999/hold/").status_code == 404
    assert client.delete("/api/v1/shows/999999/hold/").status_code == 404


def test_a_hold_needs_a_login(anyone: APIClient, show: Show) -> None:
    assert hold(anyone, show, "A1").status_code == 401


def test_at_most_four_shows_at_once(as_: As, make_show: Callable[..., Show], alice: User) -> None:
    client = as_(alice)
    shows = [make_show() for _ in range(5)]
    for show in shows[:4]:
        assert hold(client, show, "A1").status_code == 200
    refused = hold(client, shows[4], "A1")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_holds")
    assert refused.json()["shows"] == [show.pk for show in shows[:4]]
    assert hold(client, shows[0], "A2").status_code == 200
    client.delete(hold_url(shows[1]))
    assert hold(client, shows[4], "A1").status_code == 200


def test_holds_of_others_do_not_count_towards_my_four_shows(
    as_: As, make_show: Callable[..., Show], alice: User, bob: User
) -> None:
    bobs = as_(bob)
    shows = [make_show() for _ in range(4)]
    for show in shows:
        assert hold(bobs, show, "A1").status_code == 200
    assert hold(as_(alice), make_show(), "A1").status_code == 200


def test_at_most_sixty_holds_in_ten_minutes(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    answers = [hold(client, show, "A1") for _ in range(61)]
    assert [answer.status_code for answer in answers] == 60 * [200] + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 600


def test_putting_a_hold_takes_four_queries(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    hold(client, show, "A1", "A2")
    with queries_at_most(4):
        hold(client, show, "A2", "A3", "A4")


def test_lapsed_holds_do_not_count_towards_the_four_shows(
    as_: As, make_show: Callable[..., Show], alice: User
) -> None:
    client = as_(alice)
    for show in [make_show() for _ in range(4)]:
        assert hold(client, show, "A1").status_code == 200
    assert hold(client, make_show(), "A1").json()["code"] == "too_many_holds"
    let_pass(9 * MINUTE)
    assert hold(client, make_show(), "A1").status_code == 200
