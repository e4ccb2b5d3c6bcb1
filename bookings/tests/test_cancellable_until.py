"""Until when a customer can cancel: a booking says it before somebody tries."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from shows.models import Show
from tests.api import BOOKINGS, As, book
from tests.clock import let_pass
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
STEPS = [{"until_minutes": 30, "share": 0}, {"until_minutes": 1440, "share": 100}]


@pytest.fixture
def reference(as_: As, show: Show, alice: User) -> str:
    return str(book(as_(alice), show, "A1", "A2").json()["reference"])


def until(client: APIClient, reference: str) -> Any:
    said = client.get(f"{BOOKINGS}{reference}/").json()["cancellable_until"]
    return datetime.fromisoformat(said) if said else None


def minutes_before(show: Show, minutes: int) -> datetime:
    return Show.objects.get(pk=show.pk).starts_at - timedelta(minutes=minutes)


@pytest.mark.parametrize(("policy", "minutes"), [([], 60), (STEPS, 30), (STEPS[1:], 1440)])
def test_it_is_when_the_last_step_of_the_policy_ends(
    policy: list[dict[str, int]],
    minutes: int,
    as_: As,
    reference: str,
    show: Show,
    alice: User,
) -> None:
    Theater.objects.update(refund_policy=policy)
    said = until(as_(alice), reference)
    assert said == minutes_before(show, minutes)
    assert said.utcoffset() == show.starts_at.astimezone(ZoneInfo("Europe/Berlin")).utcoffset()


@pytest.mark.parametrize(("seconds", "status"), [(-30, 200), (1, 409)])
@pytest.mark.parametrize("policy", [[], STEPS])
def test_it_is_the_moment_at_which_cancelling_ends(
    seconds: int,
    status: int,
    policy: list[dict[str, int]],
    as_: As,
    reference: str,
    alice: User,
) -> None:
    Theater.objects.update(refund_policy=policy)
    left = until(as_(alice), reference) - Booking.objects.get().created_at
    let_pass(left + timedelta(seconds=seconds))
    assert as_(alice).post(f"{BOOKINGS}{reference}/cancel/").status_code == status


def test_the_setting_counts_where_the_theater_says_nothing(
    as_: As, reference: str, show: Show, alice: User, settings: Settings
) -> None:
    settings.CANCEL_UNTIL = timedelta(minutes=5)
    assert until(as_(alice), reference) == minutes_before(show, 5)


def test_after_a_long_move_it_is_the_start(
    as_: As, reference: str, show: Show, alice: User
) -> None:
    Booking.objects.update(free_cancellation=True)
    assert until(as_(alice), reference) == minutes_before(show, 0)


@pytest.mark.parametrize("minutes", [15, 100_000])
def test_what_is_to_be_paid_can_be_given_up_until_it_expires_or_starts(
    minutes: int, as_: As, reference: str, show: Show, alice: User
) -> None:
    pay_until = StatementTime() + timedelta(minutes=minutes)
    Booking.objects.update(status="pending", pay_until=pay_until)
    Ticket.objects.update(status="pending")
    stored = Booking.objects.get().pay_until
    assert stored
    ends = min(stored, minutes_before(show, 0))
    assert until(as_(alice), reference) == ends


def test_a_booking_that_is_over_has_none(as_: As, reference: str, alice: User) -> None:
    Booking.objects.update(status="pending", pay_until=StatementTime())
    assert until(as_(alice), reference) is None
    Booking.objects.update(status="confirmed", pay_until=None)
    client = as_(alice)
    client.post(f"{BOOKINGS}{reference}/cancel/")
    assert until(client, reference) is None


def test_while_one_ticket_is_not_used_it_can_be_cancelled(
    as_: As, reference: str, show: Show, alice: User
) -> None:
    Ticket.objects.filter(label="A1").update(used_at=StatementTime())
    assert until(as_(alice), reference) == minutes_before(show, 60)
    Ticket.objects.filter(label="A2").update(used_at=StatementTime())
    assert until(as_(alice), reference) is None


def test_the_theater_sees_what_holds_for_the_customer(
    as_: As, reference: str, show: Show, olga: User
) -> None:
    (listed,) = as_(olga).get(f"/api/v1/shows/{show.pk}/bookings/").json()["results"]
    assert datetime.fromisoformat(listed["cancellable_until"]) == minutes_before(show, 60)
