"""What an exchange would cost or give back, said before it is done."""

from typing import Any

from rest_framework.test import APIClient

from bookings.models import Exchange, Ticket
from core.postgres.rows import rows_of
from payments.models import Refund
from payments.tests.exchanged import costs, exchange, invariants_hold, ticket
from shows.models import Show
from tests.api import As
from tests.problems import problem
from theaters.models import Theater
from users.models import User

__all__ = ["invariants_hold", "ticket"]
STATE = """
SELECT (SELECT json_agg(t ORDER BY id)::text FROM bookings_ticket t),
       (SELECT json_agg(s ORDER BY id)::text FROM shows_seat s WHERE status <> 'available'),
       (SELECT json_agg(j ORDER BY id)::text FROM procrastinate_jobs j)
"""


def quote(client: APIClient, ticket: Ticket, seat: str, **more: Any) -> Any:
    url = f"/api/v1/bookings/{ticket.booking.reference}/exchange/quote/"
    return client.post(url, {"ticket": ticket.code, "seat": seat, **more})


def test_a_dearer_seat_costs_the_difference(
    as_: As, show: Show, alice: User, ticket: Ticket
) -> None:
    costs(show, "B1", "300.00")
    before = rows_of(STATE)
    answer = quote(as_(alice), ticket, "B1")
    assert answer.status_code == 200, answer.json()
    assert answer.json() == {
        "total": "300.00",
        "due": "50.00",
        "refund": "0.00",
        "kept": "0.00",
        "currency": "EUR",
    }
    assert rows_of(STATE) == before
    assert not Exchange.objects.exists()


def test_of_a_cheaper_one_it_says_what_comes_back_to_the_cent(
    as_: As, show: Show, alice: User, ticket: Ticket
) -> None:
    Theater.objects.update(refund_policy=[{"until_minutes": 60, "share": 50}])
    costs(show, "B1", "200.01")
    said = quote(as_(alice), ticket, "B1").json()
    assert (said["due"], said["refund"], said["kept"]) == ("0.00", "25.00", "24.99")
    exchange(as_(alice), ticket, "B1", total=said["total"])
    assert Refund.objects.get().amount == 2500


def test_it_is_refused_as_the_exchange_would_be(as_: As, alice: User, ticket: Ticket) -> None:
    answer = quote(as_(alice), ticket, "A1")
    assert problem(answer, 409)["code"] == "seats_unavailable"


def test_an_exchange_that_waits_goes_on_waiting(
    as_: As, show: Show, alice: User, ticket: Ticket
) -> None:
    costs(show, "B1", "300.00")
    exchange(as_(alice), ticket, "B1")
    quote(as_(alice), ticket, "C1")
    assert Exchange.objects.get().status == "open"
