"""All objects and the answers of idempotency keys, in memory and in the journal.

Names that begin with an underscore are our own: no client sees them. `_owner` is the account.
"""

import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lab.fake_stripe.errors import unknown
from lab.fake_stripe.journal import Journal

Document = dict[str, Any]
MANNERS: Document = {
    "id": "_manners",
    "refund_status": "succeeded",  # or pending
    "limit_to_balance": False,
    "paid_out": 0,
    "copies": 1,  # of each event
    "lose": 0.0,  # the share of events that never leave
    "delay": 0.0,  # seconds before an event leaves,
    "shuffle": 0.0,  # and up to as many more, by chance
}


class Store:
    """What one changes under `lock` is `put`, then written by `commit` in one line."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self.rows: dict[str, Document] = {"_manners": dict(MANNERS)}
        self.answers: dict[str, Document] = {}
        self._changed: dict[str, Document] = {}
        self._journal = Journal(path)
        for change in self._journal.lines():
            self.rows.update(change["rows"])
            self.answers.update(change["answers"])

    @property
    def manners(self) -> Document:
        return self.rows["_manners"]

    def put(self, row: Document) -> Document:
        self.rows[row["id"]] = self._changed[row["id"]] = row
        return row

    def commit(self, answers: dict[str, Document] | None = None) -> None:
        """Write what was put, and the answer that goes with it."""
        self.answers.update(answers or {})
        if self._changed or answers:
            self._journal.append({"rows": self._changed, "answers": answers or {}})
        self._changed = {}

    def make(self, owner: str, kind: str, prefix: str, **values: Any) -> Document:
        """Put a new object of an account."""
        name = f"{prefix}_{secrets.token_hex(12)}"
        live = "_live_" in owner
        row = {"id": name, "object": kind, "created": int(time.time()), "livemode": live}
        return self.put(row | {"_owner": owner} | values)

    def get(self, owner: str, kind: str, name: Any) -> Document:
        """Return an account's object. Raises a 404."""
        row = self.rows.get(str(name))
        if row is None or row.get("_owner") != owner or row["object"] != kind:
            raise unknown(str(name))
        return row

    def of(self, owner: str, kind: str) -> Iterator[Document]:
        """Yield an account's objects of a kind, the newest first."""
        for row in reversed(list(self.rows.values())):
            if row.get("_owner") == owner and row["object"] == kind:
                yield row

    def close(self) -> None:
        self._journal.close()


def seen(row: Document) -> Document:
    """Return an object as clients see it."""
    return {name: value for name, value in row.items() if not name.startswith("_")}
