"""PaymentIntents and their charges."""

import secrets
import time
from typing import Any

from lab.fake_stripe.calls import Call, route
from lab.fake_stripe.errors import ApiError, missing
from lab.fake_stripe.events import tell
from lab.fake_stripe.forms import whole
from lab.fake_stripe.store import Document, Store, seen

OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}
LEAST, MOST = 1, 99_999_999
DAYS_TO_ANSWER = 7


@route(r"POST /v1/payment_intents")
def create_intent(call: Call) -> Document:
    """Make a PaymentIntent that waits for its payer."""
    amount, currency = whole(call.params, "amount"), call.params.get("currency", "")
    if amount is None or not LEAST <= amount <= MOST:
        raise missing("amount")
    if len(currency) != 3 or not currency.islower():
        raise missing("currency")
    return seen(make_intent(call.store, call.owner, amount, currency, call.params))


def make_intent(
    store: Store, owner: str, amount: int, currency: str, given: dict[str, Any], **hidden: Any
) -> Document:
    """Put a PaymentIntent."""
    intent = store.make(
        owner,
        "payment_intent",
        "pi",
        amount=amount,
        amount_received=0,
        currency=currency,
        status="requires_payment_method",
        capture_method="automatic",
        metadata=given.get("metadata") or {},
        description=given.get("description"),
        latest_charge=None,
        last_payment_error=None,
        canceled_at=None,
        **hidden,
    )
    intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(10)}"
    tell(store, "payment_intent.created", intent)
    return intent


@route(r"GET /v1/payment_intents/(?!search$){}")
def retrieve_intent(call: Call, name: str) -> Document:
    return seen(call.store.get(call.owner, "payment_intent", name))


@route(r"GET /v1/charges/{}")
def retrieve_charge(call: Call, name: str) -> Document:
    return seen(call.store.get(call.owner, "charge", name))


@route(r"POST /v1/payment_intents/{}/cancel")
def cancel_intent(call: Call, name: str) -> Document:
    """Cancel a PaymentIntent that nobody has paid; a session's ends with the session."""
    intent = call.store.get(call.owner, "payment_intent", name)
    if intent.get("_session"):
        raise ApiError(
            400,
            "You cannot cancel the PaymentIntent for a Checkout Session. "
            "Expire the Checkout Session instead.",
        )
    if intent["status"] not in OPEN:
        raise unexpected(intent)
    return seen(end_intent(call.store, intent))


def unexpected(intent: Document) -> ApiError:
    """Return the refusal of what the PaymentIntent's status does not allow."""
    message = f"This PaymentIntent has a status of {intent['status']}."
    error = ApiError(400, message, code="payment_intent_unexpected_state")
    error.document["payment_intent"] = seen(intent)
    return error


def end_intent(store: Store, intent: Document) -> Document:
    """Cancel it."""
    intent |= {"status": "canceled", "canceled_at": int(time.time())}
    tell(store, "payment_intent.canceled", intent)
    return store.put(intent)


def pay_intent(store: Store, intent: Document, amount: int, currency: str) -> Document:
    """Capture money, even if it is not what was asked for."""
    if intent["status"] not in OPEN | {"processing"}:
        raise unexpected(intent)
    charge = store.make(
        intent["_owner"],
        "charge",
        "ch",
        amount=amount,
        amount_captured=amount,
        amount_refunded=0,
        currency=currency,
        payment_intent=intent["id"],
        metadata=intent["metadata"],
        status="succeeded",
        paid=True,
        refunded=False,
        disputed=False,
    )
    intent |= {"status": "succeeded", "amount_received": amount, "latest_charge": charge["id"]}
    intent |= {"currency": currency, "last_payment_error": None}
    tell(store, "charge.succeeded", charge)
    tell(store, "payment_intent.succeeded", intent)
    return store.put(intent)


def decline_intent(store: Store, intent: Document) -> Document:
    """Let the card be declined; the same PaymentIntent takes another."""
    if intent["status"] not in OPEN | {"processing"}:
        raise unexpected(intent)
    error = {"type": "card_error", "code": "card_declined", "decline_code": "generic_decline"}
    intent |= {"status": "requires_payment_method", "last_payment_error": error}
    tell(store, "payment_intent.payment_failed", intent)
    return store.put(intent)


def dispute_intent(store: Store, intent: Document) -> Document:
    """Let the card's owner dispute the charge."""
    charge = store.get(intent["_owner"], "charge", intent["latest_charge"])
    dispute = store.make(
        intent["_owner"],
        "dispute",
        "dp",
        amount=charge["amount"],
        currency=charge["currency"],
        charge=charge["id"],
        payment_intent=intent["id"],
        status="needs_response",
        reason="fraudulent",
        evidence_details={"due_by": int(time.time()) + DAYS_TO_ANSWER * 86400},
    )
    store.put(charge | {"disputed": True})
    tell(store, "charge.dispute.created", dispute)
    return dispute
