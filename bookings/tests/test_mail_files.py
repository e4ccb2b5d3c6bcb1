"""Tickets and calendar entries that come with mails."""

from datetime import timedelta
from email.mime.base import MIMEBase
from io import BytesIO
from typing import Any, cast

import pytest
from django.core import mail as outbox
from django.utils import timezone
from pypdf import PdfReader

from bookings import mail_files, tasks
from bookings.models import Booking, Ticket
from bookings.tickets import pdf
from shows.models import Show
from tests.clock import let_pass
from users.models import User

CODE = "9f2c4e7ab1d84c5ea6f03b7d2e918d{:02x}"


def files() -> dict[str, bytes]:
    """Returns what is attached to the newest mail, by its name."""
    parts = [part for part in outbox.outbox[-1].attachments if isinstance(part, MIMEBase)]
    return {
        str(part.get_filename()): cast("bytes", part.get_payload(decode=True)) for part in parts
    }


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def cancel(booking: Booking) -> None:
    Booking.objects.filter(pk=booking.pk).update(status="cancelled", cancelled_at=timezone.now())
    Ticket.objects.update(status="void")


def test_a_confirmation_has_the_tickets_and_an_entry_for_calendars(booking: Booking) -> None:
    tasks.mail_booking_confirmed(booking.pk)
    found = files()
    assert list(found) == ["tickets-K7M2QX9WRT.pdf", "K7M2QX9WRT.ics"]
    assert ["Metropolis" in page for page in pages(found["tickets-K7M2QX9WRT.pdf"])] == [True] * 2
    assert b"METHOD:PUBLISH" in found["K7M2QX9WRT.ics"]
    assert "Your tickets are attached" in outbox.outbox[-1].body


def test_calendars_are_told_the_method_by_the_media_type(booking: Booking) -> None:
    tasks.mail_booking_confirmed(booking.pk)
    kinds = [part["Content-Type"] for part in outbox.outbox[0].message().walk()]
    assert 'text/calendar; charset="utf-8"; method="PUBLISH"' in kinds
    assert "application/pdf" in kinds


def test_they_are_in_the_language_of_the_mail(booking: Booking) -> None:
    User.objects.update(language="de")
    tasks.mail_booking_confirmed(booking.pk)
    found = files()
    assert "Buchungsnummer" in pages(found["tickets-K7M2QX9WRT.pdf"])[0]
    assert "Buchungsnummer" in found["K7M2QX9WRT.ics"].decode()


@pytest.mark.parametrize("task", [tasks.mail_booking_cancelled, tasks.mail_show_cancelled])
def test_a_cancelled_booking_is_removed_from_calendars(task: Any, booking: Booking) -> None:
    cancel(booking)
    task(booking.pk)
    assert list(files()) == ["K7M2QX9WRT.ics"]
    assert b"METHOD:CANCEL" in files()["K7M2QX9WRT.ics"]


def test_after_single_tickets_are_cancelled_the_others_come_anew(booking: Booking) -> None:
    Ticket.objects.filter(label="H7").update(status="void")
    tasks.mail_booking_cancelled(booking.pk)
    (page,) = pages(files()["tickets-K7M2QX9WRT.pdf"])
    assert "H 8" in " ".join(page.replace("Row", "").replace("Seat", "").split())


def test_after_an_exchange_the_tickets_come_anew(booking: Booking) -> None:
    tasks.mail_booking_exchanged(booking.pk)
    assert list(files()) == ["tickets-K7M2QX9WRT.pdf", "K7M2QX9WRT.ics"]
    assert "Your tickets are attached" in outbox.outbox[-1].body


def test_a_moved_show_changes_the_entry(booking: Booking) -> None:
    Show.objects.update(moves=1)
    tasks.mail_show_moved(booking.pk)
    assert b"SEQUENCE:1" in files()["K7M2QX9WRT.ics"]
    assert "tickets-K7M2QX9WRT.pdf" in files()


def test_what_is_to_be_paid_has_no_tickets(booking: Booking) -> None:
    pay_until = booking.show.starts_at
    Booking.objects.update(status="pending", pay_until=pay_until)
    Ticket.objects.update(status="pending")
    tasks.mail_booking_reserved(booking.pk)
    assert files() == {}


def test_a_guests_entry_which_people_share_has_no_key(booking: Booking, settings: Any) -> None:
    settings.BOOKING_URL = "https://tickets.example.com/b/{reference}"
    User.objects.update(is_guest=True)
    Booking.objects.update(contact_email="mia@example.com")
    tasks.mail_booking_confirmed(booking.pk)
    entry = files()["K7M2QX9WRT.ics"].replace(b"\r\n ", b"")
    assert b"URL:https://tickets.example.com/b/K7M2QX9WRT\r\n" in entry
    assert b"key=" not in entry


def test_a_mail_goes_without_what_cannot_be_drawn(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "TEMPLATE", pdf.HERE / "missing.typ")
    tasks.mail_booking_confirmed(booking.pk)
    assert list(files()) == ["K7M2QX9WRT.ics"]
    assert "Show this mail at the entrance" in outbox.outbox[0].body


def test_a_mail_goes_without_what_is_too_large(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_files, "LARGEST", 1000)
    tasks.mail_booking_confirmed(booking.pk)
    assert list(files()) == ["K7M2QX9WRT.ics"]


def test_a_hundred_tickets_fit_into_a_mail(booking: Booking) -> None:
    for number in range(2, 100):
        Ticket.objects.create(
            booking=booking, code=CODE.format(number), label="H9", category="standard", price=1
        )
    tasks.mail_booking_confirmed(booking.pk)
    assert len(pages(files()["tickets-K7M2QX9WRT.pdf"])) == 100


def test_merged_news_have_no_files(booking: Booking, alice: User) -> None:
    for _ in range(21):
        tasks.mail_booking_cancelled(booking.pk)
    let_pass(timedelta(hours=1, minutes=1))
    tasks.mail_delayed_news(alice.pk)
    assert outbox.outbox[-1].subject == "News of your bookings"
    assert files() == {}
