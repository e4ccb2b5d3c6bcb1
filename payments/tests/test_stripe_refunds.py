"""Refunds by Stripe's own client, over HTTP, and the lists that prove the money."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lab.fake_stripe.running import Remote
from payments.providers import stripe_calls
from payments.providers.base import (
    Flow,
    RefundState,
    Refused,
    Unknown,
)
from payments.providers.stripe import Stripe
from payments.tests.stripe_world import (
    attempt_of,
    order_of,
    paid,
    target_of,
)

PAGE, SHEET = Flow.PAGE, Flow.SHEET
flows = pytest.mark.parametrize("flow", list(Flow))
REFUND = r"POST /v1/refunds$"


def test_a_refund_is_one_however_often_it_is_sent(stripe: Stripe, fake: Remote) -> None:
    order = order_of(paid(stripe, fake, attempt_of()))
    first, second = stripe.refund(order), stripe.refund(order)
    assert first == second
    assert (first.refund_id, first.attempt, first.amount) == (order.refund_id, 1, 1000)
    assert first.status == RefundState.SUCCEEDED
    assert stripe.refunds(order.payment_reference) == (first,)
    assert stripe.look(order.payment_reference).refunds == (first,)


def test_a_refund_may_name_the_page(stripe: Stripe, fake: Remote) -> None:
    started = stripe.start(attempt_of(PAGE))
    assert stripe.refunds(started.reference) == ()
    fake.control("pay", target=target_of(started))
    made = stripe.refund(order_of(started.reference))
    assert stripe.refunds(started.reference) == (made,)


@pytest.mark.parametrize("fault", ["lost", "reset_after", "limited", "timeout_after"])
def test_a_partial_refund_whose_answer_is_lost_is_given_once(
    stripe: Stripe, fake: Remote, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_calls.http(), "_timeout", 0.3)
    order = order_of(paid(stripe, fake, attempt_of()))
    fake.fault(fault, REFUND, times=1, seconds=1)
    with pytest.raises(Unknown):
        stripe.refund(order)
    made = stripe.refund(order)
    assert stripe.refunds(order.payment_reference) == (made,)


def test_a_refund_that_answers_500_after_its_effect_is_in_the_list(
    stripe: Stripe, fake: Remote
) -> None:
    order = order_of(paid(stripe, fake, attempt_of()))
    fake.fault("error_after", REFUND, times=1)
    with pytest.raises(Unknown):
        stripe.refund(order)
    with pytest.raises(Refused, match="replayed"):
        stripe.refund(order)
    (made,) = stripe.refunds(order.payment_reference)
    assert (made.refund_id, made.attempt) == (order.refund_id, order.attempt)


def test_a_full_refund_that_has_been_made_is_found_under_a_new_key(
    stripe: Stripe, fake: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = order_of(paid(stripe, fake, attempt_of()), amount=2550)
    made = stripe.refund(order)
    monkeypatch.setattr("payments.providers.stripe.KEY", "forgotten-after-a-day-{}-{}-{}")
    assert stripe.refund(order) == made
    with pytest.raises(Refused, match="charge_already_refunded"):
        stripe.refund(replace(order, attempt=2))


def test_more_than_was_paid_is_refused(stripe: Stripe, fake: Remote) -> None:
    order = order_of(paid(stripe, fake, attempt_of()), amount=2551)
    with pytest.raises(Refused, match="invalid_request_error"):
        stripe.refund(order)


def test_an_account_without_money_refuses(stripe: Stripe, fake: Remote) -> None:
    order = order_of(paid(stripe, fake, attempt_of()))
    fake.control("manners", limit_to_balance=True, paid_out=2000)
    with pytest.raises(Refused, match="balance_insufficient"):
        stripe.refund(order)


def test_a_refund_waits_arrives_and_bounces(stripe: Stripe, fake: Remote) -> None:
    order = order_of(paid(stripe, fake, attempt_of()))
    fake.control("manners", refund_status="pending")
    made = stripe.refund(order)
    assert made.status == RefundState.PENDING
    fake.control("settle", target=made.reference)
    assert stripe.refunds(order.payment_reference)[0].status == RefundState.SUCCEEDED
    fake.control("bounce", target=made.reference)
    (bounced,) = stripe.refunds(order.payment_reference)
    assert (bounced.status, bounced.failure) == (RefundState.FAILED, "lost_or_stolen_card")
    again = stripe.refund(replace(order, attempt=2))
    assert [each.attempt for each in stripe.refunds(order.payment_reference)] == [2, 1]
    assert again.attempt == 2


def test_more_refunds_than_fit_a_page_are_listed(stripe: Stripe, fake: Remote) -> None:
    order = order_of(paid(stripe, fake, attempt_of()), amount=1)
    for attempt in range(1, 106):
        stripe.refund(replace(order, attempt=attempt))
    listed = stripe.refunds(order.payment_reference)
    assert [each.attempt for each in listed] == list(range(105, 0, -1))
    (facts,) = stripe.since(datetime.now(UTC) - timedelta(hours=1))
    assert facts.refunds == listed


def test_all_payments_since_a_moment_are_listed_with_their_refunds(
    stripe: Stripe, fake: Remote
) -> None:
    attempts = [attempt_of(flow) for flow in (PAGE, SHEET, PAGE)]
    references = [paid(stripe, fake, attempt) for attempt in attempts]
    made = stripe.refund(order_of(references[1]))
    found = {facts.reference: facts for facts in stripe.since(datetime.now(UTC) - timedelta(1))}
    assert list(found) == references[::-1]
    assert found[references[1]].refunds == (made,)
    assert all(facts == stripe.look(name) for name, facts in found.items())
    assert list(stripe.since(datetime.now(UTC) + timedelta(hours=1))) == []


def test_an_older_payment_with_a_newer_refund_is_listed(stripe: Stripe, fake: Remote) -> None:
    reference = paid(stripe, fake, attempt_of())
    fake.control("age", target=reference, seconds=7200)
    assert list(stripe.since(datetime.now(UTC) - timedelta(hours=1))) == []
    made = stripe.refund(order_of(reference))
    (facts,) = stripe.since(datetime.now(UTC) - timedelta(hours=1))
    assert (facts.reference, facts.refunds) == (reference, (made,))


def test_what_others_sell_with_the_account_is_not_listed(stripe: Stripe, fake: Remote) -> None:
    client = stripe._client
    sold = client.v1.payment_intents.create({"amount": 500, "currency": "isk"})
    fake.control("pay", target=sold.id, amount=550)
    client.v1.refunds.create({"payment_intent": sold.id, "amount": 50})
    assert list(stripe.since(datetime.now(UTC) - timedelta(hours=1))) == []
