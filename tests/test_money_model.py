"""Any sequence of selling, paying, giving back and failing, against a model in memory."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test as run

from bookings import booking, exchanging
from lab.fake_stripe.running import Remote, in_a_thread
from tests.examples import examples
from tests.money_machine import BoxOffice, Tale


@pytest.fixture
def bank(tmp_path: Any, settings: Any) -> Iterator[Remote]:
    with in_a_thread(tmp_path / "journal.jsonl") as fake:
        settings.STRIPE_API = fake.url
        yield fake


@pytest.mark.django_db
def test_every_sequence_of_acts_leaves_money_seats_and_tickets_as_the_model_says(
    bank: Remote, settings: Any
) -> None:
    settings.RATE_LIMITS_ENABLED = False
    BoxOffice.bank = bank
    run(BoxOffice, settings=EXAMPLES)


def _uses_are_not_counted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(booking, "uses_left", lambda **_: True)


def _used_tickets_are_exchanged(patch: pytest.MonkeyPatch) -> None:
    unused = " AND given.used_at IS NULL"
    assert unused in exchanging.AWAITED
    patch.setattr(exchanging, "AWAITED", exchanging.AWAITED.replace(unused, ""))


def tell_of_a_third_use(office: BoxOffice) -> None:
    office.book(0, 0, {"A2"}, "counter", has_voucher=True)
    office.book(1, 0, {"A3"}, "counter", has_voucher=True)


def tell_of_a_used_ticket(office: BoxOffice) -> None:
    office.exchange_and_pay(0, Tale(wanted=0, between="scan"))


STORIES = [
    (tell_of_a_third_use, _uses_are_not_counted),
    (tell_of_a_used_ticket, _used_tickets_are_exchanged),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("story", "without_guard"), STORIES)
def test_the_model_finds_that_a_guard_is_missing(
    bank: Remote,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    story: Callable[[BoxOffice], None],
    without_guard: Callable[[pytest.MonkeyPatch], None],
) -> None:
    settings.RATE_LIMITS_ENABLED = False
    BoxOffice.bank = bank
    told(story)
    without_guard(monkeypatch)
    with pytest.raises(AssertionError):
        told(story)


def told(story: Callable[[BoxOffice], None]) -> None:
    office = BoxOffice()
    office.choose_policy((100, 100), fee_too=False, told=[])
    story(office)
    office.seats_and_tickets_are_the_models()


EXAMPLES = settings(
    max_examples=examples(6),
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
