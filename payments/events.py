"""What providers tell us. An event is only a hint: it is stored and answered; then a job asks the
provider, and applies facts that only grow. So it does not matter how often and in which order
events come, or whether one is lost: the sweep asks, too.
"""

import structlog
from django.db import transaction

from core.postgres.clock import StatementTime
from core.postgres.rows import execute, rows_of
from payments.accounts import provider_of
from payments.arriving import Arrival, take_money
from payments.attempts import attempt_of
from payments.disputes import mark_disputed
from payments.models import Payment, PaymentStatus, ProviderAccount, ProviderEvent
from payments.providers.base import AccountRefused, Facts, Refused, Status
from payments.refunding import apply_refund

log = structlog.get_logger(__name__)


def look_at(event_id: int) -> None:
    """Asks the provider about the event's object, and applies what it says. Raises Unknown if it
    does not answer: the job tries again."""
    event = ProviderEvent.objects.select_related("account").filter(pk=event_id).first()
    if event is None or event.done_at is not None:
        return
    outcome = _looked_at(event.account, event.object)
    ProviderEvent.objects.filter(pk=event_id).update(done_at=StatementTime(), outcome=outcome)


def _looked_at(account: ProviderAccount, name: str) -> str:
    if not name:
        return "no payment"
    try:
        facts = provider_of(account).look(name)
    except AccountRefused:  # the job tries again, until a person has corrected the key
        raise
    except Refused as error:
        log.warning("event about something unknown", account_id=account.pk, failure=error.code)
        return "refused"
    return apply_facts(account, facts)


def look_at_payment(payment_id: int) -> bool:
    """Asks the provider how a payment stands, and applies what it says. Returns whether it knows of
    the payment. Raises Unknown."""
    payment = Payment.objects.select_related("account", "booking__show__movie").get(pk=payment_id)
    if payment.account is None or payment.booking is None:
        return False
    provider = provider_of(payment.account)
    if payment.reference:
        facts: Facts | None = provider.look(payment.reference)
    else:
        facts = provider.find(attempt_of(payment, payment.booking))
    if facts:
        apply_facts(payment.account, facts, payment)
    return facts is not None


def apply_facts(account: ProviderAccount, facts: Facts, payment: Payment | None = None) -> str:
    """Applies what a provider says of one payment, however often; returns what it was."""
    payment = payment or _payment_of(account, facts)
    if payment is None:
        return "nobody's"
    _note(payment, facts)
    if facts.captured:
        _take(account, payment, facts)
    for refund in facts.refunds:
        if refund.refund_id is not None:
            apply_refund(refund.refund_id, refund)
    if facts.disputed:
        mark_disputed(payment, facts)
    return facts.status


def _take(account: ProviderAccount, payment: Payment, facts: Facts) -> None:
    """Books the money; if the payment has brought other money before, as one more payment."""
    wrong_mode = facts.is_test != account.is_test
    money = (facts.captured, facts.currency, facts.reference, wrong_mode)
    if take_money(Arrival(payment.pk, *money)):
        return
    payment.refresh_from_db(fields=["reference"])
    if payment.reference != facts.reference:
        again = one_more(payment, reference=facts.reference)
        take_money(Arrival(again.pk, *money))


def _payment_of(account: ProviderAccount, facts: Facts) -> Payment | None:
    """Returns the payment by the provider's name for it, or by ours; none if somebody else uses
    the account, too."""
    mine = Payment.objects.filter(account=account)
    payment = mine.filter(reference=facts.reference).first()
    if payment is None and facts.payment_id is not None:
        booking = facts.booking_reference
        payment = mine.filter(pk=facts.payment_id, booking__reference=booking).first()
    return payment


ONE_MORE = """
INSERT INTO payments_payment
  (booking_id, account_id, provider, reference, attempt, flow, amount, currency, status)
SELECT booking_id, account_id, provider, %(reference)s::text,
       1 + (SELECT max(attempt) FROM payments_payment other
            WHERE other.booking_id = payment.booking_id AND other.provider = payment.provider),
       flow, amount, currency, 'open'
FROM payments_payment payment WHERE id = %(payment)s
ON CONFLICT (provider, reference) DO NOTHING
"""
LOCK_BOOKING = """
SELECT FROM bookings_booking
WHERE id = (SELECT booking_id FROM payments_payment WHERE id = %(payment)s) FOR NO KEY UPDATE
"""


@transaction.atomic
def one_more(payment: Payment, *, reference: str) -> Payment:
    """Returns a payment like this one for money that came under another name."""
    values = {"payment": payment.pk, "reference": reference}
    rows_of(LOCK_BOOKING, values)
    execute(ONE_MORE, values)
    return Payment.objects.get(provider=payment.provider, reference=reference)


def _note(payment: Payment, facts: Facts) -> None:
    """Stores the name and the state of an attempt that has brought nothing yet."""
    waiting = Payment.objects.filter(pk=payment.pk).exclude(status=PaymentStatus.CAPTURED)
    if facts.status != Status.CAPTURED:
        waiting.update(reference=facts.reference, status=PaymentStatus(facts.status))
