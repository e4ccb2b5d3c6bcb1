"""The list that a device takes along, and what has changed since."""

from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rest_framework.test import APIClient

from admission.tests.conftest import opened, signed, ticket_for
from bookings.models import Booking, Ticket, TicketKey
from bookings.tickets import keys, token
from core.postgres.clock import StatementTime
from core.postgres.rows import rows_of
from shows.models import Show
from tests.api import As
from tests.problems import problem
from tests.queries import queries_at_most
from theaters.models import Theater
from users.models import User

WITHIN = pytest.mark.django_db
ACROSS = pytest.mark.django_db(transaction=True)


def door(client: APIClient, show: Show, since: str = "") -> Any:
    query = f"?since={since}" if since else ""
    answer = client.get(f"/api/v1/shows/{show.pk}/door/{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def statuses(client: APIClient, show: Show, since: str = "") -> dict[str, str]:
    return {each["seat"]: each["status"] for each in door(client, show, since)["tickets"]}


@WITHIN
def test_a_device_can_check_a_ticket_alone(as_: As, olga: User, show: Show, ticket: Ticket) -> None:
    text = signed(ticket)
    said = door(as_(olga), show)
    public = {
        each["id"]: Ed25519PublicKey.from_public_bytes(bytes.fromhex(each["public"]))
        for each in said["keys"]
    }
    read = token.verify(text, public)
    digest = sha256(read.code.encode()).hexdigest()
    assert said["tickets"] == [{"hash": digest, "seat": "A1", "issue": 0, "status": "valid"}]
    assert ticket.code not in str(said)


@WITHIN
@pytest.mark.parametrize(("model", "fields", "status"), [
    (Ticket, {"used_at": StatementTime()}, "used"),
    (Ticket, {"status": "pending"}, "unpaid"),
    (Booking, {"paid_at": None}, "unpaid"),
    (Booking, {"paid_at": None, "total": 0}, "valid"),
    (Show, {"status": "cancelled", "cancelled_at": StatementTime()}, "void"),
])  # fmt: skip
def test_it_says_how_a_ticket_stands(
    as_: As, olga: User, show: Show, ticket: Ticket, model: Any, fields: Any, status: str
) -> None:
    model.objects.update(**fields)
    assert statuses(as_(olga), show) == {"A1": status}


@WITHIN
def test_void_tickets_are_left_out_of_a_whole_list(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    Ticket.objects.update(status="void")
    assert statuses(as_(olga), show) == {}


@WITHIN
def test_retired_keys_are_not_given(as_: As, olga: User, show: Show, ticket: Ticket) -> None:
    keys.make_key()
    TicketKey.objects.update(retired_at=StatementTime())
    newest = keys.make_key()
    assert [each["id"] for each in door(as_(olga), show)["keys"]] == [newest.number]


@WITHIN
def test_it_is_for_those_who_may_admit_there(as_: As, alice: User, otto: User, show: Show) -> None:
    problem(as_(alice).get(f"/api/v1/shows/{show.pk}/door/"), 403, "permission_denied")
    problem(as_(otto).get(f"/api/v1/shows/{show.pk}/door/"), 404, "not_found")


@WITHIN
@pytest.mark.parametrize("since", ["x", "-1", "1.5", "9" * 19, "%20"])
def test_a_cursor_that_is_none_is_refused(as_: As, olga: User, show: Show, since: str) -> None:
    answer = as_(olga).get(f"/api/v1/shows/{show.pk}/door/?since={since}")
    problem(answer, 400, "validation_failed")


@WITHIN
def test_a_cursor_of_another_database_gets_the_whole_list(
    as_: As, olga: User, show: Show, ticket: Ticket
) -> None:
    assert statuses(as_(olga), show, "9" * 18) == {"A1": "valid"}


@WITHIN
def test_a_list_takes_four_queries(as_: As, olga: User, alice: User, bob: User, show: Show) -> None:
    client = as_(olga)
    for label, user in (("A1", alice), ("A2", bob)):
        ticket_for(user, show, label)
    with queries_at_most(4):
        door(client, show)


def scan(client: APIClient, ticket: Ticket, show: Show) -> None:
    wish = {"code": ticket.code, "show": show.pk, "nonce": f"n{ticket.pk}"}
    assert client.post("/api/v1/checkin/scan/", wish).json()["status"] == "admitted"


@pytest.fixture
def crowded(show: Show, alice: User, bob: User) -> list[Ticket]:
    """A1, A2 and A3, paid, for a show that starts soon."""
    tickets = [ticket_for(user, show, f"A{n}") for n, user in enumerate((alice, bob, alice), 1)]
    opened(show)
    return tickets


def number() -> str:
    """What the cursor of a list would be now, if no other database had a transaction open."""
    ((newest,),) = rows_of("SELECT pg_current_xact_id()::text")
    return str(newest)


@ACROSS
def test_only_what_changed_comes_again(
    as_: As, olga: User, alice: User, show: Show, crowded: list[Ticket]
) -> None:
    client = as_(olga)
    assert int(door(client, show)["cursor"]) <= int(number())
    cursor = number()
    assert statuses(client, show, cursor) == {}
    scan(client, crowded[0], show)
    assert statuses(client, show, cursor) == {"A1": "used"}
    path = f"/api/v1/bookings/{crowded[1].booking.reference}/cancel/"
    assert client.post(path).status_code == 200
    ticket_for(alice, show, "A4")
    assert statuses(client, show, cursor) == {"A1": "used", "A2": "void", "A4": "valid"}
    assert statuses(client, show, number()) == {}


@ACROSS
def test_a_ticket_changes_with_its_booking_and_its_theater(
    as_: As, olga: User, show: Show, crowded: list[Ticket]
) -> None:
    client = as_(olga)
    cursor = number()
    Booking.objects.filter(pk=crowded[0].booking_id).update(paid_at=None)
    assert statuses(client, show, cursor) == {"A1": "unpaid"}
    Theater.objects.update(admits_unpaid=True)
    assert statuses(client, show, cursor) == dict.fromkeys(("A1", "A2", "A3"), "valid")
