"""Holding seats: mine for some minutes, all or none."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from shows.models import Seat, Show
from tests.clock import let_pass
from tests.locks import locked
from tests.queries import queries_at_most
from theaters.models import Screen, Theater
from users.models import User

Client = Callable[[User], APIClient]
MINUTE = timedelta(minutes=1)


def url(show: Show) -> str:
    return f"/api/v1/shows/{show.pk}/hold/"


def put(client: APIClient, show: Show, *labels: Any) -> Any:
    return client.put(url(show), {"seats": labels})


def held(user: User) -> list[str]:
    return list(Seat.objects.filter(held_by=user).values_list("label", flat=True))


def test_a_hold_says_what_it_costs_and_how_long_it_lasts(
    as_: Client, show: Show, alice: User
) -> None:
    answer = put(as_(alice), show, "A2", "A1")
    assert answer.status_code == 200
    body = answer.json()
    assert body["seats"] == [
        {"label": "A1", "category": "standard", "price": "250.00"},
        {"label": "A2", "category": "standard", "price": "250.00"},
    ]
    assert (body["show"], body["total"], body["currency"]) == (show.pk, "500.00", "EUR")
    assert 475 <= body["expires_in"] <= 480
    assert body["expires_at"].endswith(("+01:00", "+02:00"))


def test_putting_again_makes_the_hold_exactly_these_seats(
    as_: Client, show: Show, alice: User
) -> None:
    client = as_(alice)
    put(client, show, "A1", "A2")
    assert put(client, show, "A2", "A3").status_code == 200
    assert held(alice) == ["A2", "A3"]


def test_it_can_be_read_and_released(as_: Client, show: Show, alice: User) -> None:
    client = as_(alice)
    made = put(client, show, "A1").json()
    read = client.get(url(show)).json()
    assert read["seats"] == made["seats"]
    assert read["expires_at"] == made["expires_at"]
    assert client.delete(url(show)).status_code == 204
    assert client.delete(url(show)).status_code == 204
    gone = client.get(url(show))
    assert (gone.status_code, gone.json()["code"]) == (404, "no_hold")
    assert held(alice) == []


def test_releasing_the_seats_of_one_show_keeps_those_of_others(
    as_: Client, show: Show, make_show: Callable[..., Show], alice: User, bob: User
) -> None:
    client, other = as_(alice), make_show()
    put(client, show, "A1")
    put(client, other, "A2")
    put(as_(bob), show, "B1")
    client.delete(url(show))
    assert (held(alice), held(bob)) == (["A2"], ["B1"])


def test_a_hold_is_read_of_its_show_in_the_order_of_seats_until_it_lapses(
    as_: Client, show: Show, make_show: Callable[..., Show], alice: User
) -> None:
    client = as_(alice)
    put(client, make_show(), "A1")
    assert client.get(url(show)).status_code == 404
    put(client, show, "B1", "A10", "A2")
    put(client, show, "A2", "B1", "A10", "A1")
    labels = [seat["label"] for seat in client.get(url(show)).json()["seats"]]
    assert labels == ["A1", "A2", "A10", "B1"]
    let_pass(8 * MINUTE)
    assert client.get(url(show)).status_code == 404


def test_a_hold_is_nobody_elses_to_see_or_release(
    as_: Client, show: Show, alice: User, bob: User
) -> None:
    put(as_(alice), show, "A1")
    bobs = as_(bob)
    assert bobs.get(url(show)).status_code == 404
    bobs.delete(url(show))
    assert held(alice) == ["A1"]


def test_what_is_lost_is_named_and_nothing_changes(
    as_: Client, show: Show, alice: User, bob: User
) -> None:
    put(as_(alice), show, "A1", "A2")
    bobs = as_(bob)
    put(bobs, show, "B1")
    answer = put(bobs, show, "A1", "A2", "A3")
    assert answer.status_code == 409
    body = answer.json()
    assert (body["code"], body["seats"]) == ("seats_unavailable", ["A1", "A2"])
    assert body["detail"] == "Not free: A1, A2. Choose other seats."
    assert held(bob) == ["B1"]


def test_a_lapsed_hold_can_be_taken_by_the_next(
    as_: Client, show: Show, alice: User, bob: User
) -> None:
    put(as_(alice), show, "A1")
    let_pass(8 * MINUTE)
    assert put(as_(bob), show, "A1").status_code == 200
    assert as_(alice).get(url(show)).status_code == 404


def test_a_blocked_seat_is_not_for_sale(as_: Client, show: Show, alice: User) -> None:
    Seat.objects.filter(show=show, label="A1").update(status="blocked")
    assert put(as_(alice), show, "A1").json()["seats"] == ["A1"]


@pytest.mark.parametrize("status", ["booked", "blocked"])
def test_a_seat_that_is_not_free_spoils_the_wish_for_free_ones(
    as_: Client, show: Show, alice: User, status: str
) -> None:
    Seat.objects.filter(show=show, label="B1").update(status=status)
    answer = put(as_(alice), show, "A1", "B1", "C1")
    assert (answer.status_code, answer.json()["seats"]) == (409, ["B1"])
    assert held(alice) == []
    assert Seat.objects.get(show=show, label="B1").status == status


LOCK_SEAT = "SELECT FROM shows_seat WHERE show_id = %(show)s AND label = 'B1' FOR UPDATE"


@pytest.mark.django_db(transaction=True)
def test_a_hold_waits_for_nobody_who_chooses_other_seats(
    as_: Client, show: Show, alice: User
) -> None:
    client = as_(alice)
    with locked(LOCK_SEAT, show=show.pk):
        assert put(client, show, "A1", "A2").status_code == 200
        assert put(client, show, "B1").status_code == 503
        assert client.delete(url(show)).status_code == 204


# How long


def test_putting_extends_the_hold_to_eight_minutes_from_now(
    as_: Client, show: Show, alice: User
) -> None:
    client = as_(alice)
    put(client, show, "A1")
    let_pass(5 * MINUTE)
    assert 175 <= client.get(url(show)).json()["expires_in"] <= 180
    assert 475 <= put(client, show, "A1").json()["expires_in"] <= 480


@pytest.mark.parametrize("later", [["A1"], ["A1", "A2"], ["B7"]], ids=["same", "more", "others"])
def test_a_chain_of_holds_ends_after_sixteen_minutes_whichever_seats(
    as_: Client, show: Show, alice: User, later: list[str]
) -> None:
    client = as_(alice)
    put(client, show, "A1")
    let_pass(7 * MINUTE)
    put(client, show, *later)
    let_pass(7 * MINUTE)
    assert 115 <= put(client, show, *later).json()["expires_in"] <= 120


# A chain of holds


def exhausted(answer: Any) -> bool:
    return (answer.status_code, answer.json().get("code")) == (409, "hold_exhausted")


def test_a_lapse_does_not_begin_the_sixteen_minutes_anew(
    as_: Client, show: Show, alice: User
) -> None:
    client = as_(alice)
    put(client, show, "A1")
    let_pass(9 * MINUTE)
    assert 415 <= put(client, show, "A2").json()["expires_in"] <= 420
    let_pass(8 * MINUTE)
    assert exhausted(put(client, show, "A1"))


def test_a_release_does_not_begin_the_sixteen_minutes_anew(
    as_: Client, show: Show, alice: User
) -> None:
    client = as_(alice)
    for _ in range(8):
        assert put(client, show, "A1").status_code == 200
        assert client.delete(url(show)).status_code == 204
        let_pass(2 * MINUTE)
    answer = put(client, show, "A1")
    assert exhausted(answer)
    assert held(alice) == []
    free_again = datetime.fromisoformat(answer.json()["retry_at"]) - timezone.now()
    assert 13 * MINUTE < free_again <= 14 * MINUTE


def test_after_a_pause_as_long_as_a_hold_may_last_it_is_a_fresh_one(
    as_: Client, show: Show, alice: User
) -> None:
    client = as_(alice)
    put(client, show, "A1")
    client.delete(url(show))
    let_pass(15 * MINUTE)
    assert put(client, show, "A1").json()["expires_in"] <= 60
    client.delete(url(show))
    let_pass(15 * MINUTE)
    assert exhausted(put(client, show, "A1"))
    let_pass(2 * MINUTE)
    for _ in range(2):
        assert put(client, show, "A1").json()["expires_in"] >= 475
        let_pass(MINUTE)


def test_a_hold_that_lapsed_long_ago_is_forgotten_before_anybody_tidies(
    as_: Client, show: Show, alice: User
) -> None:
    client = as_(alice)
    put(client, show, "A1")
    let_pass(30 * MINUTE)
    assert put(client, show, "A1", "A2").json()["expires_in"] >= 475


def test_a_refusal_does_not_lengthen_the_pause(as_: Client, show: Show, alice: User) -> None:
    client = as_(alice)
    put(client, show, "A1")
    let_pass(17 * MINUTE)
    assert exhausted(put(client, show, "A1"))
    assert exhausted(put(client, show, "B1"))
    client.delete(url(show))
    let_pass(8 * MINUTE)
    assert put(client, show, "A1").json()["expires_in"] >= 475


def test_a_refusal_begins_no_chain(as_: Client, show: Show, alice: User, bob: User) -> None:
    put(as_(bob), show, "B1")
    client = as_(alice)
    assert put(client, show, "B1").json()["code"] == "seats_unavailable"
    let_pass(17 * MINUTE)
    assert put(client, show, "A1").json()["expires_in"] >= 475


def test_whose_chain_is_spent_can_still_book_free_seats(
    as_: Client, show: Show, alice: User
) -> None:
    client = as_(alice)
    put(client, show, "A1")
    let_pass(17 * MINUTE)
    assert exhausted(put(client, show, "A1"))
    wish = {"show": show.pk, "seats": ["A1"]}
    assert client.post("/api/v1/bookings/", wish).status_code == 201


def test_a_booking_ends_the_chain(as_: Client, show: Show, alice: User) -> None:
    client = as_(alice)
    put(client, show, "A1")
    let_pass(7 * MINUTE)
    assert client.post("/api/v1/bookings/", {"show": show.pk}).status_code == 201
    assert put(client, show, "A2").json()["expires_in"] >= 475


def test_chains_are_of_one_show_and_one_customer(
    as_: Client, show: Show, make_show: Callable[..., Show], alice: User, bob: User
) -> None:
    client = as_(alice)
    put(client, show, "A1")
    let_pass(15 * MINUTE)
    assert put(client, make_show(), "A1").json()["expires_in"] >= 475
    assert put(as_(bob), show, "A1").json()["expires_in"] >= 475


def test_who_runs_the_theater_has_no_chain_and_no_limit_of_shows(
    as_: Client, make_show: Callable[..., Show], olga: User
) -> None:
    client = as_(olga)
    shows = [make_show() for _ in range(5)]
    for show in shows:
        assert put(client, show, "A1").status_code == 200
    for _ in range(3):
        let_pass(7 * MINUTE)
        assert put(client, shows[0], "A1").json()["expires_in"] >= 475


def test_an_owner_elsewhere_is_a_customer(
    as_: Client, show: Show, make_show: Callable[..., Show], otto: User
) -> None:
    place = {"city": "Berlin", "timezone": "Europe/Berlin", "currency": "EUR"}
    theater = Theater.objects.create(name="Odeon", owner=otto, **place)
    make_show(screen=Screen.objects.create(theater=theater, name="Blue"))
    client = as_(otto)
    put(client, show, "A1")
    let_pass(17 * MINUTE)
    assert exhausted(put(client, show, "A1"))


def test_who_ran_the_theater_once_is_a_customer(
    as_: Client, make_show: Callable[..., Show], olga: User
) -> None:
    User.objects.filter(pk=olga.pk).update(role="user")
    client = as_(olga)
    answers = [put(client, make_show(), "A1") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 409]


def test_who_was_disabled_a_moment_ago_holds_nothing(show: Show, alice: User) -> None:
    client = APIClient()
    client.force_authenticate(alice)
    User.objects.update(is_active=False)
    assert put(client, show, "A1").status_code == 401


# Seats held from one network address


@pytest.fixture
def crowd(db: None) -> list[User]:
    return [
        User.objects.create_user(f"c{number}@example.com", name="C", email_verified=False)
        for number in range(8)
    ]


def hold_row(user: User, show: Show, row: str, address: str = "203.0.113.9") -> Any:
    client = APIClient(REMOTE_ADDR=address)
    client.force_authenticate(user)
    return put(client, show, *[f"{row}{number}" for number in range(1, 11)])


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
    client.delete(url(show))
    assert hold_row(crowd[6], show, "G").status_code == 200
    let_pass(9 * MINUTE)
    assert hold_row(crowd[7], show, "A").status_code == 200


@pytest.fixture
def _twenty_from_an_address(settings: Any) -> None:
    settings.HOLD_ADDRESS_SEATS_AT_LEAST, settings.HOLD_ADDRESS_SHARE = 20, 0


@pytest.mark.usefixtures("_twenty_from_an_address")
def test_what_one_releases_is_still_held_by_all_others_and_in_all_other_shows(
    show: Show, make_show: Callable[..., Show], crowd: list[User]
) -> None:
    other = make_show()
    for user, row in zip(crowd, "AB", strict=False):
        assert hold_row(user, show, row).status_code == 200
        assert hold_row(user, other, row).status_code == 200
    client = APIClient(REMOTE_ADDR="203.0.113.9")
    client.force_authenticate(crowd[0])
    client.delete(url(show))
    assert hold_row(crowd[2], show, "C").status_code == 200
    assert hold_row(crowd[3], show, "D").json()["code"] == "too_many_seats_held_here"
    assert hold_row(crowd[2], other, "C").json()["code"] == "too_many_seats_held_here"


@pytest.mark.usefixtures("_twenty_from_an_address")
def test_a_hold_counts_as_it_is_now_and_where_it_was_made_last(
    show: Show, crowd: list[User]
) -> None:
    client = APIClient(REMOTE_ADDR="203.0.113.9")
    client.force_authenticate(crowd[0])
    put(client, show, "A1")
    hold_row(crowd[0], show, "A")
    hold_row(crowd[1], show, "B")
    neighbour = APIClient(REMOTE_ADDR="203.0.113.9")
    neighbour.force_authenticate(crowd[2])
    assert put(neighbour, show, "C1").json()["code"] == "too_many_seats_held_here"
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


def test_verified_accounts_may_be_limited_as_others(
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


def test_what_the_theater_holds_for_itself_counts_for_no_address(
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

    def hold(site: int, seat: str, provider: int = 1) -> Any:
        user = User.objects.create_user(f"{provider}-{seat}@example.com", name="C")
        client = APIClient(REMOTE_ADDR=f"2001:db8:{provider}:{site:x}::7")
        client.force_authenticate(user)
        return put(client, show, seat)

    for site in range(1, 11):
        assert hold(site, f"A{site}").status_code == 200
    assert hold(11, "B1").json()["code"] == "too_many_seats_held_here"
    assert hold(1, "B2", provider=2).status_code == 200
    assert hold(1, "B3", provider=2).json()["code"] == "too_many_seats_held_here"


def test_an_unknown_address_has_no_limit(show: Show, crowd: list[User]) -> None:
    for user, row in zip(crowd, "ABCDEFGH", strict=True):
        assert hold_row(user, show, row, address="").status_code == 200


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
def test_a_wish_that_cannot_be_read_is_400_and_changes_nothing(
    as_: Client, show: Show, alice: User, seats: list[str], code: str
) -> None:
    answer = put(as_(alice), show, *seats)
    assert answer.status_code == 400
    body = answer.json()
    assert body["errors"][0]["code"] == code
    assert body["errors"][0]["field"] == "seats"
    assert held(alice) == []


@pytest.mark.parametrize("seats", ["A1", None, True, 7, [True], [None], [7], [["A1"]], {"A1": 1}])
def test_seats_of_another_type_are_400(as_: Client, show: Show, alice: User, seats: Any) -> None:
    answer = as_(alice).put(url(show), {"seats": seats})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].split(".")[0] == "seats"
    assert isinstance(seats, list | None) or answer.json()["detail"] == "Expected a list of labels."


def test_seats_are_required(as_: Client, show: Show, alice: User) -> None:
    assert as_(alice).put(url(show), {}).json()["errors"][0] == {
        "field": "seats",
        "code": "required",
        "detail": "This field is required.",
    }


def test_ten_thousand_seats_are_refused_at_once(as_: Client, show: Show, alice: User) -> None:
    labels = [f"A{number}" for number in range(10_000)]
    assert put(as_(alice), show, *labels).json()["code"] == "too_many_seats"


def test_booked_seats_do_not_count_towards_the_ten(as_: Client, show: Show, alice: User) -> None:
    client = as_(alice)
    row_a = [f"A{number}" for number in range(1, 11)]
    assert put(client, show, *row_a).status_code == 200
    assert client.post("/api/v1/bookings/", {"show": show.pk}).status_code == 201
    assert put(client, show, *[label.replace("A", "B") for label in row_a]).status_code == 200


def test_a_show_that_has_started_is_not_on_sale(
    as_: Client, make_show: Callable[..., Show], alice: User
) -> None:
    show = make_show()
    let_pass(show.starts_at - show.created_at + MINUTE)
    answer = put(as_(alice), show, "A1")
    assert (answer.status_code, answer.json()["code"]) == (409, "show_not_on_sale")


def test_a_cancelled_show_is_not_on_sale(as_: Client, show: Show, alice: User, olga: User) -> None:
    as_(olga).post(f"/api/v1/shows/{show.pk}/cancel/", {"reason": "Flood"})
    assert put(as_(alice), show, "A1").json()["code"] == "show_not_on_sale"


def test_an_unknown_show_is_404(as_: Client, alice: User) -> None:
    client = as_(alice)
    assert client.put("/api/v1/shows/999999/hold/", {"seats": ["A1"]}).status_code == 404
    assert client.get("/api/v1/shows/999999/hold/").status_code == 404
    assert client.delete("/api/v1/shows/999999/hold/").status_code == 404


def test_a_hold_needs_a_login(anyone: APIClient, show: Show) -> None:
    assert put(anyone, show, "A1").status_code == 401


def test_four_shows_at_once_are_enough(
    as_: Client, make_show: Callable[..., Show], alice: User
) -> None:
    client = as_(alice)
    shows = [make_show() for _ in range(5)]
    for show in shows[:4]:
        assert put(client, show, "A1").status_code == 200
    refused = put(client, shows[4], "A1")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_holds")
    assert put(client, shows[0], "A2").status_code == 200
    client.delete(url(shows[1]))
    assert put(client, shows[4], "A1").status_code == 200


def test_holds_of_others_do_not_count_towards_my_four_shows(
    as_: Client, make_show: Callable[..., Show], alice: User, bob: User
) -> None:
    bobs = as_(bob)
    shows = [make_show() for _ in range(4)]
    for show in shows:
        assert put(bobs, show, "A1").status_code == 200
    assert put(as_(alice), make_show(), "A1").status_code == 200


def test_sixty_holds_in_ten_minutes_are_enough(as_: Client, show: Show, alice: User) -> None:
    client = as_(alice)
    answers = [put(client, show, "A1") for _ in range(61)]
    assert [answer.status_code for answer in answers] == 60 * [200] + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 600


def test_putting_a_hold_takes_four_queries(as_: Client, show: Show, alice: User) -> None:
    client = as_(alice)
    put(client, show, "A1", "A2")
    with queries_at_most(4):
        put(client, show, "A2", "A3", "A4")


def test_lapsed_holds_do_not_count_towards_the_four_shows(
    as_: Client, make_show: Callable[..., Show], alice: User
) -> None:
    client = as_(alice)
    for show in [make_show() for _ in range(4)]:
        assert put(client, show, "A1").status_code == 200
    assert put(client, make_show(), "A1").json()["code"] == "too_many_holds"
    let_pass(9 * MINUTE)
    assert put(client, make_show(), "A1").status_code == 200
