"""A sold show is moved; what cancelling one would give back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from bookings.models import Booking
from shows.models import Seat, Show
from tests.api import As, book, hold
from tests.clock import let_pass
from users.models import User
from users.tests.conftest import run_jobs


def move(as_: As, user: User, show: Show, minutes: int) -> Any:
    starts_at = (show.starts_at + timedelta(minutes=minutes)).isoformat()
    wish = {"starts_at": starts_at, "reason": "The film arrives late."}
    return as_(user).post(f"/api/v1/shows/{show.pk}/move/", wish)


def test_a_sold_show_moves_with_its_bookings(as_: As, show: Show, alice: User, olga: User) -> None:
    book(as_(alice), show, "A1")
    assert move(as_, olga, show, 90).status_code == 200
    before = show.starts_at
    show.refresh_from_db()
    assert show.starts_at - before == timedelta(minutes=90)
    assert Booking.objects.get().free_cancellation
    assert Seat.objects.get(show=show, label="A1").status == "booked"


def test_its_customers_are_told(as_: As, show: Show, alice: User, olga: User) -> None:
    book(as_(alice), show, "A1")
    run_jobs()
    mail.outbox.clear()
    move(as_, olga, show, 90)
    run_jobs()
    (message,) = mail.outbox
    assert message.to == [alice.email]
    assert "is now on" in message.subject
    assert "The film arrives late." in message.body


def test_up_to_half_an_hour_nobody_is_bothered(
    as_: As, show: Show, alice: User, olga: User
) -> None:
    book(as_(alice), show, "A1")
    run_jobs()
    mail.outbox.clear()
    assert move(as_, olga, show, 30).status_code == 200
    run_jobs()
    assert mail.outbox == []
    assert not Booking.objects.get().free_cancellation


def test_whoever_was_told_may_cancel_until_the_start(
    as_: As, show: Show, alice: User, olga: User
) -> None:
    reference = book(as_(alice), show, "A1").json()["reference"]
    move(as_, olga, show, 60)
    show.refresh_from_db()
    let_pass(show.starts_at - Show.objects.get().created_at - timedelta(minutes=2))
    assert as_(alice).post(f"/api/v1/bookings/{reference}/cancel/").status_code == 200


def test_holds_for_the_old_time_end(as_: As, show: Show, alice: User, olga: User) -> None:
    hold(as_(alice), show, "A1")
    move(as_, olga, show, 5)
    assert Seat.objects.get(show=show, label="A1").status == "available"


@pytest.mark.parametrize("who", ["alice", "otto"])
def test_strangers_do_not_move_it(
    as_: As, show: Show, request: pytest.FixtureRequest, who: str
) -> None:
    assert move(as_, request.getfixturevalue(who), show, 5).status_code in (403, 404)


def test_what_cancelling_a_show_gives_back_is_said_before(
    as_: As, show: Show, alice: User, olga: User
) -> None:
    reference = book(as_(alice), show, "A1", "A2").json()["reference"]
    path = f"/api/v1/shows/{show.pk}/cancel/"
    assert as_(olga).get(path).json() == {
        "bookings": 1,
        "tickets": 2,
        "refund": "0.00",
        "vouchers": "0.00",
        "currency": "EUR",
    }
    paid = {"amount": "500.00", "method": "cash"}
    as_(olga).post(f"/api/v1/bookings/{reference}/payments/counter/", paid)
    assert as_(olga).get(path).json()["refund"] == "500.00"
    refused = as_(olga).post(path, {"reason": "Flood", "refund": "1.00"})
    assert (refused.json()["code"], refused.json()["refund"]) == ("refund_changed", "500.00")
    assert as_(olga).post(path, {"reason": "Flood", "refund": "500.00"}).status_code == 200
    told = as_(olga).get(f"/api/v1/shows/{show.pk}/refunds/").json()
    assert (told["due"], told["amount"]) == (1, "500.00")
