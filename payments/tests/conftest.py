"""A theater that is paid online, through the demo bank."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from payments import event_tasks, proof, refunding
from payments.connecting import connect_account
from payments.models import DemoCharge, Payment, ProviderAccount, Refund
from payments.tests.stripe_world import fake, remote, stripe, webhook
from shows.models import Show
from tests.api import As, book
from theaters.models import Theater
from users.models import User

__all__ = ["fake", "remote", "stripe", "webhook"]

SELLER = {
    "legal_name": "Kino GmbH",
    "legal_address": "Kinoweg 1, 10115 Berlin",
    "terms_url": "https://kino.example/terms",
    "privacy_url": "https://kino.example/privacy",
}


@pytest.fixture
def account(show: Show) -> ProviderAccount:
    """The theater of `show` is paid online only."""
    theater = show.screen.theater
    made = connect_account(
        theater_id=theater.pk,
        provider="demo",
        secrets={"webhook_secret": "s3cret"},
    )
    Theater.objects.filter(pk=theater.pk).update(pays="online", **SELLER)
    return made


class Bank:
    """The demo bank as its customer uses it, and its events' way into the program."""

    def __init__(self, account: ProviderAccount) -> None:
        self.account = account

    def pay(self, payment_id: int, *, amount: int | None = None, currency: str = "") -> None:
        """The customer pays, and we look, as the event makes us do."""
        charge = DemoCharge.objects.get(payment=payment_id)
        charge.captured = charge.amount if amount is None else amount
        charge.charged_currency, charge.status = currency, "captured"
        charge.save()
        self.look(payment_id)

    def look(self, payment_id: int) -> None:
        event_tasks.look_at_payment(payment_id)

    def refund_all(self) -> None:
        """Sends what is due, as the jobs do."""
        for refund in Refund.objects.filter(status="due").order_by("pk"):
            refunding.send(refund.pk)

    def gave_back(self) -> int:
        return sum(each["amount"] for one in DemoCharge.objects.all() for each in one.refunds)


@pytest.fixture
def bank(account: ProviderAccount) -> Bank:
    return Bank(account)


@pytest.fixture
def pending(as_: As, show: Show, alice: User, account: ProviderAccount) -> dict[str, Any]:
    """Alice's booking of A1 and A2, which has to be paid."""
    answer = book(as_(alice), show, "A1", "A2")
    assert answer.status_code == 201, answer.json()
    return answer.json()  # type: ignore[no-any-return]


Start = Callable[[User, str], Payment]


@pytest.fixture
def start(as_: As) -> Start:
    def start(user: User, reference: str) -> Payment:
        answer = as_(user).post(f"/api/v1/bookings/{reference}/payments/", {"provider": "demo"})
        assert answer.status_code in (200, 201), answer.json()
        return Payment.objects.get(pk=answer.json()["id"])

    return start


@pytest.fixture(autouse=True)
def _books_are_right(db: None) -> Iterator[None]:
    """Proves the books after every test."""
    yield
    assert proof.faults() == []
