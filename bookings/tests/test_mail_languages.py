"""Every mail in every language: complete, and in no other language."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core import mail as outbox
from django.utils import timezone
from pytest_django import Settings

from bookings import mails, tasks
from bookings.models import Booking, DelayedMail, Ticket
from bookings.tickets.words import Words
from core.languages.words import LANGUAGES, WORDS
from core.mail.sending import send_mail
from shows.models import Show
from theaters.models import Theater
from users.models import User

HERE = Path(__file__).parents[2]
FILES = sorted(HERE.glob("*/templates/mails/*.txt"))
ABSTRACT = {"base", "booking"}
TEMPLATES = sorted({path.stem for path in FILES} - ABSTRACT)
OF_ACCOUNTS = {"verify_email", "reset_password", "password_changed"}
DISPUTE = ("name", "reference", "payment", "provider", "amount", "movie", "date", "time", "theater")
STATES = ("confirmed", "pending", "expired", "cancelled")
SAID = re.compile(r'{% say "([^"]+)"')
ENGLISH = re.compile(
    r"\b(the|your|you|and|is|are|was|for|this|tickets? code|until)\b", re.IGNORECASE
)


def sent() -> tuple[str, str, str]:
    """Returns subject, text and HTML of the newest mail."""
    mail = outbox.outbox[-1]
    assert isinstance(mail, outbox.EmailMultiAlternatives)
    return str(mail.subject), str(mail.body), str(mail.alternatives[0][0])


def put_into(booking: Booking, status: str, **more: object) -> None:
    cancelled_at = timezone.now() if status == "cancelled" else None
    unpaid = status in {"pending", "expired"}
    Booking.objects.filter(pk=booking.pk).update(
        status=status,
        cancelled_at=cancelled_at,
        pay_until=booking.show.starts_at - timedelta(minutes=30) if unpaid else None,
        **more,
    )


def mail(template: str, booking: Booking, language: str) -> None:
    if template in OF_ACCOUNTS:
        context = {"name": "Alice", "code": "012345", "minutes": 10}
        send_mail(to="alice@example.com", template=template, context=context, language=language)
    elif template == "staff_invited":
        blanks = ("name", "theater", "city", "role_name", "days", "link")
        said = dict.fromkeys(blanks, "x")
        send_mail(to="alice@example.com", template=template, context=said, language=language)
    elif template == "charge_disputed":
        said = dict.fromkeys((*DISPUTE, "until"), "x")
        send_mail(to="olga@example.com", template=template, context=said, language=language)
    elif template == "news":
        User.objects.update(language=language)
        DelayedMail.objects.create(booking=booking)
        assert booking.user
        mails.mail_delayed_news(user_id=booking.user.pk)
    else:
        mails.mail_customer(booking_id=booking.pk, template=template, more=_refund)


def _refund(words: Words) -> Mapping[str, object]:
    amount = words.amount(Decimal("12.50"), "EUR")
    return {"refund": amount, "amount": amount, "is_too_late": True}


@pytest.fixture
def complete(booking: Booking, settings: Settings) -> Booking:
    """A booking of which all is known that mails may say."""
    settings.BOOKING_URL = "https://tickets.example.com/b/{reference}"
    Theater.objects.update(
        legal_name="Babylon GmbH", legal_address="Berlin", tax_id="1", terms_url="https://b.example"
    )
    Show.objects.update(cancel_reason="Projektor", move_reason="Projektor")
    Ticket.objects.filter(label="H8").update(fee=Decimal("1.00"), discount=Decimal("2.00"))
    return booking


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_is_complete_in_every_language(
    template: str, language: str, complete: Booking
) -> None:
    for status in STATES:
        put_into(complete, status, language=language)
        mail(template, complete, language)
        subject, text, html = sent()
        assert subject.strip()
        assert f'<html lang="{language}">' in html
        for part in (subject, text, _plain(html)):
            assert not re.search(r"{[%{\w]|\bNone\b", part)
            assert language == "en" or not ENGLISH.search(part)


def _plain(html: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]+>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_text_and_html_say_only_what_every_language_has(path: Path) -> None:
    for file in (path, path.with_suffix(".html")):
        said = SAID.findall(file.read_text())
        assert all(word in words for word in said for words in WORDS.values())
        assert not re.search(r"^[A-Z][a-z]+ [a-z]+", file.read_text(), re.MULTILINE)


def test_a_german_confirmation_is_german(complete: Booking) -> None:
    put_into(complete, "confirmed", language="de")
    tasks.mail_booking_confirmed(complete.pk)
    subject, text, _ = sent()
    assert subject == "Ihre Plätze für Metropolis, Di., 2. Juli, 20:15 Uhr"
    for words in (
        "Guten Tag Alice!",
        "Dienstag, 2. Juli 2030, 20:15 Uhr (MESZ)",
        "H8  Premium  16,00 EUR",
        "Buchungsgebühr: 1,00 EUR",
        "Summe: 29,50 EUR",
        "Verkauft von Babylon GmbH · Berlin · Steuernummer 1",
    ):
        assert words in text, words


def test_a_booking_without_a_language_has_its_customers(booking: Booking) -> None:
    User.objects.update(language="de")
    tasks.mail_booking_confirmed(booking.pk)
    assert sent()[0].startswith("Ihre Plätze")


def test_a_guest_is_written_to_in_the_language_of_the_booking(booking: Booking) -> None:
    User.objects.update(is_guest=True)
    Booking.objects.update(language="de", contact_email="mia@example.com")
    tasks.mail_booking_confirmed(booking.pk)
    assert sent()[0].startswith("Ihre Plätze")


def test_the_lines_of_a_text_are_short(complete: Booking) -> None:
    for language in LANGUAGES:
        put_into(complete, "confirmed", language=language)
        tasks.mail_show_moved(complete.pk)
        assert all(len(line) <= 76 for line in sent()[1].splitlines())


def test_who_pays_at_the_counter_reads_what_and_until_when(complete: Booking) -> None:
    put_into(complete, "pending", language="de")
    tasks.mail_booking_reserved(complete.pk)
    subject, text, _ = sent()
    assert subject.startswith("Bitte bezahlen Sie Ihre Plätze")
    assert "bis Dienstag, 2. Juli 2030, 19:45 Uhr" in " ".join(text.split())


def test_what_was_not_paid_before_is_said(complete: Booking) -> None:
    put_into(complete, "confirmed")
    tasks.mail_booking_confirmed(complete.pk)
    assert "To pay at the counter: 29.50 EUR for the booking" in sent()[1]
    put_into(complete, "confirmed", paid_at=timezone.now())
    tasks.mail_booking_confirmed(complete.pk)
    assert "To pay" not in sent()[1]


def test_tickets_that_are_not_paid_for_have_no_code(complete: Booking) -> None:
    put_into(complete, "pending")
    Ticket.objects.update(status="pending")
    tasks.mail_booking_reserved(complete.pk)
    assert "9f2c4e7ab1d8" not in sent()[1] + sent()[2]
