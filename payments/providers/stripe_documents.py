"""What we tell Stripe, and what its documents say, in our own words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from payments.providers.base import (
    Attempt,
    Facts,
    RefundFacts,
    RefundOrder,
    RefundState,
    Refused,
    Status,
)
from payments.providers.minor_units import from_stripe, to_stripe

SESSION_LIVES = timedelta(minutes=31)  # past our own deadline: Stripe demands 30 from now
LONGEST_NAME = 250
_LOCALES = """
    bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt
    pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW
"""
LOCALES = frozenset(_LOCALES.split())
STATUSES = {"succeeded": Status.CAPTURED, "canceled": Status.CANCELLED}
REFUND_STATES = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
Document = dict[str, Any]


def metadata_of(attempt: Attempt) -> dict[str, str]:
    """Returns by what we know our own payments."""
    return {"payment": str(attempt.payment_id), "booking": attempt.booking_reference}


def session_params(attempt: Attempt) -> Any:
    """Returns what is told to Stripe of a payment on its page. Raises Refused."""
    price = {
        "currency": attempt.currency.lower(),
        "unit_amount": _number(attempt.amount, attempt.currency),
        "product_data": {"name": attempt.description[:LONGEST_NAME]},
    }
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "adaptive_pricing": {"enabled": False},  # what was quoted is charged, in its currency
        "client_reference_id": attempt.booking_reference,
        "metadata": metadata_of(attempt),
        "payment_intent_data": {
            "metadata": metadata_of(attempt),
            "description": attempt.description,
        },
        "success_url": attempt.return_url,
        "cancel_url": attempt.return_url,
        "expires_at": seconds(attempt.expires_at + SESSION_LIVES),
        "locale": attempt.locale if attempt.locale in LOCALES else "auto",
    }


def intent_params(attempt: Attempt) -> Any:
    """Returns what is told to Stripe of a payment in an app. Raises Refused."""
    return {
        "amount": _number(attempt.amount, attempt.currency),
        "currency": attempt.currency.lower(),
        "description": attempt.description,
        "metadata": metadata_of(attempt),
        "automatic_payment_methods": {"enabled": True},
    }


def refund_params(order: RefundOrder, intent: str) -> Any:
    """Returns what is told to Stripe of a refund. Raises Refused."""
    marks = {"refund": str(order.refund_id), "attempt": str(order.attempt)}
    return {
        "payment_intent": intent,
        "amount": _number(order.amount, order.currency),
        "reason": "duplicate" if order.reason == "paid_twice" else "requested_by_customer",
        "metadata": marks | {"reason": order.reason},
    }


def _number(amount: int, currency: str) -> int:
    try:
        return to_stripe(amount, currency)
    except ValueError:
        raise Refused("inexact_amount") from None


def seconds(moment: datetime) -> int:
    """Returns a moment as Stripe writes it."""
    return int(moment.timestamp())


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def facts_of_session(session: Document) -> Facts:
    """Returns what a session says that nobody has paid."""
    status = Status.CANCELLED if session["status"] == "expired" else Status.OPEN
    return _named(session, status, 0)


def is_disputed(intent: Document) -> bool:
    """Returns whether the latest charge, which came with the PaymentIntent, is disputed."""
    return bool((intent["latest_charge"] or {}).get("disputed", False))


def facts_of_dispute(dispute: Document) -> dict[str, Any]:
    """Returns what a dispute adds to the facts of its payment."""
    due = (dispute.get("evidence_details") or {}).get("due_by")
    return {
        "dispute": dispute["id"],
        "disputed_amount": from_stripe(dispute["amount"], dispute["currency"].upper()),
        "answer_until": datetime.fromtimestamp(due, UTC) if due else None,
    }


def facts_of_intent(
    intent: Document, refunds: tuple[RefundFacts, ...], dispute: Document | None = None
) -> Facts:
    """Returns the facts of a PaymentIntent that came with its latest charge."""
    status = STATUSES.get(intent["status"], Status.OPEN)
    if status == Status.OPEN and intent["last_payment_error"]:
        status = Status.FAILED
    return _named(
        intent,
        status,
        from_stripe(intent["amount_received"], intent["currency"].upper()),
        disputed=is_disputed(intent),
        refunds=refunds,
        **(facts_of_dispute(dispute) if dispute else {}),
    )


def _named(document: Document, status: Status, captured: int, **more: Any) -> Facts:
    return Facts(
        reference=document["id"],
        payment_id=_whole(document["metadata"].get("payment")),
        booking_reference=document["metadata"].get("booking", ""),
        status=status,
        captured=captured,
        currency=document["currency"].upper(),
        is_test=not document["livemode"],
        **more,
    )


def refund_facts(refund: Document) -> RefundFacts:
    """Returns the facts of a refund."""
    marks = refund["metadata"] or {}
    return RefundFacts(
        reference=refund["id"],
        refund_id=_whole(marks.get("refund")),
        attempt=_whole(marks.get("attempt")),
        amount=from_stripe(refund["amount"], refund["currency"].upper()),
        status=REFUND_STATES.get(refund["status"], RefundState.PENDING),
        failure=refund.get("failure_reason") or "",
    )


def payment_in(data: Document) -> str:
    """Returns the id that `look` takes: the object is the payment itself, or has one."""
    document = data["object"]
    if document.get("object") == "payment_intent":
        return str(document["id"])
    intent = document.get("payment_intent")
    if intent is None and document.get("object") == "checkout.session":
        intent = document["id"]
    return str(intent or "")
