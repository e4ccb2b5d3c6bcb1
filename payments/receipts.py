"""Receipts for money that was paid, and credit notes for money that was given back.

Numbers are consecutive within a theater, without gaps: the row of its `ReceiptCounter` is locked
until the transaction ends, and what is rolled back has taken no number. That lock is the last of
all (user → voucher → show → booking → tickets → seats → payments → receipt counter), so issue when
everything else is done. A theater's money is therefore booked one at a time from there to the
commit, which is some milliseconds.
"""

from dataclasses import fields
from zoneinfo import ZoneInfo

from django.db import transaction

from bookings.models import Booking, Ticket
from core.postgres.rows import execute, rows_of
from payments.fiscal.base import Entry
from payments.fiscal.registry import fiscal
from payments.models import Payment, Receipt, ReceiptKind, Refund
from payments.receipt_lines import Line, Sold, lines_of, taxes_of
from theaters.models import Theater

LOCK_COUNTER = """
INSERT INTO payments_receiptcounter AS counter (theater_id, last, signature) VALUES (%s, 0, '')
ON CONFLICT (theater_id) DO UPDATE SET last = counter.last
RETURNING last, signature, statement_timestamp()
"""
COUNT = """
UPDATE payments_receiptcounter SET last = %(number)s, signature = %(signature)s
WHERE theater_id = %(theater)s
"""
SELLER = ("legal_name", "legal_address", "tax_id", "terms_url", "privacy_url")
COLUMNS = [field.name.replace("seat", "label") for field in fields(Sold)]
OF_BOOKING = ("show__movie", "show__screen__theater", "user")
OF_PAYMENT = ("taken_by", *(f"booking__{path}" for path in OF_BOOKING))


def issue_receipt(*, payment_id: int) -> int | None:
    """Issues the receipt of a captured payment, once, and returns its id. Call it last in the
    transaction that captures the payment and confirms its booking, with both locked.

    Money that is held apart gets none: nothing was sold for it.
    """
    payment = Payment.objects.select_related(*OF_PAYMENT).get(pk=payment_id)
    if payment.problem or payment.booking is None:
        return None
    return _issue(payment.booking, payment, None, payment.captured)


def issue_credit_note(*, refund_id: int) -> int | None:
    """Issues the credit note of a refund, once, and returns its id. Call it last in the transaction
    that completes the refund, with its payment locked.

    One that was sent again after it had bounced has its credit note already.
    """
    paths = ("payment", *(f"payment__{path}" for path in OF_PAYMENT))
    refund = Refund.objects.select_related(*paths).get(pk=refund_id)
    payment = refund.payment
    if payment.problem or payment.booking is None:
        return None
    return _issue(payment.booking, payment, refund, -refund.amount)


@transaction.atomic(savepoint=False)
def _issue(booking: Booking, payment: Payment, refund: Refund | None, amount: int) -> int:
    theater = booking.show.screen.theater
    ((last, previous, now),) = rows_of(LOCK_COUNTER, [theater.pk])
    earlier = list(Receipt.objects.filter(booking=booking))  # after the lock: it sees all
    for each in earlier:
        if (each.payment_id, each.refund_id) == (payment.pk, refund and refund.pk):
            return int(each.pk)
    lines = lines_of(
        _tickets(booking),
        [line for each in earlier for line in each.lines],
        amount=amount,
        currency=payment.currency,
    )
    receipt = Receipt(
        theater=theater,
        number=last + 1,
        kind=ReceiptKind.CREDIT_NOTE if refund else ReceiptKind.RECEIPT,
        booking=booking,
        payment=payment,
        refund=refund,
        amount=amount,
        currency=payment.currency,
        seller=_seller(theater),
        customer=_customer(booking),
        language=booking.language or (booking.user.language if booking.user else ""),
        sale=_sale(booking, payment),
        lines=lines,
        taxes=taxes_of(lines),
        issued_at=now,
    )
    return _signed(receipt, previous).pk


def _signed(receipt: Receipt, previous: str) -> Receipt:
    """Signs, counts and stores the receipt."""
    signed = fiscal().sign(_entry(receipt, previous))
    if signed.lines or signed.qr:
        receipt.fiscal = {"lines": list(signed.lines), "qr": signed.qr}
    counted = {"number": receipt.number, "signature": signed.signature}
    receipt.save(force_insert=True)
    execute(COUNT, {**counted, "theater": receipt.theater_id})
    return receipt


def _entry(receipt: Receipt, previous: str) -> Entry:
    return Entry(
        theater_id=receipt.theater_id,
        number=receipt.number,
        kind=receipt.kind,
        issued_at=receipt.issued_at,
        amount=receipt.amount,
        currency=receipt.currency,
        taxes=receipt.taxes,
        previous=previous,
    )


def _tickets(booking: Booking) -> list[Sold]:
    rows = Ticket.objects.filter(booking=booking).order_by("pk").values_list(*COLUMNS)
    return [Sold(*row) for row in rows]


def _seller(theater: Theater) -> dict[str, str]:
    """Returns who sells, by the name on the door as long as nobody has said more."""
    seller = {name: getattr(theater, name) for name in SELLER}
    return seller | {"legal_name": theater.legal_name or theater.name}


def _customer(booking: Booking) -> dict[str, str]:
    name = booking.contact_name or (booking.user.name if booking.user else "")
    return {"name": name} if name else {}


def _sale(booking: Booking, payment: Payment) -> Line:
    """Returns what was sold, and how it was paid, in the theater's own time."""
    show = booking.show
    zone = ZoneInfo(show.screen.theater.timezone)
    return {
        "booking": booking.reference,
        "movie": show.movie.title,
        "theater": show.screen.theater.name,
        "screen": show.screen.name,
        "starts_at": show.starts_at.astimezone(zone).isoformat(),
        "provider": payment.provider,
        "method": payment.method,
    }
