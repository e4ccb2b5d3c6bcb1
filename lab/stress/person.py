"""Somebody with an account, who sends requests and records their outcome."""

import copy
import hashlib
import json
import random
import re
import time
from collections.abc import Callable
from typing import Any

from lab.stress.client import Client, Reply
from lab.stress.history import History, Record

DOMAIN = "stress.example.com"
PEOPLE = re.compile(rf"\b([a-z]+-[0-9]+)(?=@{re.escape(DOMAIN)}|-stress)")
Reader = Callable[[Any], dict[str, Any]]


def nothing(_: Any) -> dict[str, Any]:
    return {}


def _into(tokens: dict[str, str]) -> Reader:
    """Return a reader that stores tokens without recording them."""

    def read(answer: Any) -> dict[str, Any]:
        tokens.update(answer)
        return {}

    return read


class Person:
    """An account and its session. All requests go through `call`."""

    def __init__(self, name: str, port: int, history: History, seed: str) -> None:
        self.name = name
        self.email = f"{name}@{DOMAIN}"
        self.password = f"Correct-horse-{hashlib.sha256(seed.encode()).hexdigest()[:12]}"
        self.random = random.Random(f"{seed}/{name}")
        self.history = history
        self.access = self.refresh = self.session = ""
        self._sessions = 0
        self._port = port
        self._client = Client(port)

    def twin(self) -> "Person":
        """Return the same account in the same session, in another window."""
        twin = copy.copy(self)
        twin._client = Client(self._port)  # noqa: SLF001
        return twin

    def call(
        self,
        kind: str,
        call: str,
        body: Any = None,
        *,
        asked: dict[str, Any] | None = None,
        read: Reader = nothing,
    ) -> Record:
        """Send `call` ("POST bookings/") once and record it; `asked["key"]` is sent along."""
        asked = asked or {}
        method, path = call.split(" ", 1)
        data = b"" if body is None else json.dumps(body).encode()
        started = time.time()
        self.history.begin(started)
        reply = self._client.send(method, f"/api/v1/{path}", self._headers(asked, data), data)
        record = Record(
            actor=self.email,
            kind=kind,
            call=call,
            started=started,
            ended=time.time(),
            status=reply.status if reply else None,
            session=self.session,
            asked=asked,
        )
        if reply:
            self._note(record, reply, read)
        self.history.add(record)
        if reply is None:
            time.sleep(self.random.uniform(0.1, 0.5))
        return record

    def _headers(self, asked: dict[str, Any], data: bytes) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        if data:
            headers["Content-Type"] = "application/json"
        if asked.get("key"):
            headers["Idempotency-Key"] = asked["key"]
        return headers

    def _note(self, record: Record, reply: Reply, read: Reader) -> None:
        kind = reply.headers.get("content-type", "")
        record.people = sorted(set(PEOPLE.findall(reply.text)) - {self.name})
        record.retry_after = reply.headers.get("retry-after", "")
        answer = json.loads(reply.text) if "json" in kind and reply.text else {}
        if reply.status >= 400:
            record.is_problem = kind.startswith("application/problem+json")
            record.code = str(answer.get("code", ""))
            return
        if record.asked.get("key"):
            record.text = reply.text
        record.answer = read(answer)

    def register(self) -> bool:
        """Make the account; return whether it exists now."""
        body = {"email": self.email, "password": self.password, "name": f"{self.name}-stress"}
        return self._enter("register", "POST auth/register/", body) or self.log_in()

    def log_in(self) -> bool:
        body = {"email": self.email, "password": self.password}
        return self._enter("login", "POST auth/login/", body)

    def _enter(self, kind: str, call: str, body: dict[str, str]) -> bool:
        self.access = self.session = ""
        tokens: dict[str, str] = {}
        record = self.call(kind, call, body, read=_into(tokens))
        if record.is_ok:
            self._sessions += 1
            self.session = f"{self.email}/{self._sessions}"
            self.access, self.refresh = tokens["access"], tokens["refresh"]
        return record.is_ok

    def renew(self) -> bool:
        """Exchange the refresh token for a new pair."""
        self.access = ""
        token = self.refresh
        tokens: dict[str, str] = {}
        record = self.call(
            "refresh",
            "POST auth/refresh/",
            {"refresh": token},
            asked={"token": hashlib.sha256(token.encode()).hexdigest()[:16]},
            read=_into(tokens),
        )
        if record.is_ok:
            self.access, self.refresh = tokens["access"], tokens["refresh"]
        return record.is_ok

    def log_out(self) -> bool:
        """End the session; the access token is kept, to check that it does not work any more."""
        access, self.access = self.access, ""
        record = self.call("logout", "POST auth/logout/", {"refresh": self.refresh})
        self.access = access
        return record.is_ok

    def close(self) -> None:
        """Close the window."""
        self._client.close()

    def authenticate(self) -> bool:
        """Get a working token, by refreshing, logging in or registering."""
        return bool(self.refresh and self.renew()) or self.log_in()
