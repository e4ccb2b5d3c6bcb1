"""Attempts to pay whose time is over are cancelled at their providers, so that no money comes late.
What has been paid all the same is looked at."""

import structlog
from procrastinate.contrib.django import app

from bookings.models import Booking
from core.postgres.rows import rows_of
from payments.accounts import provider_of
from payments.attempts import attempt_of
from payments.events import apply_facts
from payments.models import Payment, PaymentStatus
from payments.providers.base import Facts, Provider, ProviderError

log = structlog.get_logger(__name__)
BATCH = 100
FAILURES_AT_MOST = 3  # a provider that does not answer takes some seconds for each

IS_OVER = """status IN ('created', 'open', 'failed') AND expires_at < statement_timestamp()
    AND expires_at > statement_timestamp() - interval '3 days'"""
# Drawn by lot: else some that can never be cancelled would always come before all others.
PAYMENTS = f"""
SELECT id FROM payments_payment WHERE account_id = %(account)s AND {IS_OVER}
ORDER BY random() LIMIT %(batch)s
"""  # noqa: S608


@app.task
def close_payments_of(account_id: int) -> int:
    """Cancels the account's payments whose time is over, and returns how many these were.

    It stops when the provider has failed three times: the sweep begins anew within a minute.
    """
    failures, done = 0, 0
    for (payment_id,) in rows_of(PAYMENTS, {"account": account_id, "batch": BATCH}):
        if _close(payment_id):
            done += 1
            continue
        failures += 1
        if failures == FAILURES_AT_MOST:
            break
    return done


def _close(payment_id: int) -> bool:
    related = ("account", "booking__show__movie")
    payment = Payment.objects.select_related(*related).get(pk=payment_id)
    account, booking = payment.account, payment.booking
    if account is None or booking is None:
        return False
    try:
        facts = _cancelled(provider_of(account), payment, booking)
    except ProviderError as error:
        log.warning("payment not cancelled", payment_id=payment.pk, failure=str(error))
        return False
    if facts is None:  # the provider never knew of it
        payment.status = PaymentStatus.CANCELLED
        payment.save(update_fields=["status"])
    else:
        apply_facts(account, facts, payment)
    return True


def _cancelled(provider: Provider, payment: Payment, booking: Booking) -> Facts | None:
    if payment.reference:
        return provider.cancel(payment.reference)
    found = provider.find(attempt_of(payment, booking))
    return provider.cancel(found.reference) if found else None
