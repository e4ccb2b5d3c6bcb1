"""Sends events to the webhooks until they are answered 2xx: at least once, in any order."""

import heapq
import random
import threading
import time
from contextlib import suppress
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from lab.fake_stripe.events import signed, webhook_of
from lab.fake_stripe.store import Document, Store

SENDERS = 4
LONGEST_PAUSE = 5.0
DIRECT = build_opener(ProxyHandler({}))


class Deliveries:
    """The events that are on their way."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._due: list[tuple[float, str, int]] = []
        self._known: set[str] = set()
        self._on = True
        self._wake = threading.Condition()
        for _ in range(SENDERS):
            threading.Thread(target=self._send_for_ever, daemon=True).start()

    def notice(self) -> None:
        """Take on the events that are new in the store."""
        with self._store.lock:
            rows = self._store.rows.values()
            new = [row for row in rows if row.get("_delivered") is False]
            new = [row for row in new if row["id"] not in self._known]
            self._known |= {row["id"] for row in new}
            wanted = [row for row in new if self._leaves(row)]
            self._store.commit()
            manners = self._store.manners
        for event in wanted:
            for _ in range(manners["copies"]):
                wait = manners["delay"] + random.random() * manners["shuffle"]
                self.send(event["id"], wait)

    def _leaves(self, event: Document) -> bool:
        has_webhook = webhook_of(self._store, event["_owner"]) is not None
        if has_webhook and random.random() >= self._store.manners["lose"]:
            return True
        self._store.put(event | {"_delivered": True})
        return False

    def send(self, event: str, wait: float = 0.0, attempt: int = 0) -> None:
        """Send an event after some seconds, and again until it arrives."""
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + wait, event, attempt))
            self._wake.notify()

    def close(self) -> None:
        """Send nothing more."""
        with self._wake:
            self._on = False
            self._wake.notify_all()

    def _send_for_ever(self) -> None:
        while task := self._next():
            event, attempt = task
            if not self._deliver(event):
                self.send(event, min(0.2 * 2**attempt, LONGEST_PAUSE), attempt + 1)

    def _next(self) -> tuple[str, int] | None:
        with self._wake:
            while self._on:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[1:]
                self._wake.wait(wait)
        return None

    def _deliver(self, name: str) -> bool:
        with self._store.lock:
            event = self._store.rows[name]
            webhook = webhook_of(self._store, event["_owner"])
        if webhook is None:
            return True
        body, signature = signed(event, webhook["secret"])
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        with suppress(URLError, OSError, HTTPException):
            request = Request(webhook["url"], body, headers)  # noqa: S310 - a test's own webhook
            DIRECT.open(request, timeout=10).close()
            with self._store.lock:
                if self._on:
                    self._store.put(self._store.rows[name] | {"_delivered": True})
                    self._store.commit()
            return True
        return not self._on
