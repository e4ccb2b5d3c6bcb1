"""Receipts come with the mail of a payment, credit notes with a mail of their own."""

from datetime import timedelta
from email.mime.base import MIMEBase
from typing import Any

import pytest
from django.core import mail as outbox
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from rest_framework.test import APIClient

from bookings import tasks
from bookings.models import Booking
from payments import receipt_pdf
from payments.counter import take_at_counter
from payments.models import Receipt
from payments.providers.base import RefundFacts, RefundState
from payments.receipt_mails import mail_credit_note
from payments.receipts import issue_receipt
from payments.refunding import apply_refund
from payments.tests.sold import _books_are_right, given_back, paid, seller, sold
from shows.models import Show
from tests.api import As
from theaters.models import Theater
from users.models import User
from users.tests.conftest import run_jobs

pytestmark = pytest.mark.django_db
__all__ = ["_books_are_right", "seller"]


@pytest.fixture
def booking(seller: Theater, show: Show, alice: User) -> Booking:
    return sold(show, alice, {}, {}, language="de")


def attached() -> list[str]:
    parts = outbox.outbox[-1].attachments
    return [str(part.get_filename()) for part in parts if isinstance(part, MIMEBase)]


def credit_note(booking: Booking) -> Receipt:
    payment = paid(booking, 2140)
    issue_receipt(payment_id=payment.pk)
    refund = given_back(payment, 1070, status="sent", attempt=1)
    payment.refunding = 1070
    payment.save()
    apply_refund(refund.pk, RefundFacts("re_1", refund.pk, 1, 1070, RefundState.SUCCEEDED))
    return Receipt.objects.get(refund=refund)


def test_the_receipt_comes_with_the_tickets(booking: Booking) -> None:
    issue_receipt(payment_id=paid(booking, 2140).pk)
    tasks.mail_booking_confirmed(booking.pk)
    assert attached() == [
        f"tickets-{booking.reference}.pdf",
        f"{booking.reference}.ics",
        "receipt-1.pdf",
    ]


def test_what_was_not_paid_has_none(booking: Booking) -> None:
    tasks.mail_booking_confirmed(booking.pk)
    assert len(attached()) == 2


def pay_at_counter(booking: Booking, seller: User) -> None:
    take_at_counter(user=seller, booking=booking, amount=booking.total, method="cash")
    run_jobs()


def test_who_pays_at_the_counter_gets_the_receipt_by_mail(booking: Booking, olga: User) -> None:
    pay_at_counter(booking, olga)
    assert attached() == ["receipt-1.pdf"]
    assert outbox.outbox[-1].subject.startswith("Beleg für Metropolis")
    assert "21,40 EUR" in outbox.outbox[-1].body
    assert "Den Beleg finden Sie im Anhang." in outbox.outbox[-1].body


def test_who_has_no_address_gets_none_and_one_given_at_the_counter_is_used(
    seller: Theater, show: Show, olga: User
) -> None:
    at_counter = {"channel": "box_office", "sold_by": olga}
    pay_at_counter(sold(show, None, {}, **at_counter), olga)
    assert outbox.outbox == []
    pay_at_counter(sold(show, None, {}, **at_counter, contact_email="zoe@example.com"), olga)
    assert [mail.to for mail in outbox.outbox] == [["zoe@example.com"]]
    assert attached() == ["receipt-2.pdf"]


def test_what_its_payment_confirms_is_mailed_once_with_the_tickets(
    pending: dict[str, Any], olga: User
) -> None:
    booking = Booking.objects.get(reference=pending["reference"])
    pay_at_counter(booking, olga)
    assert attached() == [
        f"tickets-{booking.reference}.pdf",
        f"{booking.reference}.ics",
        "receipt-1.pdf",
    ]
    assert len(outbox.outbox) == 1


def test_a_mail_about_money_over_the_limit_comes_with_the_delayed_ones(
    booking: Booking, olga: User, settings: Settings
) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "mail_verified": (0, timedelta(hours=1))}
    pay_at_counter(booking, olga)
    assert outbox.outbox == []
    assert ProcrastinateJob.objects.filter(task_name=tasks.mail_delayed_news.name).exists()


def test_a_refund_that_has_arrived_is_mailed_with_its_credit_note(booking: Booking) -> None:
    note = credit_note(booking)
    job = ProcrastinateJob.objects.get(task_name=mail_credit_note.name)
    assert job.args == {"receipt_id": note.pk}
    mail_credit_note(note.pk)
    assert attached() == ["credit-note-2.pdf"]
    assert outbox.outbox[-1].subject.startswith("Stornobeleg für Metropolis")
    assert "10,70 EUR" in outbox.outbox[-1].body
    assert "Den Stornobeleg finden Sie im Anhang." in outbox.outbox[-1].body


def test_the_mail_goes_without_a_credit_note_that_cannot_be_drawn(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = credit_note(booking)
    monkeypatch.setattr(receipt_pdf, "TEMPLATE", receipt_pdf.TEMPLATE.with_name("missing.typ"))
    mail_credit_note(note.pk)
    assert attached() == []
    assert "im Anhang" not in outbox.outbox[-1].body


def test_a_receipt_is_read_as_pdf_by_who_may_see_the_booking(
    booking: Booking, as_: As, alice: User, bob: User, olga: User, otto: User, anyone: APIClient
) -> None:
    pk = issue_receipt(payment_id=paid(booking, 2140).pk)
    path = f"/api/v1/receipts/{pk}.pdf"
    for user in (alice, olga):
        answer = as_(user).get(path)
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
        assert answer.headers["Content-Disposition"] == 'inline; filename="receipt-1.pdf"'
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert {as_(user).get(path).status_code for user in (bob, otto)} == {404}
    assert anyone.get(path).status_code == 401
