"""Events are hints to look; Stripe's own code verifies them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lab.fake_stripe.events import signed
from lab.fake_stripe.running import Remote
from payments.providers.base import (
    Flow,
    InvalidSignature,
)
from payments.providers.stripe import Stripe
from payments.tests.stripe_world import (
    SECRET,
    Webhook,
    attempt_of,
    order_of,
    target_of,
)

PAGE, SHEET = Flow.PAGE, Flow.SHEET
flows = pytest.mark.parametrize("flow", list(Flow))


def told(stripe: Stripe, webhook: Webhook, kind: str) -> str:
    while True:
        hint = stripe.event(*webhook.next())
        if hint.kind == kind:
            return hint.object


@flows
def test_events_say_where_to_look(
    stripe: Stripe, fake: Remote, webhook: Webhook, flow: Flow
) -> None:
    attempt = attempt_of(flow)
    fake.control("pay", target=target_of(stripe.start(attempt)))
    reference = told(stripe, webhook, "payment_intent.succeeded")
    assert stripe.look(reference).payment_id == attempt.payment_id
    made = stripe.refund(order_of(reference))
    assert told(stripe, webhook, "refund.created") == reference
    fake.control("bounce", target=made.reference)
    assert told(stripe, webhook, "refund.failed") == reference
    fake.control("dispute", target=reference)
    assert told(stripe, webhook, "charge.dispute.created") == reference


def test_the_event_of_a_page_that_nobody_paid_names_the_page(
    stripe: Stripe, fake: Remote, webhook: Webhook
) -> None:
    started = stripe.start(attempt_of(PAGE))
    stripe.cancel(started.reference)
    assert told(stripe, webhook, "checkout.session.expired") == started.reference


def test_an_event_of_another_mode_or_account_has_nothing_to_look_at(
    stripe: Stripe, fake: Remote, webhook: Webhook
) -> None:
    stripe.start(attempt_of(SHEET))
    headers, body = webhook.next()
    assert stripe.event(headers, body).object
    for other in (
        replace(stripe, secret_key="sk_live_account"),
        replace(stripe, account="acct_olgas_cinema"),
    ):
        assert other.event(headers, body).object == ""


def test_a_connected_accounts_event_is_its_own_alone(
    stripe: Stripe, fake: Remote, webhook: Webhook
) -> None:
    connected = replace(stripe, account="acct_ottos")
    place = {"url": webhook.url, "secret": SECRET}
    fake.control("webhook", key=stripe.secret_key, account="acct_ottos", **place)
    started = connected.start(attempt_of(SHEET))
    headers, body = webhook.next()
    assert connected.event(headers, body).object == started.reference
    assert stripe.event(headers, body).object == ""


@pytest.mark.parametrize("name", ["Stripe-Signature", "stripe-signature", "STRIPE-SIGNATURE"])
def test_the_headers_name_is_found_in_any_case(
    stripe: Stripe, fake: Remote, webhook: Webhook, name: str
) -> None:
    stripe.start(attempt_of(SHEET))
    headers, body = webhook.next()
    assert stripe.event({name: headers["Stripe-Signature"]}, body).kind == "payment_intent.created"


@pytest.mark.parametrize(
    "signature",
    ["", "t=1", "t=,v1=", "nonsense", "t=now,v1=00", "t=99999999999,v1=é", "t=1,v1=ü" * 9],
)
def test_a_signature_that_is_no_good_is_refused(
    stripe: Stripe, fake: Remote, webhook: Webhook, signature: str
) -> None:
    stripe.start(attempt_of(SHEET))
    _, body = webhook.next()
    with pytest.raises(InvalidSignature):
        stripe.event({"Stripe-Signature": signature}, body)


def test_a_changed_body_an_old_event_and_another_secret_are_refused(
    stripe: Stripe, fake: Remote, webhook: Webhook
) -> None:
    stripe.start(attempt_of(SHEET))
    headers, body = webhook.next()
    event = {"id": "evt_1", "_owner": ""}
    old, signature = signed(event, SECRET, at=datetime.now(UTC).timestamp() - 301)
    for bad in (
        ({}, body),
        (headers, body.replace(b"2550", b"1")),
        (headers, b"\xff\xfe"),
        ({"Stripe-Signature": signature}, old),
    ):
        with pytest.raises(InvalidSignature):
            stripe.event(*bad)
    with pytest.raises(InvalidSignature):
        replace(stripe, webhook_secret="whsec_another").event(headers, body)
