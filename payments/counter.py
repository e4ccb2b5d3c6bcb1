"""Money over the counter: a person takes it, and pays it out."""

from decimal import Decimal

from django.db import transaction

from bookings.models import Booking
from core.failures import Failure, NotFound
from core.postgres.documents import money_shape
from core.postgres.rows import rows_of
from payments.arriving import Arrival, lock_places, take_money
from payments.models import Refund, RefundStatus
from payments.providers.minor_units import from_minor, to_minor
from payments.refunding import succeed
from payments.starting import lock_payable
from theaters.models import Theater
from theaters.policy import Action
from users.models import User


class WrongAmount(Failure):
    """It is not the amount that is due; nothing was booked."""

    code = "wrong_amount"
    title = "That is not the amount that is due"
    remedy = "Take, or pay out, what `due` says."
    example = {"due": "25.00"}
    members = {"due": money_shape(digits=8) | {"description": "What is due."}}


class NotForTheCounter(Failure):
    """The refund has been paid out, or its provider sends it."""

    code = "not_for_the_counter"
    title = "There is nothing to pay out for this refund"
    remedy = "Look at the booking's payments."


MAKE = """
INSERT INTO payments_payment (booking_id, provider, attempt, method, amount, currency, status,
                              taken_by_id)
SELECT %(booking)s, 'counter',
       1 + coalesce((SELECT max(attempt) FROM payments_payment
                     WHERE booking_id = %(booking)s AND provider = 'counter'), 0),
       %(method)s, %(amount)s, %(currency)s, 'created', %(user)s
RETURNING id
"""
LOCK_REFUND = """
SELECT refund.status, refund.amount, payment.currency, payment.account_id IS NULL
FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
WHERE refund.id = %s FOR NO KEY UPDATE OF payment, refund
"""


@transaction.atomic
def take_at_counter(*, user: User, booking: Booking, amount: Decimal, method: str) -> int:
    """Books what a customer has paid at the counter, in cash or by card, and returns the payment's
    id. A pending booking is confirmed. Raises NotPayable or WrongAmount."""
    lock_places(booking.pk)
    payable = lock_payable(booking.pk)
    if to_minor(amount, payable.currency) != payable.amount:
        raise WrongAmount(due=f"{from_minor(payable.amount, payable.currency):.2f}")
    values = {
        "booking": payable.id,
        "amount": payable.amount,
        "currency": payable.currency,
        "method": method,
        "user": user.pk,
    }
    ((payment_id,),) = rows_of(MAKE, values)
    take_money(Arrival(payment_id, payable.amount, payable.currency))
    return int(payment_id)


@transaction.atomic
def pay_out(*, user: User, refund_id: int, amount: Decimal) -> None:
    """Books that a refund of money from the counter was paid out. Raises NotFound, WrongAmount or
    NotForTheCounter."""
    theaters = Theater.objects.where_may(user, Action.SELL)
    mine = Refund.objects.filter(payment__booking__show__screen__theater__in=theaters)
    if not mine.filter(pk=refund_id).exists():
        raise NotFound
    ((status, due, currency, by_person),) = rows_of(LOCK_REFUND, [refund_id])
    if not by_person or status != RefundStatus.DUE:
        raise NotForTheCounter
    if to_minor(amount, currency) != due:
        raise WrongAmount(due=f"{from_minor(due, currency):.2f}")
    succeed(refund_id, None)
