"""Cancelling bookings and shows: once, in time, and never a seat that is somebody else's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from rest_framework.test import APIClient

from bookings.models import Booking
from shows.models import Seat, Show
from tests.api import As, book
from tests.clock import let_pass
from tests.invariants import violations
from tests.queries import queries_at_most
from users.models import User
from users.tests.conftest import run_jobs

MINUTE = timedelta(minutes=1)


@pytest.fixture
def reference(as_: As, show: Show, alice: User) -> str:
    """Alice's booking of A1 and A2."""
    answer = book(as_(alice), show, "A1", "A2")
    return str(answer.json()["reference"])


@pytest.fixture(autouse=True)
def _invariants_hold_afterwards(db: None) -> Any:
    yield
    assert violations() == []


def cancel(client: APIClient, reference: str) -> Any:
    return client.post(f"/api/v1/bookings/{reference}/cancel/")


def cancel_show(client: APIClient, show: Show, reason: Any = "The projector is broken") -> Any:
    return client.post(f"/api/v1/shows/{show.pk}/cancel/", {"reason": reason})


def seats(show: Show, status: str) -> int:
    return Seat.objects.filter(show=show, status=status).count()


def until_start(show: Show) -> timedelta:
    return show.starts_at - show.created_at


# Bookings


def test_it_frees_the_seats_at_once(
    as_: As, reference: str, show: Show, alice: User, bob: User
) -> None:
    answer = cancel(as_(alice), reference)
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "cancelled"
    assert {ticket["status"] for ticket in body["tickets"]} == {"void"}
    again = book(as_(bob), show, "A1", "A2")
    assert again.status_code == 201


@pytest.mark.parametrize("name", ["alice", "olga", "ada"])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_of_several_the_one_that_is_named_is_cancelled(
    as_: As, show: Show, alice: User, request: pytest.FixtureRequest, name: str, which: int
) -> None:
    made = [book(as_(alice), show, label).json()["reference"] for label in ("A1", "A2", "A3")]
    named = made[which]
    answer = cancel(as_(request.getfixturevalue(name)), named)
    assert answer.json()["reference"] == named
    left = Booking.objects.filter(status="confirmed").values_list("reference", flat=True)
    assert set(left) == set(made) - {named}


def test_cancelling_twice_changes_nothing_more(
    as_: As, reference: str, show: Show, alice: User, bob: User
) -> None:
    client = as_(alice)
    cancel(client, reference)
    book(as_(bob), show, "A1")
    refused = cancel(client, reference)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_cancelled")
    assert seats(show, "booked") == 1


def test_it_changes_nothing_else(
    as_: As, reference: str, show: Show, make_show: Callable[..., Show], alice: User, bob: User
) -> None:
    client, bobs, elsewhere = as_(alice), as_(bob), make_show()
    for somebody, where, label in ((client, show, "B1"), (client, elsewhere, "A1")):
        book(somebody, where, label)
    book(bobs, show, "C1")
    bobs.put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["D1"]})
    cancel(client, reference)
    assert Booking.objects.live().count() == 3
    taken = Seat.objects.exclude(status="available").values_list("show", "label", "status")
    assert set(taken) == {
        (show.pk, "B1", "booked"),
        (show.pk, "C1", "booked"),
        (show.pk, "D1", "selected"),
        (elsewhere.pk, "A1", "booked"),
    }


def test_cancelling_a_show_leaves_other_shows_as_they_are(
    as_: As, reference: str, show: Show, make_show: Callable[..., Show], alice: User, olga: User
) -> None:
    elsewhere = make_show()
    book(as_(alice), elsewhere, "A1")
    as_(alice).put(f"/api/v1/shows/{elsewhere.pk}/hold/", {"seats": ["B1"]})
    cancel_show(as_(olga), show)
    assert Booking.objects.live().get().show == elsewhere
    assert (seats(elsewhere, "booked"), seats(elsewhere, "selected")) == (1, 1)
    elsewhere.refresh_from_db()
    assert elsewhere.status == "scheduled"


def test_a_show_is_cancelled_after_another_one(
    as_: As, reference: str, show: Show, make_show: Callable[..., Show], olga: User
) -> None:
    later = make_show()
    for each in (show, later):
        assert cancel_show(as_(olga), each).status_code == 200


def test_a_freed_seat_has_the_price_that_the_show_has_by_then(
    as_: As, reference: str, show: Show, alice: User
) -> None:
    Show.objects.filter(pk=show.pk).update(price="9.00", prices={"premium": "12.50"})
    Seat.objects.filter(show=show, label="A2").update(category="premium")
    cancel(as_(alice), reference)
    prices = dict(Seat.objects.filter(show=show).values_list("label", "price"))
    assert (str(prices["A1"]), str(prices["A2"])) == ("9.00", "12.50")


def test_a_cancelled_booking_is_called_so_after_the_last_moment_to_cancel(
    as_: As, reference: str, show: Show, alice: User
) -> None:
    cancel(as_(alice), reference)
    let_pass(until_start(show) - MINUTE)
    assert cancel(as_(alice), reference).json()["code"] == "already_cancelled"


def test_a_customer_may_cancel_until_an_hour_before(
    as_: As, reference: str, show: Show, alice: User
) -> None:
    let_pass(until_start(show) - 61 * MINUTE)
    assert cancel(as_(alice), reference).status_code == 200


def test_after_that_it_is_too_late(as_: As, reference: str, show: Show, alice: User) -> None:
    let_pass(until_start(show) - 59 * MINUTE)
    answer = cancel(as_(alice), reference)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")
    assert seats(show, "booked") == 2


@pytest.mark.parametrize("who", ["olga", "ada"])
def test_the_owner_and_an_admin_may_cancel_until_the_start(
    as_: As, reference: str, show: Show, who: str, request: pytest.FixtureRequest
) -> None:
    let_pass(until_start(show) - MINUTE)
    assert cancel(as_(request.getfixturevalue(who)), reference).status_code == 200


@pytest.mark.parametrize("who", ["olga", "ada"])
def test_nobody_may_cancel_after_the_start(
    as_: As, reference: str, show: Show, who: str, request: pytest.FixtureRequest
) -> None:
    let_pass(until_start(show) + MINUTE)
    assert cancel(as_(request.getfixturevalue(who)), reference).json()["code"] == "too_late"


@pytest.mark.parametrize("who", ["bob", "otto"])
def test_a_stranger_cannot_cancel_it_and_learns_nothing(
    as_: As, reference: str, who: str, request: pytest.FixtureRequest
) -> None:
    client = as_(request.getfixturevalue(who))
    theirs, nobodys = cancel(client, reference), cancel(client, "ABCDEFGHJK")
    assert theirs.status_code == nobodys.status_code == 404
    ours = [{**answer.json(), "request_id": ""} for answer in (theirs, nobodys)]
    assert ours[0] == ours[1]
    assert Booking.objects.live().count() == 1


def test_a_demoted_owner_cancels_nobodys_booking_and_no_show(
    as_: As, reference: str, show: Show, olga: User
) -> None:
    User.objects.filter(pk=olga.pk).update(role="user")
    client = as_(olga)
    assert cancel(client, reference).status_code == 404
    assert cancel_show(client, show).status_code == 403
    assert Booking.objects.live().count() == 1


def test_whoever_cancels_gets_a_mail(as_: As, reference: str, alice: User) -> None:
    run_jobs()
    mail.outbox.clear()
    cancel(as_(alice), reference)
    run_jobs()
    (sent,) = mail.outbox
    assert sent.to == [alice.email]
    assert str(sent.subject).startswith("Cancelled: Metropolis")
    assert reference in str(sent.body)


# Shows


def test_cancelling_a_show_cancels_every_booking_and_hold_of_it(
    as_: As, reference: str, show: Show, alice: User, bob: User, olga: User
) -> None:
    as_(bob).put(f"/api/v1/shows/{show.pk}/hold/", {"seats": ["B1"]})
    answer = cancel_show(as_(olga), show)
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    booking = as_(alice).get(f"/api/v1/bookings/{reference}/").json()
    assert (booking["status"], booking["show"]["status"]) == ("cancelled", "cancelled")
    assert (seats(show, "available"), seats(show, "selected")) == (100, 0)


def test_its_customers_are_mailed_one_job_for_each_booking(
    as_: As, reference: str, show: Show, bob: User, olga: User
) -> None:
    book(as_(bob), show, "B1")
    cancel_show(as_(olga), show)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%mail_show_cancelled'"
        )
        assert cursor.fetchone() == (2,)


def test_a_show_is_cancelled_once(as_: As, show: Show, olga: User) -> None:
    client = as_(olga)
    cancel_show(client, show)
    answer = cancel_show(client, show)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_cancelled")


def test_a_running_show_can_be_cancelled(
    as_: As, reference: str, show: Show, alice: User, olga: User
) -> None:
    let_pass(until_start(show) + MINUTE)
    assert cancel_show(as_(olga), show).status_code == 200
    booking = as_(alice).get(f"/api/v1/bookings/{reference}/").json()
    assert booking["status"] == "cancelled"


def test_a_show_can_be_cancelled_until_fourteen_days_after_its_end(
    as_: As, show: Show, olga: User
) -> None:
    let_pass(until_start(show) + timedelta(days=15))
    assert cancel_show(as_(olga), show).json()["code"] == "too_late"


@pytest.mark.parametrize("reason", [None, "", 7, ["x"], "x" * 301])
def test_a_reason_is_required(as_: As, show: Show, olga: User, reason: Any) -> None:
    answer = cancel_show(as_(olga), show, reason)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "reason"


def test_another_owner_gets_404_and_a_customer_403(
    as_: As, show: Show, otto: User, alice: User, ada: User
) -> None:
    assert cancel_show(as_(otto), show).status_code == 404
    assert cancel_show(as_(alice), show).status_code == 403
    assert as_(alice).post("/api/v1/shows/999999/cancel/", {"reason": "x"}).status_code == 403
    assert cancel_show(as_(ada), show).status_code == 200


def test_the_number_of_bookings_does_not_change_the_number_of_queries(
    as_: As, show: Show, alice: User, olga: User
) -> None:
    client = as_(alice)
    for number in range(1, 9):
        book(client, show, f"A{number}")
    owner = as_(olga)
    with queries_at_most(14):
        cancel_show(owner, show)
