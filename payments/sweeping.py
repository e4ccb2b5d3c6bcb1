"""What repeats by itself: nothing depends on it but that it heals what a crash or a lost answer
has left."""

from datetime import timedelta
from typing import Any

from procrastinate.tasks import Task

from core.jobs import queue
from core.postgres.rows import execute, rows_of
from payments.ending import IS_OVER, close_payments_of
from payments.event_tasks import look_at_event, look_at_payment
from payments.tasks import send_refund

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
OVER = f"""
SELECT account.id FROM payments_provideraccount account
WHERE EXISTS (SELECT FROM payments_payment WHERE account_id = account.id AND {IS_OVER})
  AND {IDLE.format(id="account.id")}
ORDER BY random() LIMIT %(batch)s
"""  # noqa: S608
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
    """Lets attempts to pay be cancelled at their providers when their time is over, by one job for
    each account: who waits for a provider lets nobody wait who is paid through another one."""
    return _each(OVER, close_payments_of, "account_id")


def delete_bodies() -> int:
    """Deletes what providers have sent 90 days ago."""
    return execute(DELETE_BODIES, {"kept": BODIES_ARE_KEPT})
