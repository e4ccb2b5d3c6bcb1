"""How a theater sells: what it lets its owner change, and when it may be paid online.

This app knows no accounts with payment providers: payments register here how to ask for one.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db import transaction

from core.failures import Failure, InvalidInput, NotFound
from core.versions import require_version
from theaters.currencies import WITHOUT_DECIMALS, NotWhole
from theaters.models import Theater
from theaters.selling import NEEDED_OF_SELLERS, Pays

MOST_STEPS = 10
Check = Callable[[int], bool]

_checks: list[Check] = []


class SellerIncomplete(Failure):
    """Whoever sells online must say who they are: by law, customers learn it before they order."""

    code = "seller_incomplete"
    title = "It is not said who sells"
    remedy = "Send the fields in `missing` first, or together with `pays`."
    example = {"missing": ["legal_name", "privacy_url"]}
    members = {"missing": {"type": "array", "items": {"type": "string"}}}


class NoProviderAccount(Failure):
    """Nobody takes money online for the theater: it has no account with a payment provider."""

    code = "no_provider_account"
    title = "There is no account to pay to"
    remedy = "Connect one with `POST theaters/{id}/payment-accounts/` first."


class StepsOverlap(InvalidInput):
    """Two steps of the policy end at the same time."""

    code = "duplicate_steps"
    title = "Two steps end at the same time"
    remedy = "Send each `until_minutes` once."
    example = {"field": "refund_policy"}


def takes_money_online(check: Check) -> Check:
    """Registers the decorated function, which returns whether a theater, which is locked, has an
    account for money that is paid online."""
    _checks.append(check)
    return check


@transaction.atomic
def change_payment_settings(
    *, theater_id: int, changes: Mapping[str, Any], expected: Collection[str] | None = None
) -> Theater:
    """Changes how the theater sells, from the next booking on.

    Raises NotFound, SellerIncomplete, NoProviderAccount, StepsOverlap, NotWhole, or
    PreconditionFailed unless the theater's version is one of the `expected`.
    """
    rows = Theater.objects.select_for_update(no_key=True)
    theater = rows.filter(pk=theater_id).first()
    if theater is None:
        raise NotFound
    require_version(theater, expected)
    was_online = theater.pays != Pays.COUNTER
    for name, value in changes.items():
        setattr(theater, name, value)
    _check_amounts(theater)
    theater.refund_policy = _in_order(theater.refund_policy)
    if theater.pays != Pays.COUNTER:
        _check_online(theater, was_online)
    theater.save(update_fields=changes)
    return theater


def _check_amounts(theater: Theater) -> None:
    if theater.currency in WITHOUT_DECIMALS and theater.booking_fee % 1:
        raise NotWhole(field="booking_fee")


def _in_order(policy: list[dict[str, int]]) -> list[dict[str, int]]:
    """Returns the steps from the earliest on."""
    if len({step["until_minutes"] for step in policy}) < len(policy):
        raise StepsOverlap(field="refund_policy")
    return sorted(policy, key=lambda step: -step["until_minutes"])


def _check_online(theater: Theater, was_online: bool) -> None:
    missing = [name for name in NEEDED_OF_SELLERS if not getattr(theater, name)]
    if missing:
        raise SellerIncomplete(missing=missing)
    if not was_online and not any(check(theater.pk) for check in _checks):
        raise NoProviderAccount
