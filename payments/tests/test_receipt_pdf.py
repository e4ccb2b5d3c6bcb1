"""Receipts and credit notes as PDF: what an accountant and a tax office look for."""

from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from pytest_django import Settings

from bookings.models import Booking, Ticket
from payments import receipt_pdf
from payments.models import Receipt
from payments.receipts import issue_credit_note, issue_receipt
from payments.tests.sold import _books_are_right, given_back, paid, seller, sold
from shows.models import Show
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db
__all__ = ["_books_are_right", "seller"]
FEE = {"fee": Decimal("1.07"), "tax": Decimal("0.77"), "type": "Adult"}


@pytest.fixture
def booking(seller: Theater, show: Show, alice: User) -> Booking:
    return sold(show, alice, FEE, {"price": Decimal("11.90"), "tax_rate": 19, "tax": "1.90"})


def bought(booking: Booking, **how: str) -> Receipt:
    payment = paid(booking, 2367, **how)
    issue_receipt(payment_id=payment.pk)
    return payment.receipts.get()


def given_up(receipt: Receipt) -> Receipt:
    Ticket.objects.filter(booking=receipt.booking, label="A2").update(status="void")
    refund = given_back(receipt.payment, 1190)
    issue_credit_note(refund_id=refund.pk)
    return Receipt.objects.get(refund=refund)


def text_of(receipt: Receipt) -> str:
    reader = PdfReader(BytesIO(receipt_pdf.draw(receipt).content))
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.split())


def test_it_says_who_sold_what_and_when(booking: Booking) -> None:
    text = text_of(bought(booking))
    for words in (
        "Babylon Kino GmbH",
        "Rosa-Luxemburg-Straße 30, 10178 Berlin",
        "VAT ID DE123456789",
        "Receipt 1",
        f"Reference {booking.reference}",
        "For Alice",
        "Metropolis",
        "Ticket · Seat A1 · Standard · Adult 7 % 10.70 EUR",
        "Booking fee · Seat A1 · Standard · Adult 7 % 1.07 EUR",
        "Ticket · Seat A2 · Standard 19 % 11.90 EUR",
        "Total 23.67 EUR",
        "Paid: online (Stripe)",
    ):
        assert words in text, words


def test_it_has_the_tax_of_each_rate(booking: Booking) -> None:
    text = text_of(bought(booking))
    assert "7 % 11.00 EUR 0.77 EUR 11.77 EUR" in text
    assert "19 % 10.00 EUR 1.90 EUR 11.90 EUR" in text


def test_a_credit_note_names_the_receipt_and_takes_away(booking: Booking) -> None:
    text = text_of(given_up(bought(booking, provider="counter", method="cash")))
    for words in (
        "Credit note 2",
        "Concerns receipt 1",
        "Ticket · Seat A2 · Standard 19 % -11.90 EUR",
        "Total -11.90 EUR",
        "Given back: cash",
    ):
        assert words in text, words


def test_it_is_in_the_language_of_the_booking(booking: Booking) -> None:
    booking.language = "de"
    booking.save()
    receipt = bought(booking)
    text = text_of(receipt)
    assert "Beleg Nr. 1" in text
    assert "Summe 23,67 EUR" in text
    assert "Zu Beleg Nr. 1" in text_of(given_up(receipt))


def test_what_the_law_wants_printed_is(booking: Booking, settings: Settings) -> None:
    settings.FISCAL = "fake"
    receipt = bought(booking)
    assert "NOT CERTIFIED: for tests only" in text_of(receipt)
    assert receipt_pdf.describe(receipt)["fiscal"]["qr"].startswith("<?xml")


def test_without_tax_there_is_no_table_of_it(seller: Theater, show: Show, alice: User) -> None:
    receipt = bought(sold(show, alice, {"price": Decimal("23.67"), "tax_rate": 0, "tax": 0}))
    assert "Net" not in text_of(receipt)


def test_a_hundred_lines_take_several_pages(seller: Theater, show: Show, alice: User) -> None:
    tickets = [{"price": Decimal("10.70"), "type": "学生"}] * 99
    payment = paid(sold(show, alice, *tickets), 105930)
    issue_receipt(payment_id=payment.pk)
    content = receipt_pdf.draw(payment.receipts.get()).content
    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) > 1
    assert f"1 / {len(pages)}" in pages[0].extract_text()
    assert len(content) < 300_000


def test_it_is_tagged_and_has_title_and_language(booking: Booking) -> None:
    reader = PdfReader(BytesIO(receipt_pdf.draw(bought(booking)).content))
    assert reader.metadata
    assert reader.metadata.title == "Receipt 1"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"  # type: ignore[index]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
