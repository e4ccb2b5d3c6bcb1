"""Our books beside the providers' lists."""

from datetime import timedelta
from typing import Any

from payments.models import DemoCharge, Difference, Payment
from payments.reconciling import reconcile
from payments.tests.conftest import Bank, Start
from tests.clock import let_pass
from users.models import User

AN_HOUR = timedelta(hours=1)


def test_equal_lists_have_no_difference(
    alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    bank.pay(start(alice, pending["reference"]).pk)
    let_pass(AN_HOUR)
    assert reconcile() == 0
    assert not Difference.objects.exists()


def test_money_whose_event_was_lost_is_booked(
    alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    DemoCharge.objects.update(captured=payment.amount, status="captured")
    assert reconcile() == 0
    payment.refresh_from_db()
    assert payment.captured == payment.amount


def test_money_that_the_provider_does_not_know_is_shown_until_it_does(
    alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    bank.pay(payment.pk)
    let_pass(AN_HOUR)
    DemoCharge.objects.update(reference="another")
    assert reconcile() == 1
    found = Difference.objects.get()
    assert (found.object, found.kind, found.ours, found.theirs) == (
        payment.reference,
        "captured",
        payment.amount,
        None,
    )
    DemoCharge.objects.update(reference=payment.reference)
    assert reconcile() == 0
    found.refresh_from_db()
    assert found.settled_at


def test_a_refund_that_the_provider_made_alone_is_a_difference(
    alice: User, pending: dict[str, Any], start: Start, bank: Bank
) -> None:
    payment = start(alice, pending["reference"])
    bank.pay(payment.pk)
    let_pass(AN_HOUR)
    alone = {"reference": "r", "refund_id": None, "attempt": None, "amount": 100}
    DemoCharge.objects.update(refunds=[alone | {"status": "succeeded"}])
    assert reconcile() == 1
    found = Difference.objects.get()
    assert (found.kind, found.ours, found.theirs) == ("refunded", 0, 100)
    assert Payment.objects.get().refunded == 0
