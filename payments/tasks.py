"""The jobs that send refunds, and tell customers of those that they do not expect."""

from procrastinate.contrib.django import app

from bookings.tasks import mail
from core.jobs.queue import RETRIES
from payments import refunding
from payments.models import Refund, RefundReason
from payments.providers.minor_units import from_minor


@app.task(retry=RETRIES)
def send_refund(refund_id: int) -> None:
    """Sends a refund to its provider, or finds out what became of it."""
    refunding.send(refund_id)


@app.task(retry=RETRIES)
def mail_refund(refund_id: int) -> None:
    """Mails the customer that money goes back, and why."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    payment = refund.payment
    if payment.booking_id is None:
        return
    mail(
        payment.booking_id,
        "refund_made",
        more=lambda words: {
            "refund": words.amount(from_minor(refund.amount, payment.currency), payment.currency),
            "is_too_late": refund.reason == RefundReason.TOO_LATE,
        },
    )
