"""A disputed charge: the booking is marked, and the owner told once, with the time to answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from bookings.models import Booking
from lab.fake_stripe.running import Remote
from payments import events
from payments.accounts import provider_of
from payments.disputes import mail_dispute, mark_disputed
from payments.models import Payment, ProviderAccount
from payments.providers.stripe import Stripe
from payments.tests.stripe_world import Webhook, attempt_of, paid
from payments.tests.test_paying_by_stripe import (
    Pay,
    account,
    arrivals,
    begin,
    key,
    look_at_all,
    target,
)
from users.models import User
from users.tests.conftest import run_jobs

__all__ = ["account", "arrivals", "begin", "key"]


def told(account: ProviderAccount, arrivals: Webhook, kind: bytes) -> None:
    """Passes on what Stripe tells, until it has told this."""
    while True:
        headers, body = arrivals.next()
        signature = {"Stripe-Signature": headers["Stripe-Signature"]}
        path = f"/api/v1/payments/stripe/{account.key}/webhook/"
        Client().post(path, body, content_type="application/json", headers=signature)
        if kind in body:
            return


@pytest.fixture
def disputed(
    pending: dict[str, Any], begin: Pay, fake: Remote, account: ProviderAccount, arrivals: Webhook
) -> Payment:
    """The payment of Alice's booking, whose bank has disputed it."""
    fake.control("pay", target=target(begin()))
    told(account, arrivals, b'"payment_intent.succeeded"')
    look_at_all()
    run_jobs()
    mail.outbox.clear()
    payment = Payment.objects.get()
    fake.control("dispute", target=payment.reference)
    told(account, arrivals, b'"charge.dispute.created"')
    look_at_all()
    return payment


def test_the_booking_is_marked_and_the_owner_told(disputed: Payment, olga: User) -> None:
    run_jobs()
    booking = Booking.objects.get()
    assert booking.disputed_at
    assert booking.status == "confirmed"
    (news,) = mail.outbox
    assert news.to == [olga.email]
    assert news.subject == f"Disputed: 500.00 EUR for booking {booking.reference}"
    until = datetime.now(UTC) + timedelta(days=7)
    html = str(news.alternatives[0][0])  # type: ignore[attr-defined]
    for text in (" ".join(news.body.split()), html):
        assert "A customer's bank disputes 500.00 EUR that was paid for Metropolis" in text.replace(
            "&#x27;", "'"
        )
        assert str(disputed.reference) in text
        assert "Answer at Stripe until" in text
        assert f"{until:%B} {until.year}" in text


def test_it_is_told_once_however_often_it_is_looked_at(disputed: Payment) -> None:
    for _ in range(3):
        events.look_at_payment(disputed.pk)
    run_jobs()
    assert len(mail.outbox) == 1


def test_a_second_dispute_of_a_payment_is_told_too(disputed: Payment, fake: Remote) -> None:
    fake.control("dispute", target=disputed.reference)
    for _ in range(3):
        events.look_at_payment(disputed.pk)
    run_jobs()
    assert len(mail.outbox) == 2
    disputed.refresh_from_db()
    assert len(set(disputed.disputes)) == 2


def test_an_old_answer_about_a_dispute_that_was_told_tells_nothing(
    disputed: Payment, fake: Remote, account: ProviderAccount
) -> None:
    old = provider_of(account).look(str(disputed.reference))
    fake.control("dispute", target=disputed.reference)
    events.look_at_payment(disputed.pk)
    mark_disputed(disputed, old)
    run_jobs()
    assert len(mail.outbox) == 2


def test_a_dispute_that_was_told_before_its_name_was_known_is_not_told_again(
    disputed: Payment,
) -> None:
    Payment.objects.update(disputes=[])
    events.look_at_payment(disputed.pk)
    run_jobs()
    assert len(mail.outbox) == 1
    disputed.refresh_from_db()
    assert len(disputed.disputes) == 1


def test_it_is_told_in_the_owners_language(disputed: Payment, olga: User) -> None:
    User.objects.filter(pk=olga.pk).update(language="de")
    run_jobs()
    assert mail.outbox[0].subject.startswith("Zahlung angefochten: 500,00 EUR")


def test_without_a_time_to_answer_it_says_soon(disputed: Payment) -> None:
    mail_dispute(payment_id=disputed.pk, amount=12345, until="")
    assert "123.45 EUR" in mail.outbox[0].body
    assert "Answer at Stripe soon" in mail.outbox[0].body


def test_stripe_says_how_much_and_until_when(stripe: Stripe, fake: Remote) -> None:
    reference = paid(stripe, fake, attempt_of())
    assert stripe.look(reference).answer_until is None
    fake.control("dispute", target=reference)
    facts = stripe.look(reference)
    assert (facts.disputed, facts.disputed_amount) == (True, 2550)
    assert facts.answer_until
    assert timedelta(days=6) < facts.answer_until - datetime.now(UTC) <= timedelta(days=7)
