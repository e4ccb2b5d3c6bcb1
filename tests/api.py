"""Calls of the API that many tests make."""

from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from shows.models import Show
from users.models import User

As = Callable[[User], APIClient]  # the fixture `as_`
BOOKINGS = "/api/v1/bookings/"


def hold_url(show: Show) -> str:
    return f"/api/v1/shows/{show.pk}/hold/"


def hold(client: APIClient, show: Show, *labels: Any) -> Any:
    return client.put(hold_url(show), {"seats": labels})


def book(client: APIClient, show: Show, *labels: str, key: str | None = None, **more: Any) -> Any:
    """Books these seats, or the hold, with `key` as Idempotency-Key and `more` in the body."""
    wish = {"show": show.pk} | ({"seats": labels} if labels else {}) | more
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(BOOKINGS, wish, headers=headers)
