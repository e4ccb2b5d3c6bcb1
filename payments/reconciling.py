"""Comparing our books with the providers' own lists, daily.

What a provider knows and we do not is applied first, as if an event had come; what differs after
that is a Difference, which the office shows until it is gone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.utils import timezone

from core.postgres.clock import StatementTime
from payments.accounts import provider_of
from payments.events import apply_facts
from payments.models import Difference, Payment, ProviderAccount
from payments.providers.base import Facts, ProviderError, RefundState

log = structlog.get_logger(__name__)
LOOKS_BACK = timedelta(days=3)
SETTLES = timedelta(minutes=10)  # what is younger may be on its way


class Found(NamedTuple):
    """An amount that differs, in minor units; None is nothing at all."""

    object: str
    kind: str
    ours: int | None
    theirs: int | None


def reconcile() -> int:
    """Compares the last three days of all accounts, and returns how many differences are open. An
    account whose provider does not answer is left for the next time."""
    found = 0
    for account in ProviderAccount.objects.exclude(secrets="").order_by("pk"):
        try:
            found += _reconcile(account, timezone.now() - LOOKS_BACK)
        except ProviderError as error:
            log.warning("not reconciled", account_id=account.pk, failure=str(error))
    return found


def _reconcile(account: ProviderAccount, since: datetime) -> int:
    theirs = {facts.reference: facts for facts in provider_of(account).since(since)}
    for facts in theirs.values():
        apply_facts(account, facts)
    ours = Payment.objects.filter(
        account=account, captured__gt=0, captured_at__range=(since, timezone.now() - SETTLES)
    )
    mine = {payment.reference or "": payment for payment in ours}
    found = {each[:2]: each for each in _differences(mine, theirs)}
    open_ones = Difference.objects.filter(account=account, settled_at=None)
    for row in open_ones:
        if (row.object, row.kind) not in found and row.found_at > since:
            Difference.objects.filter(pk=row.pk).update(settled_at=StatementTime())
    for each in found.values():
        Difference.objects.update_or_create(
            account=account,
            object=each.object,
            kind=each.kind,
            settled_at=None,
            defaults={"ours": each.ours, "theirs": each.theirs},
        )
    return len(found)


def _differences(ours: dict[str, Payment], theirs: dict[str, Facts]) -> Iterator[Found]:
    for reference, payment in ours.items():
        facts = theirs.get(reference)
        if facts is None:
            yield Found(reference, "captured", payment.captured, None)
            continue
        if facts.captured != payment.captured:
            yield Found(reference, "captured", payment.captured, facts.captured)
        back = sum(each.amount for each in facts.refunds if each.status == RefundState.SUCCEEDED)
        if back != payment.refunded:
            yield Found(reference, "refunded", payment.refunded, back)
