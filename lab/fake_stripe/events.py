"""Events: what happened, signed, on its way to the account's webhook."""

import hashlib
import hmac
import json
import time
from typing import Any

from lab.fake_stripe.store import Document, Store, seen

API_VERSION = "2026-10-28.endive"


def tell(store: Store, kind: str, subject: Document) -> Document:
    """Put an event about an object as it is now."""
    account = subject["_owner"].partition(" ")[2]
    more: Document = {"account": account} if account else {}
    return store.make(
        subject["_owner"],
        "event",
        "evt",
        type=kind,
        api_version=API_VERSION,
        data={"object": json.loads(json.dumps(seen(subject)))},
        request={"id": None, "idempotency_key": None},
        pending_webhooks=1,
        _delivered=False,
        **more,
    )


def signed(event: Document, secret: str, *, at: float | None = None) -> tuple[bytes, str]:
    """Return the body of a delivery and its Stripe-Signature."""
    body = json.dumps(seen(event), indent=2).encode()
    stamp = int(time.time() if at is None else at)
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={stamp},v1={mac}"


def webhook_of(store: Store, owner: str) -> Any:
    """Return where an account's events go: `url` and `secret`, or None."""
    return store.rows.get(f"_webhook {owner}")
