"""Checkout Sessions: Stripe's page. The PaymentIntent comes when somebody first submits it."""

import time
from typing import Any

from lab.fake_stripe.calls import Call, route
from lab.fake_stripe.errors import ApiError, missing
from lab.fake_stripe.events import tell
from lab.fake_stripe.forms import whole
from lab.fake_stripe.payments import (
    LEAST,
    MOST,
    OPEN,
    decline_intent,
    end_intent,
    make_intent,
    pay_intent,
)
from lab.fake_stripe.store import Document, Store, seen

SHORTEST, LONGEST = 30 * 60, 24 * 3600
LONGEST_NAME = 250


@route(r"POST /v1/checkout/sessions")
def create_session(call: Call) -> Document:
    """Make a page where one pays."""
    given = call.params
    amount, currency = _price(given)
    ends = _end(given)
    if given.get("mode") != "payment" or not given.get("success_url"):
        raise missing("mode, success_url")
    session = call.store.make(
        call.owner,
        "checkout.session",
        "cs_live" if "_live_" in call.owner else "cs_test",
        mode="payment",
        status="open",
        payment_status="unpaid",
        payment_intent=None,
        amount_total=amount,
        currency=currency,
        expires_at=ends,
        metadata=given.get("metadata") or {},
        client_reference_id=given.get("client_reference_id"),
        success_url=given["success_url"],
        cancel_url=given.get("cancel_url"),
        locale=given.get("locale"),
        adaptive_pricing={"enabled": given.get("adaptive_pricing") != {"enabled": "false"}},
        _intent=given.get("payment_intent_data") or {},
    )
    session["url"] = f"{call.base}/c/pay/{session['id']}"
    return seen(session)


def _price(given: dict[str, Any]) -> tuple[int, str]:
    try:
        (item,) = given["line_items"]
        price = item["price_data"]
        amount, currency = whole(price, "unit_amount"), str(price["currency"])
        named = price["product_data"]["name"]
    except (KeyError, TypeError, ValueError):
        raise missing("line_items") from None
    if amount is None or not LEAST <= amount <= MOST or not currency.islower():
        raise missing("line_items")
    if not 1 <= len(named) <= LONGEST_NAME:
        raise missing("line_items[0][price_data][product_data][name]")
    return amount, currency


def _end(given: dict[str, Any]) -> int:
    now = int(time.time())
    ends = whole(given, "expires_at") or now + LONGEST
    if not now + SHORTEST <= ends <= now + LONGEST:
        raise missing("expires_at: between 30 minutes and 24 hours from now")
    return ends


@route(r"GET /v1/checkout/sessions/{}")
def retrieve_session(call: Call, name: str) -> Document:
    session = call.store.get(call.owner, "checkout.session", name)
    return seen(lapsed(call.store, session))


@route(r"POST /v1/checkout/sessions/{}/expire")
def expire_session(call: Call, name: str) -> Document:
    """End a session that is open."""
    session = lapsed(call.store, call.store.get(call.owner, "checkout.session", name))
    if session["status"] != "open":
        raise ApiError(
            400,
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}.",
        )
    return seen(end_session(call.store, session))


def lapsed(store: Store, session: Document) -> Document:
    """Return the session, which has ended if its time is over."""
    if session["status"] == "open" and session["expires_at"] <= time.time():
        return end_session(store, session)
    return session


def end_session(store: Store, session: Document) -> Document:
    """Expire it, and with it a PaymentIntent that nobody has paid."""
    intent = store.rows.get(session["payment_intent"] or "")
    if intent and intent["status"] in OPEN:
        end_intent(store, intent)
    session |= {"status": "expired", "url": None}
    tell(store, "checkout.session.expired", session)
    return store.put(session)


def submit_session(store: Store, session: Document) -> Document:
    """Return the PaymentIntent of an open session, made by the first who submits it."""
    if lapsed(store, session)["status"] != "open":
        raise ApiError(400, f"This Checkout Session has a status of {session['status']}.")
    if session["payment_intent"]:
        return store.rows[session["payment_intent"]]
    owner, amount, currency = session["_owner"], session["amount_total"], session["currency"]
    given = session["_intent"]
    intent = make_intent(store, owner, amount, currency, given, _session=session["id"])
    store.put(session | {"payment_intent": intent["id"]})
    return intent


def pay_session(store: Store, session: Document, amount: int, currency: str) -> Document:
    """Pay on the page."""
    intent = pay_intent(store, submit_session(store, session), amount, currency)
    session = store.rows[session["id"]]
    session |= {"status": "complete", "payment_status": "paid", "url": None}
    tell(store, "checkout.session.completed", session)
    store.put(session)
    return intent


def decline_session(store: Store, session: Document) -> Document:
    """Let the card be declined on the page, which stays open."""
    return decline_intent(store, submit_session(store, session))
