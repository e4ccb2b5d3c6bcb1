"""Stripe by its own client, over HTTP: payments, whatever gets lost on the way."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lab.fake_stripe.running import Remote
from payments.providers import stripe_calls
from payments.providers.base import (
    AccountRefused,
    Flow,
    Refused,
    Status,
    Unknown,
)
from payments.providers.stripe import Stripe
from payments.tests.stripe_world import (
    SECRET,
    attempt_of,
    order_of,
    paid,
    target_of,
)

PAGE, SHEET = Flow.PAGE, Flow.SHEET
flows = pytest.mark.parametrize("flow", list(Flow))
START = r"POST /v1/(checkout/sessions|payment_intents)$"


@flows
def test_a_payment_is_started_paid_and_looked_at(stripe: Stripe, fake: Remote, flow: Flow) -> None:
    attempt = attempt_of(flow)
    started = stripe.start(attempt)
    waiting = stripe.look(started.reference)
    assert (waiting.status, waiting.captured) == (Status.OPEN, 0)
    fake.control("pay", target=target_of(started))
    facts = stripe.look(started.reference)
    assert facts.reference.startswith("pi_")
    assert facts == stripe.look(facts.reference)
    assert (facts.payment_id, facts.booking_reference) == (
        attempt.payment_id,
        attempt.booking_reference,
    )
    assert (facts.status, facts.captured, facts.currency) == (Status.CAPTURED, 2550, "EUR")
    assert facts.is_test
    assert not facts.disputed


def test_an_app_gets_what_its_sheet_needs(stripe: Stripe) -> None:
    client = stripe.start(attempt_of(SHEET)).client
    assert client["client_secret"].startswith("pi_")
    assert client["publishable_key"] == "pk_test_published"


def test_a_page_ends_later_than_our_deadline_as_stripe_demands(stripe: Stripe) -> None:
    attempt = attempt_of(PAGE)
    started = stripe.start(attempt)
    assert started.expires_at > attempt.expires_at
    assert started.expires_at > datetime.now(UTC) + timedelta(minutes=30)


def test_a_page_charges_in_the_currency_that_was_quoted(stripe: Stripe) -> None:
    session = stripe._client.v1.checkout.sessions.retrieve(stripe.start(attempt_of()).reference)
    assert session.adaptive_pricing is not None
    assert not session.adaptive_pricing.enabled
    assert (session.amount_total, session.currency) == (2550, "eur")


@flows
def test_a_film_may_have_a_long_title(stripe: Stripe, flow: Flow) -> None:
    assert stripe.start(attempt_of(flow, description="千と千尋の神隠し " * 40)).reference


@flows
def test_starting_twice_is_one_payment(stripe: Stripe, fake: Remote, flow: Flow) -> None:
    attempt = attempt_of(flow)
    first, second = stripe.start(attempt), stripe.start(attempt)
    assert first == second
    known = stripe.start(replace(attempt, reference=first.reference, locale="en"))
    assert known == first
    fake.control("pay", target=target_of(known))
    payments = fake.control("totals")["payments"]
    ours = [each for each in payments if each["metadata"]["payment"] == str(attempt.payment_id)]
    assert [each["captured"] for each in ours] == [2550]


@flows
def test_a_start_in_other_words_gets_what_was_made_before(stripe: Stripe, flow: Flow) -> None:
    attempt = attempt_of(flow)
    first = stripe.start(attempt)
    assert stripe.start(replace(attempt, description="Metropolis", locale="en")) == first


def test_the_same_number_in_another_installation_is_another_payment(stripe: Stripe) -> None:
    attempt = attempt_of(SHEET)
    first = stripe.start(attempt)
    assert stripe.start(replace(attempt, booking_reference="OTHER")).reference != first.reference


@flows
@pytest.mark.parametrize("fault", ["lost", "reset_after", "limited", "timeout_after"])
def test_a_start_whose_answer_is_lost_is_repeated(
    stripe: Stripe, fake: Remote, flow: Flow, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_calls.http(), "_timeout", 0.3)
    attempt = attempt_of(flow)
    fake.fault(fault, START, times=1, seconds=1)
    with pytest.raises(Unknown):
        stripe.start(attempt)
    started = stripe.start(attempt)
    facts = stripe.find(attempt)
    assert facts is not None
    assert facts.reference == started.reference


@flows
def test_a_start_that_answers_500_for_a_day_is_found(
    stripe: Stripe, fake: Remote, flow: Flow
) -> None:
    attempt = attempt_of(flow)
    fake.fault("error_after", START, times=1)
    with pytest.raises(Unknown):
        stripe.start(attempt)
    started = stripe.start(attempt)
    fake.control("pay", target=target_of(started))
    assert stripe.look(started.reference).status == Status.CAPTURED


@flows
def test_a_start_that_failed_for_good_says_so(stripe: Stripe, fake: Remote, flow: Flow) -> None:
    attempt = attempt_of(flow)
    fake.fault("error_before", START, times=1)
    with pytest.raises(Unknown):
        stripe.start(attempt)
    with pytest.raises(Refused, match="replayed"):
        stripe.start(attempt)
    assert stripe.find(attempt) is None


@flows
def test_an_attempt_is_found_among_others_by_payment_and_booking(
    stripe: Stripe, flow: Flow
) -> None:
    attempts = [attempt_of(flow) for _ in range(3)]
    names = [stripe.start(attempt).reference for attempt in attempts]
    found = [stripe.find(attempt) for attempt in attempts]
    assert [facts and facts.reference for facts in found] == names
    assert stripe.find(replace(attempts[1], booking_reference="OTHER")) is None
    later = replace(attempts[1], created_at=datetime.now(UTC) + timedelta(minutes=6))
    assert stripe.find(later) is None


@flows
def test_what_is_paid_is_not_started_again(stripe: Stripe, fake: Remote, flow: Flow) -> None:
    attempt = attempt_of(flow)
    reference = paid(stripe, fake, attempt)
    with pytest.raises(Refused, match="not_open"):
        stripe.start(replace(attempt, reference=reference))


@flows
def test_a_declined_card_fails_and_another_one_pays(
    stripe: Stripe, fake: Remote, flow: Flow
) -> None:
    attempt = attempt_of(flow)
    started = stripe.start(attempt)
    fake.control("decline", target=target_of(started))
    declined = stripe.look(started.reference)
    assert (declined.status, declined.captured) == (Status.FAILED, 0)
    again = stripe.start(replace(attempt, reference=declined.reference))
    fake.control("pay", target=target_of(again))
    assert stripe.look(started.reference).status == Status.CAPTURED


@flows
def test_a_bank_that_takes_days_leaves_the_payment_open(
    stripe: Stripe, fake: Remote, flow: Flow
) -> None:
    started = stripe.start(attempt_of(flow))
    fake.control("process", target=target_of(started))
    facts = stripe.cancel(started.reference)
    assert facts.status == Status.OPEN
    fake.control("pay", target=facts.reference)
    assert stripe.look(started.reference).status == Status.CAPTURED


@flows
@pytest.mark.parametrize("declined", [False, True])
def test_a_cancelled_payment_cannot_be_paid(
    stripe: Stripe, fake: Remote, flow: Flow, declined: bool
) -> None:
    started = stripe.start(attempt_of(flow))
    reference = started.reference
    if declined:
        fake.control("decline", target=target_of(started))
        reference = stripe.look(reference).reference
    assert stripe.cancel(reference).status == Status.CANCELLED
    assert stripe.cancel(reference).status == Status.CANCELLED
    assert fake.refuses("pay", target=target_of(started))


@flows
def test_cancelling_what_is_paid_returns_that_it_is_paid(
    stripe: Stripe, fake: Remote, flow: Flow
) -> None:
    started = stripe.start(attempt_of(flow))
    fake.control("pay", target=target_of(started))
    facts = stripe.cancel(started.reference)
    assert (facts.status, facts.captured) == (Status.CAPTURED, 2550)


def test_what_was_paid_is_told_as_it_is_even_if_it_is_wrong(stripe: Stripe, fake: Remote) -> None:
    started = stripe.start(attempt_of(PAGE))
    fake.control("pay", target=target_of(started), amount=100, currency="usd")
    facts = stripe.look(started.reference)
    assert (facts.captured, facts.currency) == (100, "USD")


@pytest.mark.parametrize(
    ("currency", "amount", "number"),
    [("JPY", 1800, 1800), ("ISK", 2400, 240000), ("UGX", 9000, 900000), ("MGA", 800000, 8000)],
)
def test_amounts_are_sent_as_stripe_counts_and_come_back(
    stripe: Stripe, fake: Remote, currency: str, amount: int, number: int
) -> None:
    attempt = attempt_of(SHEET, currency=currency, amount=amount)
    reference = paid(stripe, fake, attempt)
    (payment,) = [each for each in fake.control("totals")["payments"] if each["id"] == reference]
    assert payment["captured"] == number
    assert stripe.look(reference).captured == amount
    refund = stripe.refund(order_of(reference, amount=amount, currency=currency))
    assert refund.amount == amount


def test_an_amount_that_stripe_has_no_number_for_is_refused(stripe: Stripe) -> None:
    with pytest.raises(Refused, match="inexact_amount"):
        stripe.start(attempt_of(amount=50, currency="MGA"))


def test_a_dispute_is_told(stripe: Stripe, fake: Remote) -> None:
    reference = paid(stripe, fake, attempt_of())
    fake.control("dispute", target=reference)
    assert stripe.look(reference).disputed


def test_a_key_that_is_no_good_is_the_accounts_fault(fake: Remote) -> None:
    with pytest.raises(AccountRefused):
        Stripe("nonsense", SECRET).start(attempt_of())


def test_what_is_not_there_is_refused(stripe: Stripe) -> None:
    with pytest.raises(Refused, match="resource_missing"):
        stripe.look("pi_nothing")


def test_a_server_that_is_away_is_unknown(stripe: Stripe, settings: object) -> None:
    settings.STRIPE_API = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    with pytest.raises(Unknown):
        stripe.look("pi_any")


def test_a_connected_account_has_its_own_payments(stripe: Stripe, fake: Remote) -> None:
    connected = replace(stripe, account="acct_olgas_cinema")
    attempt = attempt_of(SHEET)
    started = connected.start(attempt)
    assert started.client["account"] == "acct_olgas_cinema"
    assert stripe.find(attempt) is None
    with pytest.raises(Refused, match="resource_missing"):
        stripe.look(started.reference)
    assert connected.look(started.reference).payment_id == attempt.payment_id


def test_live_money_is_told_apart(fake: Remote) -> None:
    live = Stripe("sk_live_account1", SECRET)
    assert not live.is_test
    assert not live.look(live.start(attempt_of()).reference).is_test


def test_secrets_are_not_in_its_repr() -> None:
    assert "sk_test" not in repr(Stripe("sk_test_secret12", "whsec_secret1234"))
    assert "whsec" not in repr(Stripe("sk_test_secret12", "whsec_secret1234"))


def test_the_client_is_imported_only_by_who_calls() -> None:
    code = (
        "import sys, django; django.setup(); import payments.providers.registry as registry; "
        "registry.provider_of('stripe', {'secret_key': 'sk_test_12345678', "
        "'webhook_secret': 'whsec_12345678'}); sys.exit('stripe' in sys.modules)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "core.settings", "DEVELOPMENT": "true"}
    environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
    )
