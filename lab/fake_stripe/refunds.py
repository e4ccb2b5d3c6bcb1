"""Refunds: limited by what the charge has left and, if one wants, by the account's balance."""

from typing import Any

from lab.fake_stripe.calls import Call, route
from lab.fake_stripe.errors import ApiError, missing
from lab.fake_stripe.events import tell
from lab.fake_stripe.forms import whole
from lab.fake_stripe.store import Document, Store, seen


@route(r"POST /v1/refunds")
def create_refund(call: Call) -> Document:
    """Give back a part or all of what a charge has left."""
    charge = _charge(call)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = whole(call.params, "amount") if "amount" in call.params else left
    if amount is None or amount < 1:
        raise missing("amount")
    if not left:
        message = f"Charge {charge['id']} has already been refunded."
        raise ApiError(400, message, code="charge_already_refunded")
    if amount > left:
        raise ApiError(400, f"Refund amount ({amount}) is greater than unrefunded amount ({left})")
    if call.store.manners["limit_to_balance"] and amount > balance(call.store, call.owner):
        raise ApiError(400, "Insufficient funds in your balance.", code="balance_insufficient")
    return seen(_make(call, charge, amount))


def _charge(call: Call) -> Document:
    if "payment_intent" not in call.params:
        raise missing("payment_intent")
    intent = call.store.get(call.owner, "payment_intent", call.params["payment_intent"])
    if not intent["latest_charge"]:
        raise ApiError(400, "This PaymentIntent has no successful charge to refund.")
    return call.store.get(call.owner, "charge", intent["latest_charge"])


def _make(call: Call, charge: Document, amount: int) -> Document:
    refund = call.store.make(
        call.owner,
        "refund",
        "re",
        amount=amount,
        currency=charge["currency"],
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        status=call.store.manners["refund_status"],
        reason=call.params.get("reason"),
        metadata=call.params.get("metadata") or {},
    )
    del refund["livemode"]  # the real one has none
    _count(call.store, charge, amount)
    tell(call.store, "refund.created", refund)
    tell(call.store, "charge.refunded", charge)
    return refund


def _count(store: Store, charge: Document, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    store.put(charge)


def balance(store: Store, owner: str) -> int:
    """Return what the account has left."""
    charges = list(store.of(owner, "charge"))
    kept: int = sum(each["amount_captured"] - each["amount_refunded"] for each in charges)
    paid_out: int = store.manners["paid_out"]
    return kept - paid_out


@route(r"GET /v1/refunds/{}")
def retrieve_refund(call: Call, name: str) -> Document:
    return seen(call.store.get(call.owner, "refund", name))


def settle_refund(store: Store, refund: Document) -> Document:
    """Let a pending refund arrive."""
    _demand(refund, "pending")
    refund["status"] = "succeeded"
    tell(store, "refund.updated", refund)
    return store.put(refund)


def bounce_refund(store: Store, refund: Document) -> Document:
    """Let a refund fail, even days after it succeeded: the money comes back to the account."""
    _demand(refund, "pending", "succeeded")
    refund |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
    _count(store, store.rows[refund["charge"]], -refund["amount"])
    tell(store, "refund.failed", refund)
    tell(store, "charge.refund.updated", refund)
    return store.put(refund)


def _demand(refund: Document, *statuses: Any) -> None:
    if refund["status"] not in statuses:
        raise ApiError(400, f"This refund has a status of {refund['status']}.")
