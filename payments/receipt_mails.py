"""Receipts in mails: with the one that confirms a booking; what is paid after that, and credit
notes, with one of their own.

A receipt that cannot be drawn is left out: customers get it from the API, too.
"""

from procrastinate.contrib.django import app

from bookings.mail_files import attempt, encloses
from bookings.models import Booking
from bookings.tasks import mail
from core.jobs.queue import RETRIES
from core.mail.files import File
from payments.models import Receipt, ReceiptKind
from payments.providers.minor_units import from_minor
from payments.receipt_pdf import draw


@encloses("booking_confirmed")
def newest_receipt(booking: Booking) -> File | None:
    """Returns the receipt of what has paid for the booking; None if nothing was paid."""
    receipts = Receipt.objects.filter(booking=booking, kind=ReceiptKind.RECEIPT)
    newest = receipts.select_related("theater").order_by("number").last()
    return draw(newest) if newest else None


@encloses("booking_exchanged")
def receipt_of_difference(booking: Booking) -> File | None:
    """Returns the receipt of what was paid for a dearer seat; None if nothing more was paid."""
    receipts = Receipt.objects.filter(booking=booking, kind=ReceiptKind.RECEIPT)
    return newest_receipt(booking) if receipts.count() > 1 else None


@app.task(retry=RETRIES)
def mail_receipt(receipt_id: int) -> None:
    """Mails the receipt of money for a booking that had been confirmed before, as at the counter,
    to the booking's address, if it has one."""
    receipt = Receipt.objects.select_related("theater").get(pk=receipt_id)
    _mail(receipt, "receipt", receipt.amount)


@app.task(retry=RETRIES)
def mail_credit_note(receipt_id: int) -> None:
    """Mails the customer that money has been given back, with its credit note."""
    note = Receipt.objects.select_related("theater").get(pk=receipt_id)
    _mail(note, "credit_note", -note.amount)


def _mail(receipt: Receipt, template: str, units: int) -> None:
    if receipt.booking_id is None:
        return
    file = attempt(draw, receipt)
    mail(
        receipt.booking_id,
        template,
        more=lambda words: {
            "amount": words.amount(from_minor(units, receipt.currency), receipt.currency)
        },
        files=[file] if file else [],
    )
