"""What a provider says of a refund is stored once, and only for that refund."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bookings.models import Booking, Ticket
from core.postgres.clock import StatementTime
from payments import refunding
from payments.models import DemoCharge, LedgerEntry, Payment, ProviderAccount, Receipt, Refund
from payments.providers.base import RefundFacts, RefundState
from payments.refunding import apply_refund, try_again
from payments.tests.conftest import Bank, Start
from shows.models import HoldChain, Seat, Show
from tests.api import As, book
from users.models import User

TABLES = (Refund, Payment, Booking, Ticket, Seat, HoldChain)
PENDING, SUCCEEDED, FAILED = RefundState.PENDING, RefundState.SUCCEEDED, RefundState.FAILED


@pytest.fixture
def theirs(as_: As, show: Show, bob: User, start: Start, bank: Bank) -> list[Any]:
    """Bob's refund, which is older, and his booking that waits for its money."""
    reference = book(as_(bob), show, "C1", "C2").json()["reference"]
    bank.pay(start(bob, reference).pk)
    as_(bob).post(f"/api/v1/bookings/{reference}/cancel/")
    book(as_(bob), show, "D1")
    return rows_but_alices()


def rows_but_alices() -> list[Any]:
    hers = {"alice@example.com"}
    return [
        list(Refund.objects.exclude(payment__booking__user__email__in=hers).values()),
        list(Payment.objects.exclude(booking__user__email__in=hers).values()),
        list(Booking.objects.exclude(user__email__in=hers).values()),
        list(Ticket.objects.exclude(booking__user__email__in=hers).values()),
        list(Seat.objects.exclude(row="A").values()),
        list(HoldChain.objects.exclude(user__email__in=hers).values()),
    ]


@pytest.fixture
def refund(
    theirs: list[Any],
    as_: As,
    alice: User,
    pending: dict[str, Any],
    start: Start,
    bank: Bank,
) -> Iterator[Refund]:
    """What Alice's cancelled ticket gives back. Nothing of Bob's may change."""
    bank.pay(start(alice, pending["reference"]).pk)
    code = pending["tickets"][0]["code"]
    as_(alice).post(f"/api/v1/bookings/{pending['reference']}/cancel/", {"tickets": [code]})
    yield Refund.objects.get(payment__booking__user=alice)
    assert rows_but_alices() == theirs


def fact(refund: Refund, status: RefundState, **other: Any) -> RefundFacts:
    known = {"reference": "re_1", "refund_id": refund.pk, "attempt": 1, "amount": refund.amount}
    return RefundFacts(**{**known, "status": status, **other})


def sent(refund: Refund) -> Refund:
    Refund.objects.filter(pk=refund.pk).update(status="sent", sent_at=StatementTime())
    return refund


def state(refund: Refund) -> tuple[Any, ...]:
    refund.refresh_from_db()
    payment = Payment.objects.get(pk=refund.payment_id)
    return (refund.status, refund.attempt, refund.reference, payment.refunding, payment.refunded)


def test_one_that_has_arrived_is_booked_once_with_its_credit_note(refund: Refund) -> None:
    for _ in range(2):
        apply_refund(refund.pk, fact(refund, SUCCEEDED))
    assert state(refund) == ("succeeded", 1, "re_1", 0, refund.amount)
    assert refund.done_at is not None
    entry = LedgerEntry.objects.get(refund=refund)
    assert (entry.key, entry.kind) == (f"refund:{refund.pk}:1", "refund")
    assert (entry.debit, entry.credit, entry.amount) == ("customer", "provider", refund.amount)
    assert Receipt.objects.get(refund=refund).amount == -refund.amount


def test_whether_it_was_news_is_said(refund: Refund) -> None:
    assert refunding.succeed(refund.pk, None) is True
    assert refunding.succeed(refund.pk, None) is False


def test_one_that_is_accepted_has_not_arrived(refund: Refund) -> None:
    apply_refund(sent(refund).pk, fact(refund, PENDING))
    assert state(refund) == ("accepted", 1, "re_1", refund.amount, 0)
    assert not LedgerEntry.objects.filter(refund=refund).exists()
    refunding.succeed(refund.pk, None)
    assert state(refund) == ("succeeded", 1, "re_1", 0, refund.amount)


def test_one_that_has_arrived_is_not_pending_again(refund: Refund) -> None:
    apply_refund(refund.pk, fact(refund, SUCCEEDED))
    apply_refund(refund.pk, fact(refund, PENDING))
    assert state(refund) == ("succeeded", 1, "re_1", 0, refund.amount)


def test_one_that_failed_is_due_again_and_what_failed_is_forgotten_when_it_arrives(
    refund: Refund,
) -> None:
    with capture_logs() as logged:
        apply_refund(sent(refund).pk, fact(refund, FAILED, failure="expired_card"))
    assert state(refund) == ("due", 2, None, refund.amount, 0)
    assert (refund.failure, refund.sent_at) == ("expired_card", None)
    assert [(line["failure"], line["is_stuck"]) for line in logged] == [("expired_card", False)]
    apply_refund(refund.pk, fact(refund, SUCCEEDED, attempt=2, reference="re_2"))
    assert state(refund) == ("succeeded", 2, "re_2", 0, refund.amount)
    assert refund.failure == ""


def test_one_that_was_not_sent_cannot_have_failed(refund: Refund) -> None:
    apply_refund(refund.pk, fact(refund, FAILED, attempt=None))
    assert state(refund) == ("due", 1, None, refund.amount, 0)


def test_what_is_said_of_another_attempt_is_old_news(refund: Refund) -> None:
    apply_refund(sent(refund).pk, fact(refund, SUCCEEDED, attempt=2))
    assert state(refund) == ("sent", 1, None, refund.amount, 0)


def test_what_names_no_attempt_is_of_this_one(refund: Refund) -> None:
    apply_refund(refund.pk, fact(refund, SUCCEEDED, attempt=None))
    assert state(refund)[0] == "succeeded"


def test_one_that_bounces_is_due_anew(refund: Refund) -> None:
    apply_refund(sent(refund).pk, fact(refund, SUCCEEDED))
    for _ in range(2):
        apply_refund(refund.pk, fact(refund, FAILED))
    assert state(refund) == ("due", 2, None, refund.amount, 0)
    assert (refund.failure, refund.sent_at, refund.done_at) == ("bounced", None, None)
    entry = LedgerEntry.objects.get(key=f"bounce:{refund.pk}:1")
    assert (entry.kind, entry.debit, entry.credit) == ("bounce", "provider", "customer")
    apply_refund(refund.pk, fact(refund, SUCCEEDED, attempt=2, reference="re_2"))
    assert state(refund) == ("succeeded", 2, "re_2", 0, refund.amount)


def test_after_eight_attempts_a_person_has_to_see_to_it(refund: Refund) -> None:
    DemoCharge.objects.filter(payment=refund.payment_id).update(captured=0)  # so it refuses
    with capture_logs() as logged:
        for attempt in range(1, 9):
            assert state(refund)[:2] == ("due", attempt)
            refunding.send(refund.pk)
    assert state(refund)[:2] == ("stuck", 8)
    assert refund.failure == "charge_already_refunded"
    stuck = [line["is_stuck"] for line in logged if line["event"] == "refund failed"]
    assert stuck == [False] * 7 + [True]
    refunding.send(refund.pk)
    assert state(refund)[:2] == ("stuck", 8)
    try_again(refund_id=refund.pk)
    assert state(refund)[:2] == ("due", 9)
    assert refund.sent_at is None


def test_only_what_is_stuck_is_tried_again(refund: Refund) -> None:
    apply_refund(refund.pk, fact(refund, SUCCEEDED))
    try_again(refund_id=refund.pk)
    assert state(refund)[:2] == ("succeeded", 1)


def test_one_of_those_that_are_stuck_is_tried_again(refund: Refund, theirs: list[Any]) -> None:
    Refund.objects.update(status="stuck")
    theirs[:] = rows_but_alices()
    try_again(refund_id=refund.pk)
    assert state(refund)[:2] == ("due", 2)


def test_a_long_story_of_why_it_failed_is_cut(refund: Refund) -> None:
    apply_refund(sent(refund).pk, fact(refund, FAILED, failure="x" * 200))
    refund.refresh_from_db()
    assert refund.failure == "x" * 120


def given_back(refund: Refund, name: str, status: RefundState = SUCCEEDED, **other: Any) -> None:
    """The bank has given it back under another key, as it does when it has forgotten ours."""
    charge = DemoCharge.objects.get(payment=refund.payment_id)
    made = {"reference": name, "refund_id": refund.pk, "attempt": 1, "amount": refund.amount}
    charge.refunds = [*charge.refunds, {**made, "status": status, **other}]
    charge.save()


def test_the_list_is_searched_once_the_bank_may_have_forgotten_the_key(refund: Refund) -> None:
    given_back(sent(refund), "old")
    Refund.objects.filter(pk=refund.pk).update(sent_at=StatementTime() - timedelta(hours=24))
    refunding.send(refund.pk)
    assert state(refund) == ("succeeded", 1, "old", 0, refund.amount)
    assert len(DemoCharge.objects.get(payment=refund.payment_id).refunds) == 1


def test_the_list_is_searched_before_another_attempt(refund: Refund) -> None:
    Refund.objects.filter(pk=refund.pk).update(attempt=2)
    given_back(refund, "late", attempt=2)
    refunding.send(refund.pk)
    assert state(refund) == ("succeeded", 2, "late", 0, refund.amount)


def test_what_failed_and_what_is_anothers_does_not_count_in_the_list(refund: Refund) -> None:
    Refund.objects.filter(pk=refund.pk).update(attempt=2)
    given_back(refund, "failed", FAILED, amount=0)
    given_back(refund, "anothers", refund_id=refund.pk + 1000, attempt=2, amount=0)
    refunding.send(refund.pk)
    assert state(refund) == ("succeeded", 2, f"refund_{refund.pk}_2", 0, refund.amount)


def test_one_that_is_sent_again_was_sent_when_it_was_first(refund: Refund) -> None:
    before = Refund.objects.get(pk=sent(refund).pk).sent_at
    refunding.send(refund.pk)
    refund.refresh_from_db()
    assert (refund.status, refund.sent_at) == ("succeeded", before)


# The theater's account is refused


@pytest.fixture
def refused(account: ProviderAccount, refund: Refund) -> str:
    """The key of the account is no good any more. Returns the one that is."""
    good = account.secrets
    put_key("")
    return good


def put_key(secrets: str) -> None:
    ProviderAccount.objects.update(secrets=secrets)


def test_a_refund_whose_account_is_refused_is_seen_by_people_after_eight_attempts(
    refund: Refund, refused: str
) -> None:
    for attempt in range(1, 9):
        assert state(refund)[:2] == ("due", attempt)
        refunding.send(refund.pk)
    assert state(refund)[:2] == ("stuck", 8)
    assert refund.failure == "incomplete"
    put_key(refused)
    try_again(refund_id=refund.pk)
    refunding.send(refund.pk)
    assert state(refund)[::3] == ("succeeded", 0)
    assert len(DemoCharge.objects.get(payment=refund.payment_id).refunds) == 1


def test_what_was_sent_before_its_account_was_refused_is_found_and_not_sent_twice(
    refund: Refund, refused: str
) -> None:
    given_back(sent(refund), "first")
    refunding.send(refund.pk)
    assert state(refund)[:2] == ("due", 2)
    put_key(refused)
    refunding.send(refund.pk)
    assert state(refund) == ("succeeded", 1, "first", 0, refund.amount)
    assert len(DemoCharge.objects.get(payment=refund.payment_id).refunds) == 1
    apply_refund(refund.pk, fact(refund, FAILED, reference="first"))
    assert state(refund)[:2] == ("due", 2)


def test_an_attempt_that_has_bounced_is_not_booked_again(refund: Refund) -> None:
    apply_refund(refund.pk, fact(refund, SUCCEEDED))
    apply_refund(refund.pk, fact(refund, FAILED))
    given_back(refund, "re_1")  # a list that does not know of it yet
    refunding.send(refund.pk)
    assert state(refund)[:2] == ("sent", 2)


def test_what_the_list_says_late_of_one_that_has_arrived_changes_no_attempt(
    refund: Refund,
) -> None:
    apply_refund(refund.pk, fact(refund, SUCCEEDED))
    refunding.adopt(refund_id=refund.pk, attempt=2)
    assert state(refund)[:2] == ("succeeded", 1)
