"""Tickets that were exchanged, at the door: the new code admits, the old one never again."""

from collections.abc import Callable
from typing import Any

from admission.tests.test_scanning import reason
from bookings.models import Ticket
from shows.models import Seat, Show
from tests.api import As
from users.models import User


def exchange(as_: As, user: User, ticket: Ticket, seat: str, **more: Any) -> Ticket:
    path = f"/api/v1/bookings/{ticket.booking.reference}/exchange/"
    answer = as_(user).post(path, {"ticket": ticket.code, "seat": seat, **more})
    assert answer.status_code in (200, 201), answer.json()
    new: Ticket = Ticket.objects.filter(booking=ticket.booking).latest("pk")
    return new


def test_the_new_code_admits_and_the_old_one_was_reissued(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    new = exchange(as_, olga, ticket, "B1")
    assert reason(as_(olga), ticket.code, show, "n1") == "reissued"
    assert reason(as_(olga), new.code, show, "n2") == ""


def test_until_the_difference_is_paid_the_old_one_admits(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    Seat.objects.filter(show=show, label="B1").update(price="300.00")
    new = exchange(as_, olga, ticket, "B1")
    assert reason(as_(olga), new.code, show, "n1") == "unpaid"
    assert reason(as_(olga), ticket.code, show, "n2") == ""


def test_a_door_without_network_learns_of_a_ticket_that_went_to_another_show(
    as_: As, olga: User, show: Show, make_show: Callable[..., Show], ticket: Ticket
) -> None:
    path = f"/api/v1/shows/{show.pk}/door/"
    before = as_(olga).get(path).json()
    other = make_show()
    exchange(as_, olga, ticket, "A1", show=other.pk)
    assert [each["status"] for each in before["tickets"]] == ["valid"]
    after = as_(olga).get(path, {"since": before["cursor"]}).json()["tickets"]
    assert after == [before["tickets"][0] | {"status": "void"}]
    assert as_(olga).get(path).json()["tickets"] == []
    there = as_(olga).get(f"/api/v1/shows/{other.pk}/door/").json()["tickets"]
    assert [each["status"] for each in there] == ["valid"]
