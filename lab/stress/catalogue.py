"""What clients know of the shows from the lists that they read, and how they read answers."""

import threading
from collections import deque
from random import Random
from typing import Any


class Catalogue:
    """Shared by all clients: shows on sale, and references of others' bookings to try to read."""

    def __init__(self) -> None:
        self.shows: list[int] = []
        self.references: deque[tuple[str, str]] = deque(maxlen=200)
        self._lock = threading.Lock()

    def update(self, answer: Any) -> dict[str, Any]:
        """Remember the shows of a list of shows."""
        with self._lock:
            self.shows = [show["id"] for show in answer["results"]]
        return {"count": answer["count"]}

    def some_show(self, random: Random) -> int | None:
        """Return a random show, the first ones more often, so that clients compete for them."""
        with self._lock:
            shows = list(self.shows)
        return shows[int(len(shows) * random.random() ** 2)] if shows else None


def seats(answer: Any) -> dict[str, Any]:
    """Return how many seats have which status; the labels of free ones are not recorded."""
    counts: dict[str, Any] = {"total": len(answer["seats"])}
    counts["labels"] = len({seat["label"] for seat in answer["seats"]})
    for seat in answer["seats"]:
        counts[seat["status"]] = counts.get(seat["status"], 0) + 1
    return counts


def hold(answer: Any) -> dict[str, Any]:
    return {
        "seats": [seat["label"] for seat in answer["seats"]],
        "expires_in": answer["expires_in"],
    }


def booking(answer: Any) -> dict[str, Any]:
    return {
        "reference": answer["reference"],
        "status": answer["status"],
        "total": answer["total"],
        "starts_at": answer["show"]["starts_at"],
        "tickets": [
            {name: ticket[name] for name in ("seat", "category", "price", "code")}
            for ticket in answer["tickets"]
        ],
    }


def payment(answer: Any) -> dict[str, Any]:
    """Return where to pay: a page's address, or the secret of an app's form."""
    client = answer["client"]
    return {"id": answer["id"], "target": client.get("url") or client["client_secret"]}


def references(answer: Any) -> dict[str, Any]:
    """Return the references of a list of bookings, or of one booking."""
    rows = answer.get("results", [answer])
    return {"references": [row["reference"] for row in rows]}


def made(answer: Any) -> dict[str, Any]:
    return {"id": answer["id"]}
