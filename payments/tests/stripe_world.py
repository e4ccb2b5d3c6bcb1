"""A fake Stripe over HTTP, an account with it, and a webhook that keeps what arrives."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from queue import Queue
from typing import Any

import pytest

from lab.fake_stripe.running import Remote, in_a_thread
from payments.providers.base import Attempt, Flow, RefundOrder, Started
from payments.providers.stripe import Stripe

SECRET = "whsec_of_the_tests"
numbers = count(1)


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    with in_a_thread(tmp_path_factory.mktemp("stripe") / "journal.jsonl") as fake:
        yield fake


@pytest.fixture
def fake(remote: Remote, settings: Any) -> Iterator[Remote]:
    settings.STRIPE_API = remote.url
    yield remote
    remote.control("faults", faults=[])
    remote.control("manners", refund_status="succeeded", copies=1, limit_to_balance=False)


@pytest.fixture
def stripe(fake: Remote) -> Stripe:
    """A new account: what other tests did is not in it."""
    return Stripe(f"sk_test_account{next(numbers)}", SECRET, "pk_test_published")


def attempt_of(flow: Flow = Flow.PAGE, **values: Any) -> Attempt:
    number = next(numbers)
    made = Attempt(
        payment_id=number,
        booking_reference=f"BOOKING{number}",
        amount=2550,
        currency="EUR",
        expires_at=datetime.now(UTC) + timedelta(minutes=15),
        description="Metropolis, 2 seats",
        return_url="https://www.example.com/bookings/",
        flow=flow,
        locale="de",
    )
    return replace(made, **values)


def paid(stripe: Stripe, fake: Remote, attempt: Attempt) -> str:
    """Return the reference of a payment that its customer has paid."""
    fake.control("pay", target=stripe.start(attempt).reference)
    facts = stripe.find(attempt)
    assert facts is not None
    return facts.reference


def order_of(reference: str, **values: Any) -> RefundOrder:
    made = RefundOrder(next(numbers), 1, 1000, "EUR", reference, "cancelled")
    return replace(made, **values)


def target_of(started: Started) -> str:
    """Return where a customer pays, who knows nothing else."""
    return started.client.get("url") or started.client["client_secret"]


class Webhook:
    """Keeps what arrives: headers and bodies. The first `refuses` deliveries are answered 500."""

    def __init__(self) -> None:
        self.arrived: Queue[tuple[dict[str, str], bytes]] = Queue()
        self.refuses = 0
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Write no log."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.refuses -= 1
                if webhook.refuses < 0:
                    webhook.arrived.put((dict(self.headers), body))
                self.send_response(500 if webhook.refuses >= 0 else 200)
                self.end_headers()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05])
        self._thread.start()

    def next(self) -> tuple[dict[str, str], bytes]:
        return self.arrived.get(timeout=20)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def webhook(fake: Remote, stripe: Stripe) -> Iterator[Webhook]:
    place = Webhook()
    fake.control("webhook", key=stripe.secret_key, url=place.url, secret=SECRET)
    yield place
    place.close()
