"""Any sequence of selling, paying, giving back and failing, against a model in memory."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test as run

from lab.fake_stripe.running import Remote, in_a_thread
from tests.examples import examples
from tests.money_machine import BoxOffice


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


EXAMPLES = settings(
    max_examples=examples(6),
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
