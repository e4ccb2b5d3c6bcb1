"""The sweep starts again what was lost: nothing twice that waits already, and nobody last for
ever."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from core.postgres.rows import execute, rows_of
from payments import ending, sweeping
from payments.ending import close_payments_of
from payments.models import DemoCharge, Payment, ProviderAccount, ProviderEvent, Refund
from payments.tests.conftest import Bank, Start
from shows.models import Show
from tests.api import As, book
from tests.clock import let_pass
from users.models import User

A_WHILE = timedelta(minutes=2)
QUARTER = timedelta(minutes=15, seconds=1)
ARGUMENTS = "SELECT (args->>%s::text)::int FROM procrastinate_jobs"
OFTEN = 60  # one of two is never chosen in so many draws once in 10^18


def lose_jobs(_: str = "") -> None:
    execute("DELETE FROM procrastinate_jobs")


def put_jobs(status: str) -> None:
    execute("UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status", [status])


@pytest.fixture
def refunds(
    as_: As, alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> list[Refund]:
    """One for each of Alice's two tickets, whose jobs wait."""
    bank.pay(start(alice, pending["reference"]).pk)
    for ticket in pending["tickets"]:
        path = f"/api/v1/bookings/{pending['reference']}/cancel/"
        assert as_(alice).post(path, {"tickets": [ticket["code"]]}).status_code == 200
    let_pass(A_WHILE)
    return list(Refund.objects.order_by("pk"))


@pytest.fixture
def event(account: ProviderAccount) -> ProviderEvent:
    made = ProviderEvent.objects.create(account=account, event="evt_1", kind="paid", object="x")
    let_pass(A_WHILE)
    return made


@pytest.mark.parametrize("status", ["todo", "doing"])
def test_a_refund_whose_job_waits_gets_no_other(refunds: list[Refund], status: str) -> None:
    put_jobs(status)
    assert sweeping.resume_refunds() == 0


@pytest.mark.parametrize("end", [lose_jobs, put_jobs])
def test_a_refund_whose_job_is_gone_or_given_up_gets_one(
    refunds: list[Refund], end: Callable[[str], None]
) -> None:
    end("failed")
    assert [sweeping.resume_refunds() for _ in range(2)] == [2, 0]


def test_the_job_of_another_refund_does_not_count(refunds: list[Refund]) -> None:
    key = json.dumps({"refund_id": refunds[0].pk})
    execute("DELETE FROM procrastinate_jobs WHERE args @> %s::jsonb", [key])
    assert sweeping.resume_refunds() == 1


def test_an_event_whose_job_waits_gets_no_other(event: ProviderEvent) -> None:
    assert [sweeping.resume_events() for _ in range(2)] == [1, 0]


def test_the_job_of_something_else_with_the_same_number_does_not_count(
    event: ProviderEvent,
) -> None:
    sweeping.resume_events()
    execute("UPDATE procrastinate_jobs SET task_name = 'other'")
    assert sweeping.resume_events() == 1


def test_an_open_payment_whose_job_waits_gets_no_other(
    alice: User, pending: dict[str, Any], start: Start
) -> None:
    start(alice, pending["reference"])
    let_pass(A_WHILE)
    lose_jobs()
    assert [sweeping.look_at_open_payments() for _ in range(2)] == [1, 0]


def test_refunds_that_never_succeed_do_not_keep_others_from_their_turn(
    refunds: list[Refund], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 1)
    assert chosen(sweeping.resume_refunds, "refund_id") == {each.pk for each in refunds}


def test_events_that_never_succeed_do_not_keep_others_from_their_turn(
    event: ProviderEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ProviderEvent.objects.create(account=event.account, event="evt_2", object="y")
    let_pass(A_WHILE)
    monkeypatch.setattr(sweeping, "BATCH", 1)
    assert chosen(sweeping.resume_events, "event_id") == {event.pk, other.pk}


def chosen(sweep: Callable[[], int], name: str) -> set[int]:
    """Returns what the sweep starts, if every job is over, for nothing, before it comes again."""
    found: set[int] = set()
    for _ in range(OFTEN):
        lose_jobs()
        sweep()
        found |= {pk for (pk,) in rows_of(ARGUMENTS, [name])}
    return found


def test_payments_that_cannot_be_cancelled_do_not_keep_others_from_their_turn(
    as_: As,
    alice: User,
    bob: User,
    show: Show,
    pending: dict[str, Any],
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = start(alice, pending["reference"])
    second = start(bob, book(as_(bob), show, "C1").json()["reference"])
    DemoCharge.objects.filter(payment=first.pk).delete()
    let_pass(QUARTER)
    monkeypatch.setattr(ending, "BATCH", 1)
    assert sum(close_payments_of(first.account_id or 0) for _ in range(OFTEN)) == 1
    assert Payment.objects.get(status="cancelled") == second


def test_payments_that_are_over_get_one_job_for_each_account(
    as_: As, alice: User, bob: User, show: Show, pending: dict[str, Any], start: Start
) -> None:
    payment = start(alice, pending["reference"])
    start(bob, book(as_(bob), show, "C1").json()["reference"])
    let_pass(QUARTER)
    lose_jobs()
    assert [sweeping.close_payments() for _ in range(2)] == [1, 0]
    assert rows_of(ARGUMENTS, ["account_id"]) == [(payment.account_id,)]


def test_a_provider_that_does_not_answer_is_asked_thrice_and_no_more_until_the_next_sweep(
    alice: User, pending: dict[str, Any], start: Start
) -> None:
    payment = start(alice, pending["reference"])
    for attempt in range(2, 6):
        Payment.objects.create(
            booking=payment.booking, account=payment.account, provider="demo", attempt=attempt,
            reference=f"demo_{attempt}", amount=1, currency="EUR", status="open",
            expires_at=payment.expires_at,
        )  # fmt: skip
    DemoCharge.objects.all().delete()
    let_pass(QUARTER)
    with capture_logs() as logs:
        assert close_payments_of(payment.account_id or 0) == 0
    assert [each["event"] for each in logs].count("payment not cancelled") == 3
