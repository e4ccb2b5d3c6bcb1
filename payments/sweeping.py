"""What repeats by itself: nothing depends on it but that it heals what a crash or a lost answer
has left."""

from datetime import timedelta
from typing import Any

import structlog
from procrastinate.tasks import Task

from bookings.models import Booking
from core.jobs import queue
from core.postgres.rows import execute, rows_of
from payments.accounts import provider_of
from payments.attempts import attempt_of
from payments.event_tasks import look_at_event, look_at_payment
from payments.events import apply_facts
from payments.models import Payment, PaymentStatus
from payments.providers.base import Facts, Provider, ProviderError
from payments.tasks import send_refund

log = structlog.get_logger(__name__)
PATIENCE = timedelta(minutes=1)
BODIES_ARE_KEPT = timedelta(days=90)
BATCH = 100

# A job that waits tries again by itself, later each time; one more a minute would flood the queue.
IDLE = """NOT EXISTS (
    SELECT FROM procrastinate_jobs job
    WHERE job.status IN ('todo', 'doing') AND job.task_name = %(task)s
      AND (job.args ->> %(name)s::text)::bigint = {id})"""

# Each batch is drawn by lot: else a hundred that never succeed, as with a key that was revoked,
# would fill every batch, and no other theater's would have its turn.
REFUNDS = f"""
SELECT refund.id FROM payments_refund refund
JOIN payments_payment payment ON payment.id = refund.payment_id
WHERE payment.account_id IS NOT NULL AND refund.status IN ('due', 'sent')
  AND coalesce(refund.sent_at, refund.created_at) < statement_timestamp() - %(patience)s
  AND {IDLE.format(id="refund.id")}
ORDER BY random() LIMIT %(batch)s
"""  # noqa: S608
EVENTS = f"""
SELECT event.id FROM payments_providerevent event
WHERE done_at IS NULL AND received_at < statement_timestamp() - %(patience)s
  AND {IDLE.format(id="event.id")}
ORDER BY random() LIMIT %(batch)s
"""  # noqa: S608
OPEN_PAYMENTS = f"""
SELECT payment.id FROM payments_payment payment
WHERE status IN ('created', 'open', 'failed') AND account_id IS NOT NULL
  AND expires_at > statement_timestamp() AND created_at < statement_timestamp() - %(patience)s
  AND {IDLE.format(id="payment.id")}
ORDER BY random() LIMIT %(batch)s
"""  # noqa: S608
PAYMENTS = """
SELECT id FROM payments_payment
WHERE status IN ('created', 'open', 'failed') AND account_id IS NOT NULL
  AND expires_at < statement_timestamp() AND expires_at > statement_timestamp() - interval '3 days'
ORDER BY random() LIMIT %(batch)s
"""
EXPIRE = """
WITH over AS MATERIALIZED (
  SELECT id FROM bookings_booking
  WHERE status = 'pending' AND pay_until <= statement_timestamp()
  ORDER BY id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
), void AS (
  UPDATE bookings_booking booking SET status = 'expired' FROM over WHERE booking.id = over.id
)
SELECT count(*) FROM over
"""
DELETE_BODIES = """
UPDATE payments_providerevent SET body = NULL
WHERE body IS NOT NULL AND received_at < statement_timestamp() - %(kept)s
"""


def resume_refunds() -> int:
    """Sends refunds again whose job was lost or given up, and those that failed or bounced."""
    return _each(REFUNDS, send_refund, "refund_id")


def resume_events() -> int:
    """Looks again at events whose job was lost or given up."""
    return _each(EVENTS, look_at_event, "event_id")


def look_at_open_payments() -> int:
    """Asks about attempts to pay whose time runs, in case an event was lost."""
    return _each(OPEN_PAYMENTS, look_at_payment, "payment_id")


def _each(statement: str, task: Task[Any, Any, Any], name: str) -> int:
    values = {"patience": PATIENCE, "batch": BATCH, "task": task.name, "name": name}
    found = rows_of(statement, values)
    queue.defer_each(task, [{name: each} for (each,) in found])
    return len(found)


def expire_bookings() -> int:
    """Stores pending bookings whose time is over as expired. They were so before, and their seats
    free."""
    ((count,),) = rows_of(EXPIRE, {"batch": BATCH})
    return int(count)


def close_payments() -> int:
    """Cancels attempts to pay at their providers when their time is over, so that no money comes
    late. What has been paid all the same is looked at."""
    found = [pk for (pk,) in rows_of(PAYMENTS, {"batch": BATCH})]
    payments = Payment.objects.filter(pk__in=found).select_related(
        "account", "booking__show__movie"
    )
    return sum(_close(payment) for payment in payments)


def _close(payment: Payment) -> int:
    account, booking = payment.account, payment.booking
    if account is None or booking is None:
        return 0
    try:
        facts = _cancelled(provider_of(account), payment, booking)
    except ProviderError as error:
        log.warning("payment not cancelled", payment_id=payment.pk, failure=str(error))
        return 0
    if facts is None:  # the provider never knew of it
        payment.status = PaymentStatus.CANCELLED
        payment.save(update_fields=["status"])
    else:
        apply_facts(account, facts, payment)
    return 1


def _cancelled(provider: Provider, payment: Payment, booking: Booking) -> Facts | None:
    if payment.reference:
        return provider.cancel(payment.reference)
    found = provider.find(attempt_of(payment, booking))
    return provider.cancel(found.reference) if found else None


def delete_bodies() -> int:
    """Deletes what providers have sent 90 days ago."""
    return execute(DELETE_BODIES, {"kept": BODIES_ARE_KEPT})
