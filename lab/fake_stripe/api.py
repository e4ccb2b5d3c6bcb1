"""What an API request leads to: its account, its idempotency key, its faults, its answer."""

import hashlib
import json
import re
import threading
import time
from email.message import Message
from typing import Any, NamedTuple

from lab.fake_stripe import lists, refunds
from lab.fake_stripe.calls import ROUTES, Call
from lab.fake_stripe.errors import ApiError, Dropped
from lab.fake_stripe.faults import Fault, Faults
from lab.fake_stripe.store import Document, Store

KEY = re.compile(r"Bearer ([sr]k_(?:test|live)_\w+)")
MODULES = (lists, refunds)  # they have added their routes


class Request(NamedTuple):
    """A request: `line` is its method and path."""

    line: str
    params: dict[str, Any]
    headers: Message
    base: str


class Reply(NamedTuple):
    """An answer. `replayed` is one that its key has had before."""

    status: int
    document: Document
    replayed: bool = False


class Api:
    """Answers as Stripe does; what goes wrong, `faults` says."""

    def __init__(self, store: Store, faults: Faults, stopping: threading.Event) -> None:
        self._store = store
        self._faults = faults
        self._stopping = stopping
        self._in_flight: set[str] = set()

    def answer(self, request: Request) -> Reply:
        """Answer a request. Raises Dropped if it gets no answer."""
        fault = self._faults.strike(request.line)
        try:
            self._before(fault)
            reply = self._once(request, fault)
        except ApiError as error:
            reply = Reply(error.status, {"error": error.document})
        if fault and fault.kind in {"timeout_after", "reset_after"}:
            self._stopping.wait(fault.seconds if fault.kind == "timeout_after" else 0)
            raise Dropped
        return reply

    def _before(self, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        if fault and kind == "slow":
            self._stopping.wait(fault.seconds)
        if kind == "lost":
            raise Dropped
        if kind == "limited":
            raise ApiError(429, "Too many requests.", code="rate_limit", kept=False)

    def _once(self, request: Request, fault: Fault | None) -> Reply:
        owner = self._owner(request)
        name = request.headers.get("Idempotency-Key")
        if not name or not request.line.startswith("POST"):
            with self._store.lock:
                return self._done(request, owner, fault, None)
        key, mark = f"{owner} {name}", _mark(request)
        with self._store.lock:
            if kept := self._store.answers.get(key):
                return _replayed(kept, mark)
            if key in self._in_flight:
                message = "There is another request in progress with this key."
                raise ApiError(409, message, code="idempotency_key_in_use", kept=False)
            self._in_flight.add(key)
        try:
            with self._store.lock:
                return self._done(request, owner, fault, {"key": key, "mark": mark})
        finally:
            self._in_flight.discard(key)

    def _owner(self, request: Request) -> str:
        found = KEY.fullmatch(request.headers.get("Authorization", ""))
        if not found or f"_revoked {found[1]}" in self._store.rows:
            raise ApiError(401, "Invalid API Key provided.", kept=False)
        return f"{found[1]} {request.headers.get('Stripe-Account', '')}".strip()

    def _done(self, request: Request, owner: str, fault: Fault | None, keep: Any) -> Reply:
        kept = True
        try:
            reply = Reply(200, self._handled(request, owner, fault))
        except ApiError as error:
            kept = error.kept
            reply = Reply(error.status, {"error": error.document})
        if fault and fault.kind == "error_after":
            reply = Reply(500, {"error": ApiError(500, "Something went wrong.").document})
        record = {"at": time.time(), "status": reply.status, "document": reply.document}
        self._store.commit({keep["key"]: keep | record} if keep and kept else None)
        return reply

    def _handled(self, request: Request, owner: str, fault: Fault | None) -> Document:
        if fault and fault.kind == "error_before":
            raise ApiError(500, "Something went wrong.")
        call = Call(self._store, owner, request.params, request.base)
        for pattern, function in ROUTES:
            if found := pattern.fullmatch(request.line):
                answer = function(call, *found.groups())
                for path in request.params.get("expand", []):
                    lists.expand(answer, path.split("."), self._store.rows)
                return answer
        raise ApiError(404, f"Unrecognized request URL ({request.line}).")


def _mark(request: Request) -> str:
    text = json.dumps([request.line, request.params], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _replayed(kept: Document, mark: str) -> Reply:
    if kept["mark"] != mark:
        message = "Keys for idempotent requests can only be used with the same parameters."
        raise ApiError(400, message, kind="idempotency_error", kept=False)
    return Reply(kept["status"], kept["document"], replayed=True)
