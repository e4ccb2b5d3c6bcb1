"""What tests do: pay, decline, dispute, bounce, switch faults on, and count the money.

All are POST with JSON, but for the counting. `target` is a PaymentIntent, a Checkout Session, the
client secret of the one or the address of the other.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lab.fake_stripe.checkout import decline_session, pay_session, submit_session
from lab.fake_stripe.errors import ApiError, unknown
from lab.fake_stripe.payments import decline_intent, dispute_intent, pay_intent
from lab.fake_stripe.refunds import bounce_refund, settle_refund
from lab.fake_stripe.store import MANNERS, Document, Store, seen

if TYPE_CHECKING:
    from lab.fake_stripe.server import FakeStripe


def control(fake: "FakeStripe", verb: str, given: Document) -> Document:
    """Do what a test wants."""
    if verb in SWITCHES:
        return SWITCHES[verb](fake, given)
    return seen(_act(fake.store, verb, given))


def _webhook(fake: "FakeStripe", given: Document) -> Document:
    owner = f"{given['key']} {given.get('account', '')}".strip()
    return fake.store.put({"id": f"_webhook {owner}"} | given)


def _manners(fake: "FakeStripe", given: Document) -> Document:
    if wrong := given.keys() - MANNERS.keys():
        raise ApiError(400, f"No such manners: {wrong}")
    return fake.store.put(fake.store.manners | given)


def _faults(fake: "FakeStripe", given: Document) -> Document:
    try:
        fake.faults.switch(given["faults"])
    except (TypeError, ValueError) as error:
        raise ApiError(400, str(error)) from None
    return {"faults": len(fake.faults.all)}


def _revoke(fake: "FakeStripe", given: Document) -> Document:
    """Let a key be no good any more."""
    return fake.store.put({"id": f"_revoked {given['key']}"})


def _totals(fake: "FakeStripe", _: Document) -> Document:
    return totals(fake.store)


def _resend(fake: "FakeStripe", given: Document) -> Document:
    fake.deliveries.send(given["event"], given.get("wait", 0.0))
    return {}


def _act(store: Store, verb: str, given: Document) -> Document:
    row = _target(store, str(given["target"]))
    if verb not in ACTIONS:
        raise unknown(verb)
    return ACTIONS[verb](store, row, given)


def _pay(store: Store, row: Document, given: Document) -> Document:
    at_a_page = row["object"] == "checkout.session"
    amount: int = given.get("amount") or row["amount_total" if at_a_page else "amount"]
    currency: str = given.get("currency") or row["currency"]
    return (pay_session if at_a_page else pay_intent)(store, row, amount, currency)


def _decline(store: Store, row: Document, _: Document) -> Document:
    at_a_page = row["object"] == "checkout.session"
    return (decline_session if at_a_page else decline_intent)(store, row)


def _process(store: Store, row: Document, _: Document) -> Document:
    """Let a bank take its days, as with direct debits."""
    intent = row
    if row["object"] == "checkout.session":
        intent = submit_session(store, row)
        store.put(store.rows[row["id"]] | {"status": "complete", "url": None})
    return store.put(intent | {"status": "processing"})


def _age(store: Store, row: Document, given: Document) -> Document:
    """Make an object look so many seconds older."""
    return store.put(row | {"created": row["created"] - given["seconds"]})


def _target(store: Store, target: str) -> Document:
    name = target.rpartition("/")[2].partition("_secret_")[0]
    if name not in store.rows:
        raise unknown(name)
    return store.rows[name]


def totals(store: Store) -> Document:
    """Return all money, in Stripe's numbers: by currency, and payment by payment."""
    rows = list(store.rows.values())
    payments = [_counted(store, row) for row in rows if row.get("object") == "payment_intent"]
    sums: dict[str, dict[str, int]] = {}
    for each in payments:
        place = sums.setdefault(each["currency"], {"captured": 0, "refunded": 0})
        place["captured"] += each["captured"]
        place["refunded"] += each["refunded"]
    undelivered = sum(row.get("_delivered") is False for row in rows)
    return {"currencies": sums, "payments": payments, "undelivered": undelivered}


def _counted(store: Store, intent: Document) -> dict[str, Any]:
    charge = store.rows.get(intent["latest_charge"] or "", {})
    refunds = [row for row in store.rows.values() if row.get("object") == "refund"]
    return {
        "id": intent["id"],
        "metadata": intent["metadata"],
        "status": intent["status"],
        "currency": intent["currency"],
        "captured": charge.get("amount_captured", 0),
        "refunded": charge.get("amount_refunded", 0),
        "disputed": charge.get("disputed", False),
        "refunds": [
            {name: row[name] for name in ("id", "amount", "status", "metadata")}
            for row in refunds
            if row["payment_intent"] == intent["id"]
        ],
    }


SWITCHES: dict[str, Callable[["FakeStripe", Document], Document]] = {
    "totals": _totals,
    "webhook": _webhook,
    "manners": _manners,
    "faults": _faults,
    "resend": _resend,
    "revoke": _revoke,
}
ACTIONS: dict[str, Callable[[Store, Document, Document], Document]] = {
    "pay": _pay,
    "decline": _decline,
    "process": _process,
    "age": _age,
    "dispute": lambda store, row, _: dispute_intent(store, row),
    "settle": lambda store, row, _: settle_refund(store, row),
    "bounce": lambda store, row, _: bounce_refund(store, row),
}
