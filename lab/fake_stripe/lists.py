"""Lists in pages, the newest first, and the search by metadata."""

import re
from collections.abc import Iterable
from typing import Any

from lab.fake_stripe.calls import Call, route
from lab.fake_stripe.checkout import lapsed
from lab.fake_stripe.errors import missing
from lab.fake_stripe.forms import whole
from lab.fake_stripe.store import Document, seen

KINDS = {
    "payment_intents": ("payment_intent", ()),
    "checkout/sessions": ("checkout.session", ("payment_intent", "status")),
    "refunds": ("refund", ("payment_intent", "charge")),
    "charges": ("charge", ("payment_intent",)),
    "disputes": ("dispute", ("payment_intent", "charge")),
    "events": ("event", ("type",)),
}
TERM = re.compile(r"metadata\[['\"](\w+)['\"]\]:['\"]([^'\"]*)['\"]")
COMPARE = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}


@route(rf"GET /v1/({'|'.join(KINDS)})")
def list_objects(call: Call, kinds: str) -> Document:
    """Return a page of the account's objects."""
    kind, filters = KINDS[kinds]
    found = [row for row in call.store.of(call.owner, kind) if _fits(row, call.params, filters)]
    if kind == "checkout.session":
        found = [lapsed(call.store, row) for row in found]
    page, more = _page(found, call.params)
    data = [seen(row) for row in page]
    return {"object": "list", "url": f"/v1/{kinds}", "has_more": more, "data": data}


def _fits(row: Document, params: dict[str, Any], filters: Iterable[str]) -> bool:
    created = params.get("created", {})
    bounds = created.items() if isinstance(created, dict) else [("gte", created), ("lte", created)]
    return all(COMPARE[how](row["created"], int(bound)) for how, bound in bounds) and all(
        row[name] == params[name] for name in filters if name in params
    )


def _page(found: list[Document], params: dict[str, Any]) -> tuple[list[Document], bool]:
    limit = whole(params, "limit") if "limit" in params else 10
    if limit is None or not 1 <= limit <= 100:
        raise missing("limit: between 1 and 100")
    names = [row["id"] for row in found]
    for word in ("starting_after", "ending_before"):
        if word in params and params[word] not in names:
            raise missing(word)
    if "ending_before" in params:
        newer = found[: names.index(params["ending_before"])]
        return newer[-limit:], len(newer) > limit
    start = names.index(params["starting_after"]) + 1 if "starting_after" in params else 0
    return found[start : start + limit], len(found) > start + limit


@route(r"GET /v1/payment_intents/search")
def search_intents(call: Call) -> Document:
    """Return a page of the PaymentIntents with this metadata."""
    terms = dict(TERM.findall(call.params.get("query", "")))
    if not terms:
        raise missing("query")
    rows = call.store.of(call.owner, "payment_intent")
    found = [row for row in rows if terms.items() <= row["metadata"].items()]
    limit, start = whole(call.params, "limit") or 10, whole(call.params, "page") or 0
    ends = start + limit
    more = len(found) > ends
    return {
        "object": "search_result",
        "url": "/v1/payment_intents/search",
        "has_more": more,
        "next_page": str(ends) if more else None,
        "data": [seen(row) for row in found[start:ends]],
    }


def expand(answer: Document, path: list[str], rows: dict[str, Document]) -> None:
    """Put an object where the answer has its id."""
    first, *rest = path
    if first == "data" and isinstance(answer.get("data"), list):
        for each in answer["data"]:
            expand(each, rest, rows)
        return
    if isinstance(answer.get(first), str) and answer[first] in rows:
        answer[first] = seen(rows[answer[first]])
    if rest and isinstance(answer.get(first), dict):
        expand(answer[first], rest, rows)
