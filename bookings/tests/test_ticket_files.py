"""Tickets as files, for those who may see the booking."""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from icalendar import Calendar
from pypdf import PdfReader
from pytest_django import Settings
from rest_framework.test import APIClient

from bookings.models import Booking, Ticket
from bookings.moving import move_sold_show
from bookings.tests.wallet_keys import apple_key, google_key
from bookings.tickets import keys, qr, reading, token
from shows.models import Show
from tests.api import book
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
As = Callable[..., APIClient]


@pytest.fixture
def booked(as_: As, alice: User, show: Show) -> dict[str, Any]:
    document: dict[str, Any] = book(as_(alice), show, "A1", "A2").json()
    return document


def path_of(booked: dict[str, Any], name: str) -> str:
    return f"/api/v1/bookings/{booked['reference']}/{name}"


def entry(answer: Any) -> Any:
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    return event


def test_tickets_are_a_pdf_of_a_page_each(
    as_: As, alice: User, booked: dict[str, Any], show: Show
) -> None:
    answer = as_(alice).get(path_of(booked, "tickets.pdf"), HTTP_ACCEPT="application/pdf")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert f'filename="{booked["reference"]}.pdf"' in answer.headers["Content-Disposition"]
    pages = PdfReader(BytesIO(answer.content)).pages
    assert len(pages) == 2
    assert show.movie.title in pages[0].extract_text()


def test_they_are_in_the_language_of_the_booking(
    as_: As, alice: User, booked: dict[str, Any]
) -> None:
    Booking.objects.update(language="de")
    answer = as_(alice).get(path_of(booked, "tickets.pdf"))
    assert "Buchung" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()


def test_a_qr_code_says_which_ticket_it_is(
    as_: As, alice: User, booked: dict[str, Any], show: Show
) -> None:
    code = booked["tickets"][1]["code"]
    answer = as_(alice).get(path_of(booked, f"tickets/{code}/qr.svg"))
    said = reading.read_ticket(
        bookings=Booking.objects.all(), reference=booked["reference"], code=code
    )[1].token
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.content == qr.svg(said)  # signing with Ed25519 gives one answer
    assert token.verify(said, keys.accepted_keys()) == token.Token(show.pk, code, 0)


@pytest.mark.parametrize("name", ["tickets.pdf", "calendar.ics", "tickets/{code}/qr.svg"])
def test_a_stranger_gets_nothing(
    name: str, as_: As, bob: User, otto: User, olga: User, booked: dict[str, Any]
) -> None:
    path = path_of(booked, name.format(code=booked["tickets"][0]["code"]))
    for stranger in (bob, otto):
        assert as_(stranger).get(path).json()["code"] == "not_found"
    assert as_(olga).get(path).status_code == 200


def test_a_code_of_another_booking_is_not_found(
    as_: As, alice: User, bob: User, booked: dict[str, Any], show: Show
) -> None:
    others = book(as_(bob), show, "B1").json()
    path = path_of(others, f"tickets/{booked['tickets'][0]['code']}/qr.svg")
    assert as_(bob).get(path).status_code == 404


@pytest.mark.parametrize("status", ["pending", "expired"])
@pytest.mark.parametrize("name", ["tickets.pdf", "calendar.ics", "tickets/{code}/qr.svg"])
def test_what_is_not_paid_has_no_tickets(
    name: str, status: str, as_: As, alice: User, booked: dict[str, Any], show: Show
) -> None:
    Booking.objects.update(status=status, pay_until=show.starts_at)
    Ticket.objects.update(status="pending")
    path = path_of(booked, name.format(code=booked["tickets"][0]["code"]))
    answer = as_(alice).get(path)
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_confirmed"


def test_a_cancelled_booking_has_no_tickets_and_leaves_calendars(
    as_: As, alice: User, booked: dict[str, Any]
) -> None:
    client = as_(alice)
    before = entry(client.get(path_of(booked, "calendar.ics")))
    client.post(path_of(booked, "cancel/"))
    code = booked["tickets"][0]["code"]
    assert client.get(path_of(booked, "tickets.pdf")).json()["code"] == "not_confirmed"
    assert client.get(path_of(booked, f"tickets/{code}/qr.svg")).json()["code"] == "ticket_void"
    after = entry(client.get(path_of(booked, "calendar.ics")))
    assert after["STATUS"] == "CANCELLED"
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1


def test_a_cancelled_ticket_has_no_page(as_: As, alice: User, booked: dict[str, Any]) -> None:
    client, code = as_(alice), booked["tickets"][0]["code"]
    client.post(path_of(booked, "cancel/"), {"tickets": [code]})
    (page,) = PdfReader(BytesIO(client.get(path_of(booked, "tickets.pdf")).content)).pages
    assert "1 of 1" in page.extract_text()


def test_a_moved_show_changes_the_entry(
    as_: As, alice: User, olga: User, booked: dict[str, Any], show: Show
) -> None:
    before = entry(as_(alice).get(path_of(booked, "calendar.ics")))
    later = show.starts_at + timedelta(minutes=10)
    move_sold_show(user=olga, show_id=show.pk, starts_at=later, reason="Late")
    after = entry(as_(alice).get(path_of(booked, "calendar.ics")))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTART"].dt == later.replace(microsecond=0)
    move_sold_show(user=olga, show_id=show.pk, starts_at=later, reason="The same")
    assert entry(as_(alice).get(path_of(booked, "calendar.ics")))["SEQUENCE"] == after["SEQUENCE"]


def test_a_ticket_names_the_theaters_terms(booked: dict[str, Any]) -> None:
    policy = [{"until_minutes": 60, "share": 50}, {"until_minutes": 1440, "share": 100}]
    Theater.objects.update(refund_policy=policy, fee_refundable=True)
    booking = Booking.objects.get()
    terms = reading.paper_of(booking).terms
    assert [(span.total_seconds() / 60, share) for span, share in terms.steps] == [
        (1440, 100),
        (60, 50),
    ]
    assert terms.with_fee
    booking.free_cancellation = True
    assert reading.paper_of(booking).terms.steps == [(timedelta(0), 100)]


def test_what_is_due_is_on_it_until_it_is_paid(booked: dict[str, Any]) -> None:
    booking = Booking.objects.get()
    assert reading.paper_of(booking).due == booking.total
    booking.paid_at = booking.created_at
    assert not reading.paper_of(booking).due


def test_files_are_not_drawn_without_end(as_: As, alice: User, booked: dict[str, Any]) -> None:
    client, once = as_(alice), {"ticket_file": (1, timedelta(minutes=10))}
    with override_settings(RATE_LIMITS_ENABLED=True, RATE_LIMITS=once):
        assert client.get(path_of(booked, "calendar.ics")).status_code == 200
        assert client.get(path_of(booked, "tickets.pdf")).status_code == 429


def test_wallets_are_offered_where_there_are_keys(
    as_: As, alice: User, booked: dict[str, Any], settings: Settings, tmp_path: Path
) -> None:
    client, code = as_(alice), booked["tickets"][0]["code"]
    path = path_of(booked, f"tickets/{code}/")
    assert client.get(f"{path}wallets/").json() == {"apple": None, "google": None}
    assert client.get(f"{path}pass.pkpass").status_code == 404
    settings.APPLE_PASS_FILE = str(apple_key(tmp_path)[0])
    settings.GOOGLE_WALLET_FILE = str(google_key(tmp_path)[0])
    settings.GOOGLE_WALLET_ISSUER = "3388000000012345678"
    offered = client.get(f"{path}wallets/").json()
    assert offered["google"].startswith("https://pay.google.com/gp/v/save/")
    answer = client.get(offered["apple"], HTTP_ACCEPT="application/vnd.apple.pkpass")
    assert answer.headers["Content-Type"] == "application/vnd.apple.pkpass"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert zipfile.is_zipfile(BytesIO(answer.content))
