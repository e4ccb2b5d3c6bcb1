"""Calls of Stripe's client: how long they may take, and what their errors mean.

The client takes 31 MB and most of a second to import, so only a process that calls does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from payments.providers.base import AccountRefused, ProviderError, Refused, Unknown

if TYPE_CHECKING:
    from stripe import HTTPClient, StripeClient, StripeError

ANSWERS_WITHIN = 5  # seconds


@cache
def http() -> "HTTPClient":
    """Returns the connections to Stripe: one session per thread, whatever the account."""
    import stripe

    return stripe.RequestsClient(timeout=ANSWERS_WITHIN)


def client_of(key: str, account: str) -> "StripeClient":
    """Returns a client that gives up after seconds and repeats nothing by itself."""
    import stripe

    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        stripe_account=account or None,
        base_addresses={"api": settings.STRIPE_API},
        http_client=http(),
        max_network_retries=0,
    )


@contextmanager
def translated() -> Iterator[None]:
    """Raises Unknown or Refused in place of the errors of Stripe's client."""
    import stripe

    try:
        yield
    except stripe.StripeError as error:
        raise _failure_of(error) from error


def _failure_of(error: "StripeError") -> ProviderError:
    """Returns what the error means. An error 5xx that is replayed stays what it is for a day."""
    import stripe

    status = error.http_status or 0
    replayed = (error.headers or {}).get("Idempotent-Replayed") == "true"
    if isinstance(error, stripe.IdempotencyError) and status == 400:
        return Refused("idempotency_error")
    if isinstance(error, stripe.RateLimitError):
        return Unknown("rate_limit")
    if status in {401, 403}:
        return AccountRefused(_code_of(error))
    if 400 <= status < 500 and status != 409:
        return Refused(_code_of(error))
    return Refused("replayed") if replayed else Unknown(f"{type(error).__name__} {status}")


def _code_of(error: "StripeError") -> str:
    words = [error.code, *(getattr(error.error, name, None) for name in ("code", "type"))]
    return next((str(word) for word in words if word), f"http_{error.http_status}")
