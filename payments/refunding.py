"""Sending refunds: rows are written with what causes them; here they are sent, one after another,
and resumed after any crash.

The key of a refund is made before the call and kept while its outcome is unknown. After a known
failure, or once the provider may have forgotten the key, its list of refunds is searched before a
new attempt is made.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import F

from core.jobs import queue
from core.postgres.rows import execute, rows_of
from payments.accounts import provider_of
from payments.models import Payment, ProviderAccount, Refund, RefundStatus
from payments.providers.base import (
    AccountRefused,
    Provider,
    RefundFacts,
    RefundOrder,
    RefundState,
    Refused,
    Unknown,
)
from payments.receipt_mails import mail_credit_note
from payments.receipts import issue_credit_note

log = structlog.get_logger(__name__)
MOST_ATTEMPTS = 8
KEYS_ARE_KEPT = timedelta(hours=23)

# A statement that waits for the payment's lock judges the refund's row anew.
LOCK = """
SELECT refund.id, refund.attempt, refund.status, refund.amount, refund.reason,
       refund.sent_at < statement_timestamp() - %(keys)s, payment.id
FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
WHERE refund.id = %(refund)s
FOR NO KEY UPDATE OF payment FOR NO KEY UPDATE OF refund
"""
SENT = """
UPDATE payments_refund SET status = 'sent',
  sent_at = CASE WHEN status = 'sent' THEN sent_at ELSE statement_timestamp() END
WHERE id = %(refund)s
"""
BOOK = """
INSERT INTO payments_ledgerentry
  (key, kind, debit, credit, amount, currency, booking_id, payment_id, refund_id)
SELECT %(kind)s::text || ':' || refund.id || ':' || refund.attempt, %(kind)s::text,
       CASE WHEN %(kind)s::text = 'refund' THEN book ELSE 'provider' END,
       CASE WHEN %(kind)s::text = 'refund' THEN 'provider' ELSE book END,
       refund.amount, payment.currency, payment.booking_id, payment.id, refund.id
FROM payments_refund refund JOIN payments_payment payment ON payment.id = refund.payment_id
CROSS JOIN LATERAL (SELECT CASE payment.problem WHEN '' THEN 'customer' ELSE 'suspense' END)
  AS side (book)
WHERE refund.id = %(refund)s
ON CONFLICT (key) DO NOTHING
"""
ADOPT = """
UPDATE payments_refund SET attempt = %(attempt)s
WHERE id = %(refund)s AND status IN ('due', 'sent') AND NOT EXISTS (
  SELECT FROM payments_ledgerentry
  WHERE key = 'refund:' || %(refund)s::bigint || ':' || %(attempt)s::bigint)
"""
SUCCEED = """
WITH done AS (
  UPDATE payments_refund SET status = 'succeeded', done_at = statement_timestamp(), failure = '',
    reference = coalesce(%(reference)s::text, reference)
  WHERE id = %(refund)s RETURNING payment_id, amount
)
UPDATE payments_payment payment
SET refunding = refunding - done.amount, refunded = refunded + done.amount
FROM done WHERE payment.id = done.payment_id
"""
BOUNCE = """
WITH again AS (
  UPDATE payments_refund SET status = 'due', attempt = attempt + 1, reference = NULL,
    sent_at = NULL, done_at = NULL, failure = 'bounced'
  WHERE id = %(refund)s RETURNING payment_id, amount
)
UPDATE payments_payment payment
SET refunding = refunding + again.amount, refunded = refunded - again.amount
FROM again WHERE payment.id = again.payment_id
"""
UNSTICK = """
WITH stuck AS MATERIALIZED (
  SELECT refund.id
  FROM payments_payment payment JOIN payments_refund refund ON refund.payment_id = payment.id
  WHERE payment.account_id = %(account)s AND refund.status = 'stuck'
  ORDER BY payment.id, refund.id FOR NO KEY UPDATE
)
UPDATE payments_refund refund SET status = 'due', attempt = attempt + 1, sent_at = NULL
FROM stuck WHERE refund.id = stuck.id RETURNING refund.id
"""


def send(refund_id: int) -> None:
    """Sends the refund, or finds out what became of it; what cannot be known yet is tried again by
    the sweep. Not in a transaction, because it asks the provider."""
    work = _begin(refund_id)
    if work is None:
        return
    try:
        fact = _outcome(work)
    except Unknown as error:
        log.warning("refund unknown", refund_id=refund_id, failure=str(error))
        raise
    except Refused as error:
        _store_failure(refund_id, error.code)
        return
    if fact.attempt is not None and fact.attempt != work.refund.attempt:
        adopt(refund_id=refund_id, attempt=fact.attempt)
    apply_refund(refund_id, fact)


@dataclass(frozen=True, slots=True)
class _Work:
    refund: Refund
    payment: Payment
    account: ProviderAccount
    has_to_look: bool


@transaction.atomic
def _begin(refund_id: int) -> _Work | None:
    """Marks the refund as sent before it is; None if there is nothing to send."""
    rows = rows_of(LOCK, {"refund": refund_id, "keys": KEYS_ARE_KEPT})
    if not rows or rows[0][2] not in (RefundStatus.DUE, RefundStatus.SENT):
        return None
    is_old, attempt = rows[0][5], rows[0][1]
    refund = Refund.objects.select_related("payment__account", "payment__booking").get(pk=refund_id)
    account = refund.payment.account
    if account is None:  # a person pays it out
        return None
    execute(SENT, {"refund": refund_id})
    return _Work(refund, refund.payment, account, has_to_look=bool(is_old) or attempt > 1)


def _order(work: _Work) -> RefundOrder:
    return RefundOrder(
        refund_id=work.refund.pk,
        attempt=work.refund.attempt,
        amount=work.refund.amount,
        currency=work.payment.currency,
        payment_reference=work.payment.reference or "",
        reason=work.refund.reason,
    )


def _find(provider: Provider, work: _Work) -> RefundFacts | None:
    """Returns what the provider knows of this refund; one that failed does not count."""
    for fact in provider.refunds(work.payment.reference or ""):
        if fact.refund_id == work.refund.pk and fact.status != RefundState.FAILED:
            return fact
    return None


def _outcome(work: _Work) -> RefundFacts:
    """Returns what the provider says. A refused refund may have been done before: its list says so.

    If the account itself is refused, the list cannot be read: the next attempt begins with it.
    """
    provider = provider_of(work.account)
    try:
        found = _find(provider, work) if work.has_to_look else None
        return found or provider.refund(_order(work))
    except AccountRefused:
        raise
    except Refused:
        if found := _find(provider, work):
            return found
        raise


@transaction.atomic
def _store_failure(refund_id: int, code: str) -> None:
    """Lets the refund be due again, or a person see to it."""
    rows_of(LOCK, {"refund": refund_id, "keys": KEYS_ARE_KEPT})
    _fail(refund_id, code)


@transaction.atomic
def adopt(*, refund_id: int, attempt: int) -> None:
    """Lets an earlier attempt count, which the provider has carried out though its answer was lost
    and its account refused after that. One that has bounced does not count."""
    rows_of(LOCK, {"refund": refund_id, "keys": KEYS_ARE_KEPT})
    execute(ADOPT, {"refund": refund_id, "attempt": attempt})


def _fail(refund_id: int, code: str) -> None:
    refund = Refund.objects.get(pk=refund_id)
    if refund.status not in (RefundStatus.SENT, RefundStatus.ACCEPTED):
        return
    stuck = refund.attempt >= MOST_ATTEMPTS
    Refund.objects.filter(pk=refund_id).update(
        status=RefundStatus.STUCK if stuck else RefundStatus.DUE,
        attempt=refund.attempt if stuck else refund.attempt + 1,
        failure=code[:120],
        sent_at=None,
    )
    log.warning("refund failed", refund_id=refund_id, failure=code, is_stuck=stuck)


@transaction.atomic
def apply_refund(refund_id: int, fact: RefundFacts) -> None:
    """Stores what a provider says of a refund. Facts only grow: what has succeeded is not pending
    again; but it may bounce days later, and is then due anew."""
    rows = rows_of(LOCK, {"refund": refund_id, "keys": KEYS_ARE_KEPT})
    if not rows:
        return
    attempt, status = rows[0][1], rows[0][2]
    if fact.attempt is not None and fact.attempt != attempt:
        return
    if fact.status == RefundState.SUCCEEDED and status != RefundStatus.SUCCEEDED:
        succeed(refund_id, fact.reference)
    elif fact.status == RefundState.PENDING and status in (RefundStatus.DUE, RefundStatus.SENT):
        Refund.objects.filter(pk=refund_id).update(
            status=RefundStatus.ACCEPTED, reference=fact.reference
        )
    elif fact.status == RefundState.FAILED and status == RefundStatus.SUCCEEDED:
        if execute(BOOK, {"refund": refund_id, "kind": "bounce"}):  # the sweep sends it anew
            execute(BOUNCE, {"refund": refund_id})
    elif fact.status == RefundState.FAILED:
        _fail(refund_id, fact.failure or "failed")


@transaction.atomic
def try_again(*, refund_id: int) -> None:
    """Lets a stuck refund be sent once more; one that is not stuck stays as it is."""
    rows_of(LOCK, {"refund": refund_id, "keys": KEYS_ARE_KEPT})
    Refund.objects.filter(pk=refund_id, status=RefundStatus.STUCK).update(
        status=RefundStatus.DUE, attempt=F("attempt") + 1, sent_at=None
    )


def try_all_again(*, account_id: int) -> int:
    """Lets all stuck refunds of an account be sent once more, as after its key was corrected, and
    returns how many these are. The sweep sends them."""
    return len(rows_of(UNSTICK, {"account": account_id}))


def succeed(refund_id: int, reference: str | None) -> bool:
    """Books a refund that has reached the customer, once, and issues and mails its credit note. Its
    payment must be locked."""
    if not execute(BOOK, {"refund": refund_id, "kind": "refund"}):
        return False
    execute(SUCCEED, {"refund": refund_id, "reference": reference})
    note = issue_credit_note(refund_id=refund_id)
    if note is not None:
        queue.defer(mail_credit_note, receipt_id=note)
    return True
