"""Attempts to pay, as their providers are told of them."""

from datetime import timedelta

from bookings.models import Booking
from payments.models import Payment
from payments.providers.base import Attempt, Flow

AT_MOST = timedelta(hours=1)  # to pay for a booking that has no deadline


def attempt_of(payment: Payment, booking: Booking, *, return_url: str = "") -> Attempt:
    """Returns the payment as its provider is told of it. Customers are shown a deadline that is a
    minute before ours."""
    show = booking.show
    return Attempt(
        payment_id=payment.pk,
        booking_reference=booking.reference,
        amount=payment.amount,
        currency=payment.currency,
        reference=payment.reference or "",
        expires_at=payment.expires_at or payment.created_at + AT_MOST,
        description=f"{show.movie} · {booking.reference}",
        return_url=return_url,
        flow=Flow(payment.flow),
        locale=booking.language,
        created_at=payment.created_at,
    )
