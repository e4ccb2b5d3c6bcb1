"""Booking seats: a hold, or exactly the labels given; all or none, at the current price."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from rest_framework.test import APIClient

from bookings.models import Booking, Ticket
from shows.models import Seat, Show
from tests.api import BOOKINGS, As, book, hold
from tests.clock import let_pass
from tests.invariants import violations
from tests.locks import locked
from tests.queries import queries_at_most
from users.models import User


def seat(show: Show, label: str) -> Seat:
    return Seat.objects.get(show=show, label=label)


@pytest.fixture(autouse=True)
def _invariants_hold_afterwards(db: None) -> Any:
    yield
    assert violations() == []


def test_a_hold_becomes_a_booking_with_a_ticket_for_each_seat(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    hold(client, show, "A1", "A2")
    answer = book(client, show)
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["Location"] == f"{BOOKINGS}{body['reference']}/"
    assert (body["status"], body["total"], body["currency"]) == ("confirmed", "500.00", "EUR")
    assert [(t["seat"], t["category"], t["price"], t["status"]) for t in body["tickets"]] == [
        ("A1", "standard", "250.00", "valid"),
        ("A2", "standard", "250.00", "valid"),
    ]
    assert len({t["code"] for t in body["tickets"]}) == 2
    assert body["show"]["movie"]["title"] == "Metropolis"
    assert body["show"]["theater"]["city"] == "Berlin"
    assert body["show"]["starts_at"].endswith(("+01:00", "+02:00"))
    assert body["created_at"].endswith(("+01:00", "+02:00"))
    assert seat(show, "A1").status == "booked"
    assert client.get(answer.headers["Location"]).json() == body


@pytest.mark.parametrize(
    ("own", "accepted", "language"),
    [("de", "en", "de"), ("en", "de", "en"), ("", "de-AT", "de"), ("", "fr", "")],
)
def test_it_is_in_the_language_of_the_customer_or_else_of_the_client(
    as_: As, show: Show, alice: User, own: str, accepted: str, language: str
) -> None:
    User.objects.filter(pk=alice.pk).update(language=own)
    body = {"show": show.pk, "seats": ["A1"]}
    as_(alice).post(BOOKINGS, body, headers={"Accept-Language": accepted})
    assert Booking.objects.get().language == language


def test_a_reference_can_be_read_out(as_: As, show: Show, alice: User) -> None:
    reference = book(as_(alice), show, "A1").json()["reference"]
    assert len(reference) == 10
    assert set(reference) <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")


def test_booking_labels_books_exactly_these_and_releases_the_rest_of_the_hold(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    hold(client, show, "A1", "A2")
    body = book(client, show, "A2", "A3").json()
    assert [ticket["seat"] for ticket in body["tickets"]] == ["A2", "A3"]
    assert seat(show, "A1").status == "available"


def test_booking_labels_needs_no_hold(as_: As, show: Show, alice: User) -> None:
    assert book(as_(alice), show, "A1").status_code == 201


def test_the_current_price_counts(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    Seat.objects.filter(show=show).update(price=Decimal("99.99"))
    body = book(client, show).json()
    assert (body["total"], body["tickets"][0]["price"]) == ("99.99", "99.99")


def test_another_expected_total_books_nothing_and_is_answered_with_the_new_one(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    refused = book(client, show, total="249.00")
    assert (refused.status_code, refused.json()["code"]) == (409, "price_changed")
    assert refused.json()["total"] == "250.00"
    assert Booking.objects.count() == 0
    assert book(client, show, total="250.00").status_code == 201


def test_fields_that_a_customer_may_not_set_are_ignored(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    sent: dict[str, Any] = {
        "price": "0.01",
        "status": "cancelled",
        "user": bob.pk,
        "reference": "FREE",
    }
    body = book(as_(alice), show, "A1", **sent).json()
    assert (body["status"], body["total"]) == ("confirmed", "250.00")
    assert body["reference"] != "FREE"
    assert Booking.objects.get().user == alice


def test_a_booking_leaves_a_mail_to_the_worker_and_a_refusal_none(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    book(as_(alice), show, "A1")
    assert book(as_(bob), show, "A1").status_code == 409
    jobs = ProcrastinateJob.objects.values_list("task_name", "args")
    assert list(jobs) == [
        ("bookings.tasks.mail_booking_confirmed", {"booking_id": Booking.objects.get().pk})
    ]


@pytest.mark.django_db(transaction=True)
def test_a_booking_waits_for_nobody_who_chooses_other_seats(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    seat = "SELECT FROM shows_seat WHERE show_id = %(show)s AND label = 'B1' FOR UPDATE"
    with locked(seat, show=show.pk):
        assert book(client, show, "A1").status_code == 201
        assert book(client, show, "B1").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_booking_does_not_queue_behind_others_of_its_show(
    as_: As, show: Show, alice: User
) -> None:
    """Requests to hold from one network do, because of a lock with this name."""
    client = as_(alice)
    queue = "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))"
    with locked(queue, name=f"hold {show.pk} "):
        assert book(client, show, "A1").status_code == 201


# What is refused


def test_without_a_hold_there_is_nothing_to_book(as_: As, show: Show, alice: User) -> None:
    answer = book(as_(alice), show)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_hold")


def test_a_lapsed_hold_books_nothing_and_has_a_code_of_its_own(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    hold(client, show, "A1")
    let_pass(timedelta(minutes=8))
    answer = book(client, show)
    assert (answer.status_code, answer.json()["code"]) == (409, "hold_expired")
    assert Ticket.objects.count() == 0


def test_seats_of_others_are_named_and_nothing_changes(
    as_: As, show: Show, alice: User, bob: User
) -> None:
    book(as_(alice), show, "B1")
    hold(as_(alice), show, "A1")
    bobs = as_(bob)
    hold(bobs, show, "C1")
    answer = book(bobs, show, "A1", "B1", "C1")
    assert (answer.status_code, answer.json()["code"]) == (409, "seats_unavailable")
    assert answer.json()["seats"] == ["A1", "B1"]
    assert seat(show, "C1").held_by == bob


@pytest.mark.parametrize("status", ["booked", "blocked"])
def test_one_seat_that_is_not_free_means_that_none_is_booked(
    as_: As, show: Show, alice: User, bob: User, status: str
) -> None:
    if status == "booked":
        book(as_(bob), show, "B1")
    Seat.objects.filter(show=show, label="B1").update(status=status)
    answer = book(as_(alice), show, "A1", "B1", "C1")
    assert (answer.status_code, answer.json()["seats"]) == (409, ["B1"])
    assert not Booking.objects.filter(user=alice).exists()


def test_a_booking_ends_only_the_chain_of_its_own_hold(
    as_: As, show: Show, make_show: Callable[..., Show], alice: User, bob: User
) -> None:
    client, elsewhere = as_(alice), make_show()
    hold(client, show, "A1")
    hold(as_(bob), show, "B1")
    let_pass(timedelta(minutes=17))
    assert book(client, elsewhere, "A1").status_code == 201
    assert book(as_(bob), show, "B1").status_code == 201
    again = client.put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["A1"]})
    assert again.json()["code"] == "hold_exhausted"


def test_a_seat_that_one_has_booked_cannot_be_booked_again(
    as_: As, show: Show, alice: User
) -> None:
    client = as_(alice)
    book(client, show, "A1")
    assert book(client, show, "A1").json()["code"] == "seats_unavailable"


@pytest.mark.parametrize(
    ("wish", "field", "code"),
    [
        ({"show": "SHOW", "seats": ["Z9"]}, "seats", "unknown_seats"),
        ({"show": "SHOW", "seats": ["A1", "Z9"]}, "seats", "unknown_seats"),
        ({"show": "SHOW", "seats": []}, "seats", "empty"),
        ({"show": "SHOW", "seats": ["A1", "A1"]}, "seats", "duplicate_seats"),
        ({"show": "SHOW", "seats": [f"A{n}" for n in range(1, 12)]}, "seats", "too_many_seats"),
        ({"show": 999999}, "show", "does_not_exist"),
        ({"show": 999999, "seats": ["A1"]}, "show", "does_not_exist"),
        ({"show": 10**30}, "show", None),
        ({"show": 0}, "show", None),
        ({"show": "1"}, "show", "invalid"),
        ({"show": True}, "show", "invalid"),
        ({"show": 1.0}, "show", "invalid"),
        ({}, "show", "required"),
        ({"show": "SHOW", "seats": ["A1"], "total": "1e5"}, "total", "invalid"),
        ({"show": "SHOW", "seats": ["A1"], "total": "２50.00"}, "total", "invalid"),
        ({"show": "SHOW", "seats": ["A1"], "total": -1}, "total", "invalid"),
        ({"show": "SHOW", "seats": ["A1"], "total": 250.0}, "total", "invalid"),
    ],
)
def test_a_malformed_booking_is_400(
    as_: As, show: Show, alice: User, wish: dict[str, Any], field: str, code: str | None
) -> None:
    sent = {key: show.pk if value == "SHOW" else value for key, value in wish.items()}
    answer = as_(alice).post(BOOKINGS, sent)
    assert answer.status_code == 400, answer.content
    error = answer.json()["errors"][0]
    assert error["field"] == field
    assert code is None or error["code"] == code
    assert Booking.objects.count() == 0


def test_a_show_that_has_started_cannot_be_booked(as_: As, show: Show, alice: User) -> None:
    let_pass(show.starts_at - show.created_at + timedelta(minutes=1))
    assert book(as_(alice), show, "A1").json()["code"] == "show_not_on_sale"


def test_a_cancelled_show_cannot_be_booked(as_: As, show: Show, alice: User, olga: User) -> None:
    as_(olga).post(f"/api/v1/shows/{show.pk}/cancel/", {"reason": "Flood"})
    answer = book(as_(alice), show, "A1")
    assert (answer.status_code, answer.json()["code"]) == (409, "show_not_on_sale")


def test_booking_needs_a_login(anyone: APIClient, show: Show) -> None:
    assert book(anyone, show, "A1").status_code == 401


def test_booking_takes_eight_queries_with_a_key(as_: As, show: Show, alice: User) -> None:
    client = as_(alice)
    hold(client, show, "A1", "A2", "A3")
    with queries_at_most(8):
        client.post(BOOKINGS, {"show": show.pk}, headers={"Idempotency-Key": "k"})
