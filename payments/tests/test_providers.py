"""Providers say what they need, and the counter has nobody to call."""

from datetime import UTC, datetime

import pytest

from payments.providers.base import InvalidSignature, Provider
from payments.providers.counter import ByHand, Counter
from payments.providers.registry import (
    PROVIDERS,
    UnknownProvider,
    WrongSettings,
    faults_of,
    provider_class,
    provider_of,
    register,
)
from payments.providers.stripe import Stripe
from payments.tests.stripe_world import attempt_of, order_of

GOOD = {"secret_key": "sk_test_12345678", "webhook_secret": "whsec_12345678"}


def test_a_provider_is_made_from_an_accounts_settings() -> None:
    made = provider_of("stripe", GOOD | {"account": "acct_12345678"})
    assert made == Stripe(**GOOD, account="acct_12345678")
    assert made.is_test
    assert not provider_of("stripe", GOOD | {"secret_key": "rk_live_12345678"}).is_test


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({}, {"secret_key", "webhook_secret"}),
        (GOOD | {"secret_key": "pk_test_12345678"}, {"secret_key"}),
        (GOOD | {"secret_key": "sk_test_12345678 "}, {"secret_key"}),
        (GOOD | {"publishable_key": "sk_test_12345678"}, {"publishable_key"}),
        (GOOD | {"colour": "red"}, {"colour"}),
    ],
)
def test_wrong_settings_are_named_but_not_repeated(
    settings: dict[str, str], wrong: set[str]
) -> None:
    assert faults_of("stripe", settings).keys() == wrong
    with pytest.raises(WrongSettings) as caught:
        provider_of("stripe", settings)
    assert caught.value.faults.keys() == wrong
    assert "12345678" not in str(caught.value.faults)


def test_each_provider_says_which_settings_are_secret() -> None:
    secret = {field.name for field in provider_class("stripe").fields if field.is_secret}
    assert secret == {"secret_key", "webhook_secret"}
    assert all(field.label for kind in PROVIDERS.values() for field in kind.fields)


def test_an_unknown_provider_is_refused() -> None:
    with pytest.raises(UnknownProvider):
        provider_of("gold", {})


def test_a_provider_adds_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gold(Counter):
        name = "gold"

    monkeypatch.delitem(PROVIDERS, "gold", raising=False)
    register(Gold)
    assert isinstance(provider_of("gold", {}), Gold)
    del PROVIDERS["gold"]


def test_at_the_counter_only_people_know() -> None:
    counter: Provider = provider_of("counter", {})
    attempt = attempt_of()
    started = counter.start(attempt)
    assert started == counter.start(attempt)
    assert counter.is_by_hand
    assert not counter.is_test
    assert counter.find(attempt) is None
    assert list(counter.since(datetime.now(UTC))) == []
    for ask in (counter.look, counter.cancel, counter.refunds):
        with pytest.raises(ByHand):
            ask(started.reference)
    with pytest.raises(ByHand):
        counter.refund(order_of(started.reference))
    with pytest.raises(InvalidSignature):
        counter.event({}, b"{}")
