"""Starting a payment: a row first, then the provider is asked, outside of any transaction.

There is one open attempt of a booking and provider; to start again is to get the same one, because
the provider knows it by its key.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from bookings.exchanges import OPEN_OF_BOOKING
from bookings.models import Booking, BookingStatus
from core.failures import Failure
from core.postgres.rows import execute, rows_of
from payments.accounts import account_for, provider_of
from payments.attempts import attempt_of
from payments.events import look_at_payment
from payments.models import Payment, PaymentStatus, ProviderAccount
from payments.providers.base import AccountRefused, Attempt, ProviderError, Refused, Started
from payments.providers.minor_units import to_minor

log = structlog.get_logger(__name__)


class NotPayable(Failure):
    """Nothing has to be paid for the booking: it is paid, cancelled, or its time is over."""

    code = "not_payable"
    title = "There is nothing to pay"
    remedy = "Look at the booking; if its time is over, book again."
    example = {"state": "expired"}
    members = {"state": {"type": "string", "description": "The booking's state."}}


class PaymentUnavailable(Failure):
    """The provider does not answer; nothing was paid."""

    status = 503
    code = "payment_unavailable"
    title = "The payment provider does not answer"
    remedy = "Try again in a moment."


LOCK_BOOKING = "SELECT FROM bookings_booking booking WHERE id = %s FOR NO KEY UPDATE OF booking"
# A statement after the lock. What is due is the price of the tickets that are not void; of a paid
# booking, the difference to what a ticket is exchanged for.
DUE = f"""
SELECT booking.status = 'pending' AND booking.pay_until <= statement_timestamp(),
       booking.status, booking.paid_at IS NOT NULL AND exchange.difference IS NULL,
       CASE WHEN booking.paid_at IS NULL THEN booking.pay_until ELSE exchange.pay_until END,
       coalesce(exchange.difference,
                (SELECT coalesce(sum(price - discount + fee), 0) FROM bookings_ticket ticket
                 WHERE ticket.booking_id = booking.id AND ticket.status <> 'void')),
       theater.currency, theater.id
FROM bookings_booking booking
JOIN shows_show show ON show.id = booking.show_id
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
LEFT JOIN LATERAL ({OPEN_OF_BOOKING}) exchange ON true
WHERE booking.id = %s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Payable:
    """A locked booking and what it still costs, in minor units."""

    id: int
    amount: int
    currency: str
    theater_id: int
    pay_until: datetime | None


def lock_payable(booking_id: int) -> Payable:
    """Locks a booking that has to be paid, or an exchange of it. Raises NotPayable."""
    rows_of(LOCK_BOOKING, [booking_id])
    ((is_over, status, is_paid, until, due, currency, theater),) = rows_of(DUE, [booking_id])
    state = "expired" if is_over else "paid" if is_paid else status
    if state not in (BookingStatus.PENDING, BookingStatus.CONFIRMED) or not due:
        raise NotPayable(state=state)
    return Payable(booking_id, to_minor(due, currency), currency, theater, until)


ATTEMPT = """
INSERT INTO payments_payment (booking_id, account_id, provider, attempt, flow, amount, currency,
                              status, expires_at)
VALUES (%(booking)s, %(account)s, %(provider)s::text,
       1 + coalesce((SELECT max(attempt) FROM payments_payment
                     WHERE booking_id = %(booking)s AND provider = %(provider)s::text), 0),
       %(flow)s, %(amount)s, %(currency)s, 'created', %(until)s)
RETURNING id
"""
OPEN = """
SELECT id FROM payments_payment
WHERE booking_id = %(booking)s AND provider = %(provider)s::text AND account_id = %(account)s
  AND flow = %(flow)s AND amount = %(amount)s AND status IN ('created', 'open', 'failed')
  AND expires_at IS NOT DISTINCT FROM %(until)s::timestamptz
ORDER BY id DESC LIMIT 1
"""
STORE = """
UPDATE payments_payment
SET reference = %(reference)s, status = CASE status WHEN 'created' THEN 'open' ELSE status END
WHERE id = %(payment)s AND status <> 'captured'
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt to pay, with what the customer's program needs to go on."""

    payment: Payment
    client: dict[str, Any]
    is_new: bool


def start_payment(*, booking: Booking, provider: str | None, flow: str, return_url: str) -> Begun:
    """Starts to pay what is due for the booking, or goes on with the attempt that is open. Without
    a provider, through the account that the theater connected last.

    Not in a transaction, because it asks the provider. Raises NotPayable, PaymentNotOffered or
    PaymentUnavailable.
    """
    with transaction.atomic():
        payable = lock_payable(booking.pk)
        account = account_for(theater_id=payable.theater_id, provider=provider)
        values = {
            "booking": payable.id,
            "account": account.pk,
            "provider": account.provider,
            "flow": flow,
            "amount": payable.amount,
            "currency": payable.currency,
            "until": payable.pay_until,
        }
        found = rows_of(OPEN, values)
        ((payment_id,),) = found or rows_of(ATTEMPT, values)
    payment = Payment.objects.get(pk=payment_id)
    try:
        started = _started(account, payment, attempt_of(payment, booking, return_url=return_url))
    except ProviderError as error:
        log.warning("payment not started", payment_id=payment.pk, failure=str(error))
        raise PaymentUnavailable(headers={"Retry-After": "2"}) from error
    execute(STORE, {"payment": payment_id, "reference": started.reference})
    payment.refresh_from_db()
    return Begun(payment, dict(started.client), is_new=not found)


def _started(account: ProviderAccount, payment: Payment, attempt: Attempt) -> Started:
    """Asks the provider. What it refuses is paid, or over, or can never be started: the next start
    makes another attempt."""
    try:
        return provider_of(account).start(attempt)
    except AccountRefused:
        raise
    except Refused:
        if not look_at_payment(payment.pk):
            waiting = Payment.objects.filter(pk=payment.pk, status=PaymentStatus.CREATED)
            waiting.update(status=PaymentStatus.CANCELLED)
        with transaction.atomic():
            lock_payable(payment.booking_id or 0)
        raise
