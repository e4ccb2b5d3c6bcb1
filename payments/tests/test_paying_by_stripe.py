"""A booking paid by Stripe, from the API to the ledger: with Stripe's client, over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client

from core.postgres.rows import execute
from lab.fake_stripe.running import Remote
from payments import events, refunding, starting
from payments.connecting import connect_account
from payments.ending import close_payments_of
from payments.models import LedgerEntry, Payment, ProviderAccount, ProviderEvent, Refund
from payments.providers.base import AccountRefused, Unknown
from payments.tests.conftest import SELLER
from payments.tests.stripe_world import SECRET, Webhook
from shows.models import Show
from tests.api import As
from tests.clock import let_pass
from theaters.models import Theater
from users.models import User

Pay = Callable[..., Any]
keys = (f"sk_test_theater{number}" for number in count(1000))
START = r"POST /v1/(checkout/sessions|payment_intents)$"
flows = pytest.mark.parametrize("flow", ["page", "sheet"])
QUARTER = timedelta(minutes=15, seconds=1)


@pytest.fixture
def key() -> str:
    return next(keys)


@pytest.fixture
def account(show: Show, fake: Remote, key: str) -> ProviderAccount:
    """The theater of `show` is paid by Stripe only."""
    made = connect_account(
        theater_id=show.screen.theater_id,
        provider="stripe",
        settings={"publishable_key": "pk_test_12345678"},
        secrets={"secret_key": key, "webhook_secret": SECRET},
    )
    Theater.objects.filter(pk=show.screen.theater_id).update(pays="online", **SELLER)
    return made


@pytest.fixture
def arrivals(fake: Remote, key: str) -> Any:
    place = Webhook()
    fake.control("webhook", key=key, url=place.url, secret=SECRET)
    yield place
    place.close()


@pytest.fixture
def begin(as_: As, alice: User, pending: dict[str, Any]) -> Pay:
    """Starts to pay for Alice's booking, and returns the answer."""

    def begin(flow: str = "page") -> Any:
        path = f"/api/v1/bookings/{pending['reference']}/payments/"
        return as_(alice).post(path, {"provider": "stripe", "flow": flow})

    return begin


def target(answer: Any) -> str:
    client = answer.json()["client"]
    return str(client.get("url") or client["client_secret"])


def look_at_all() -> None:
    for event in ProviderEvent.objects.filter(done_at=None).order_by("pk"):
        events.look_at(event.pk)


def status_of(as_: As, alice: User, pending: dict[str, Any]) -> str:
    return str(as_(alice).get(f"/api/v1/bookings/{pending['reference']}/").json()["status"])


@flows
@pytest.mark.parametrize("backwards", [False, True])
def test_every_event_twice_in_either_order_is_paid_once(
    as_: As,
    alice: User,
    pending: dict[str, Any],
    account: ProviderAccount,
    begin: Pay,
    fake: Remote,
    arrivals: Webhook,
    flow: str,
    backwards: bool,
) -> None:
    fake.control("decline", target=target(begin(flow)))
    fake.control("pay", target=target(begin(flow)))
    told = [arrivals.next() for _ in range(5 if flow == "page" else 4)]
    for headers, body in 2 * (told[::-1] if backwards else told):
        answer = Client().post(
            f"/api/v1/payments/stripe/{account.key}/webhook/",
            body,
            content_type="application/json",
            headers={"Stripe-Signature": headers["Stripe-Signature"]},
        )
        assert answer.status_code == 200
        look_at_all()
    assert status_of(as_, alice, pending) == "confirmed"
    payment = Payment.objects.get()
    assert payment.status == "captured"
    assert str(payment.reference).startswith("pi_")
    assert LedgerEntry.objects.filter(kind="capture").count() == 1
    assert not Refund.objects.exists()
    assert begin(flow).json()["code"] == "not_payable"


@flows
def test_a_start_whose_answer_is_lost_is_the_same_attempt(
    begin: Pay, fake: Remote, flow: str
) -> None:
    fake.fault("reset_after", START, times=1)
    assert begin(flow).json()["code"] == "payment_unavailable"
    assert begin(flow).status_code == 200
    assert Payment.objects.count() == 1


@flows
def test_a_start_that_can_never_succeed_makes_way_for_another(
    as_: As, alice: User, pending: dict[str, Any], begin: Pay, fake: Remote, flow: str
) -> None:
    fake.fault("error_before", START, times=1)
    answers = [begin(flow) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 201]
    fake.control("pay", target=target(answers[-1]))
    events.look_at_payment(Payment.objects.latest("pk").pk)
    assert status_of(as_, alice, pending) == "confirmed"


@flows
def test_a_start_after_it_was_paid_finds_the_money(
    as_: As, alice: User, pending: dict[str, Any], begin: Pay, fake: Remote, flow: str
) -> None:
    fake.control("pay", target=target(begin(flow)))
    assert begin(flow).json()["code"] == "not_payable"
    assert status_of(as_, alice, pending) == "confirmed"


def test_a_late_answer_to_a_start_does_not_rename_what_is_paid(begin: Pay, fake: Remote) -> None:
    started = begin()
    payment = Payment.objects.get()
    page = payment.reference
    fake.control("pay", target=target(started))
    events.look_at_payment(payment.pk)
    execute(starting.STORE, {"payment": payment.pk, "reference": page})
    events.look_at_payment(payment.pk)
    assert Payment.objects.count() == 1
    assert not Refund.objects.exists()


@flows
def test_at_the_deadline_it_can_be_paid_no_more(
    begin: Pay, fake: Remote, flow: str, pending: dict[str, Any]
) -> None:
    started = begin(flow)
    let_pass(QUARTER)
    assert close_payments_of(Payment.objects.get().account_id or 0) == 1
    assert Payment.objects.get().status == "cancelled"
    assert fake.refuses("pay", target=target(started))


@pytest.mark.parametrize("fault", ["error_after", "error_before", "reset_after", "lost"])
def test_a_refund_is_given_once_whatever_its_answer_was(
    as_: As, alice: User, pending: dict[str, Any], begin: Pay, fake: Remote, fault: str
) -> None:
    fake.control("pay", target=target(begin()))
    payment = Payment.objects.get()
    events.look_at_payment(payment.pk)
    fake.fault(fault, "POST /v1/refunds$", times=1)
    as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/", {})
    refund = Refund.objects.get()
    with pytest.raises(Unknown):
        refunding.send(refund.pk)
    for _ in range(2):
        refunding.send(refund.pk)
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.status == "succeeded"
    (theirs,) = [
        each for each in fake.control("totals")["payments"] if each["id"] == payment.reference
    ]
    assert theirs["refunded"] == payment.refunded == refund.amount


def test_with_a_key_that_was_revoked_nothing_is_forgotten(
    begin: Pay, fake: Remote, account: ProviderAccount, key: str
) -> None:
    begin()
    payment = Payment.objects.get()
    event = ProviderEvent.objects.create(
        account=account,
        event="evt_1",
        kind="payment_intent.succeeded",
        object=str(payment.reference),
    )
    fake.control("revoke", key=key)
    with pytest.raises(AccountRefused):
        events.look_at(event.pk)
    event.refresh_from_db()
    assert event.done_at is None


def test_a_refund_with_a_key_that_was_revoked_has_failed(
    as_: As, alice: User, pending: dict[str, Any], begin: Pay, fake: Remote, key: str
) -> None:
    fake.control("pay", target=target(begin()))
    events.look_at_payment(Payment.objects.get().pk)
    as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/", {})
    fake.control("revoke", key=key)
    for attempt in (2, 3):  # the first is sent, the second looked for
        refunding.send(Refund.objects.get().pk)
        refund = Refund.objects.get()
        assert (refund.status, refund.attempt) == ("due", attempt)
        assert refund.failure


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"secrets": {"secret_key": "sk_test_TheNewOne123"}}, ("due", 9)),
        ({"settings": {"publishable_key": "pk_test_12345678"}}, ("stuck", 8)),
    ],
)
def test_stuck_refunds_are_due_again_when_the_accounts_secrets_change(
    as_: As,
    alice: User,
    olga: User,
    pending: dict[str, Any],
    begin: Pay,
    fake: Remote,
    account: ProviderAccount,
    key: str,
    change: dict[str, Any],
    status: tuple[str, int],
) -> None:
    fake.control("pay", target=target(begin()))
    events.look_at_payment(Payment.objects.get().pk)
    as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/", {})
    fake.control("revoke", key=key)
    for _ in range(8):
        refunding.send(Refund.objects.get().pk)
    assert Refund.objects.get().status == "stuck"
    path = f"/api/v1/payment-accounts/{account.pk}/"
    assert as_(olga).patch(path, change).status_code == 200
    refund = Refund.objects.get()
    assert (refund.status, refund.attempt) == status
