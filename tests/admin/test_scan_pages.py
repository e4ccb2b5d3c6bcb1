"""Scans in the office, and at the page of their booking."""

from collections.abc import Callable

import pytest
from django.test import Client

from admission.models import Scan
from admission.offline import record_scans
from admission.scanning import scan_ticket
from admission.tests.conftest import opened, ticket_for
from bookings.models import Ticket
from shows.models import Show
from tests.admin.conftest import page
from tests.queries import queries_at_most
from users.models import User

pytestmark = pytest.mark.django_db
Desk = Callable[[User], Client]


@pytest.fixture
def ticket(show: Show, alice: User, olga: User) -> Ticket:
    """Alice's, scanned twice."""
    bought = ticket_for(alice, show)
    opened(show)
    for nonce in ("n1", "n2"):
        scan_ticket(user=olga, code=bought.code, show_id=show.pk, nonce=nonce)
    return bought


def test_scans_are_listed_without_codes(at_desk: Desk, olga: User, ticket: Ticket) -> None:
    client = at_desk(olga)
    listed = page(client, "admission/scan/")
    assert "admitted" in listed
    assert "somebody has come in with it" in listed
    said = page(client, f"admission/scan/{Scan.objects.earliest('pk').pk}/change/")
    for text in (listed, said):
        assert ticket.code not in text
    assert ticket.booking.reference in said


def test_they_are_found_by_reason_booking_and_seat(
    at_desk: Desk, olga: User, ticket: Ticket
) -> None:
    client, reference = at_desk(olga), ticket.booking.reference
    for query, count in {
        "reason=none": 1,
        "reason=already_used": 1,
        "reason=unpaid": 0,
        "reason=nonsense": 2,
        "is_offline__exact=1": 0,
        f"q={reference}": 2,
        "q=a1": 2,
        "q=A2": 0,
        f"theater={ticket.booking.show.screen.theater_id}": 2,
    }.items():
        listed = page(client, f"admission/scan/?{query}")
        assert listed.count("field-scanned") == count, query


def test_a_booking_leads_to_its_scans_and_says_that_somebody_came(
    at_desk: Desk, olga: User, ticket: Ticket
) -> None:
    client = at_desk(olga)
    said = page(client, f"bookings/booking/{ticket.booking_id}/change/")
    address = f"admission/scan/?ticket__booking__id__exact={ticket.booking_id}"
    assert f"/admin/{address}" in said
    assert "badge-used" in said
    assert page(client, address).count("field-scanned") == 2


def test_a_booking_without_scans_has_no_link(
    at_desk: Desk, olga: User, show: Show, bob: User
) -> None:
    bought = ticket_for(bob, show)
    said = page(at_desk(olga), f"bookings/booking/{bought.booking_id}/change/")
    assert "ticket__booking__id__exact" not in said
    assert "badge-used" not in said


def test_others_see_none_of_them(at_desk: Desk, otto: User, ticket: Ticket) -> None:
    client = at_desk(otto)
    assert "field-scanned" not in page(client, "admission/scan/")
    pk = Scan.objects.earliest("pk").pk
    assert client.get(f"/admin/admission/scan/{pk}/change/").status_code == 302


def test_a_scan_of_an_unknown_ticket_is_shown(
    at_desk: Desk, olga: User, show: Show, ticket: Ticket
) -> None:
    at = ticket.booking.created_at
    scan = {"code": "0" * 32, "show": show.pk, "nonce": "n3", "at": at, "result": "admitted"}
    record_scans(user=olga, scans=[scan])
    client = at_desk(olga)
    assert "badge-unknown" in page(client, "admission/scan/?is_offline__exact=1")
    Scan.objects.update(by=None)
    pk = Scan.objects.latest("pk").pk
    assert "a closed account" in page(client, f"admission/scan/{pk}/change/")


def test_the_list_takes_the_same_queries_for_many(
    at_desk: Desk, olga: User, show: Show, ticket: Ticket
) -> None:
    client = at_desk(olga)
    for number in range(10):
        scan_ticket(user=olga, code=ticket.code, show_id=show.pk, nonce=f"m{number}")
    with queries_at_most(8):
        page(client, "admission/scan/")
