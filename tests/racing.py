"""What the races for seats share: calls to start at once, and how a twin switches a guard off."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient, ForceAuthClientHandler

from shows import customers, holding
from shows.models import Show
from tests import api
from users import tokens
from users.models import User
from users.sessions import start_session

ROUNDS = 20
HANDLER = ForceAuthClientHandler()
_access: dict[int, str] = {}  # no id comes twice
Call = Callable[[], Any]


def put_hold(user: User, show: Show, *labels: str) -> Call:
    return partial(api.hold, client_of(user), show, *labels)


def book(user: User, show: Show, *labels: str) -> Call:
    return partial(api.book, client_of(user), show, *labels)


def cancel(user: User, reference: str) -> Call:
    return partial(client_of(user).post, f"/api/v1/bookings/{reference}/cancel/")


def cancel_show(user: User, show: Show) -> Call:
    return partial(client_of(user).post, f"/api/v1/shows/{show.pk}/cancel/", {"reason": "Flood"})


def move_show(user: User, show: Show, starts_at: str) -> Call:
    return partial(client_of(user).patch, f"/api/v1/shows/{show.pk}/", {"starts_at": starts_at})


def client_of(user: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.handler = HANDLER
    client.defaults["REMOTE_ADDR"] = f"10.0.{user.pk // 250 % 250}.{user.pk % 250}"
    if user.pk not in _access:
        _access[user.pk] = tokens.pair(start_session(user=user, address=""))["access"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {_access[user.pk]}")
    return client


def statuses(answers: Sequence[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def unexpected(answers: Sequence[Any]) -> list[int]:
    """Answers that are neither a success nor a plain refusal, such as 503 after a deadlock."""
    return [status for status in statuses(answers) if status not in {200, 201, 409}]


def switch_off(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *pairs: str) -> None:
    """Replaces parts of a statement; each must be there, or the twin would prove nothing."""
    statement = getattr(module, name)
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in statement
        statement = statement.replace(old, new)
    monkeypatch.setattr(module, name, statement)


def forget_user_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    switch_off(monkeypatch, customers, "LOCK_CUSTOMER", "FOR NO KEY UPDATE", "", *NO_QUEUE)
    monkeypatch.setattr(holding, "lock_user", lambda user_id: None)


NO_QUEUE = ("pg_advisory_xact_lock(hashtextextended(%(queue)s::text, 0))", "%(queue)s::text")
# The pause depends on a judged row, so that no plan executes it earlier.
SLOW_HOLD = ("FROM judged j, verdict v\n", "FROM judged j, verdict v, pg_sleep(0.02 + 0 * j.id)\n")
SLOW_BOOK = ("  FROM priced\n", "  FROM priced, pg_sleep(0.02 + 0 * id)\n")
SLOW_BOOK_AT_ONCE = (
    "AS changes\n  FROM judged\n",
    "AS changes\n  FROM judged, pg_sleep(0.02 + 0 * id)\n",
)
SLOW_RELEASE = ("FROM shows_seat WHERE", "FROM shows_seat, pg_sleep(0.02) WHERE")
NO_SEAT_LOCK = ("ORDER BY id FOR UPDATE", "ORDER BY id")
