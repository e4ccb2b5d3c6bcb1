"""Each defect of the money is found by the check for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bookings.models import Booking
from lab.stress.checker import judge_all
from lab.stress.evidence import Evidence
from lab.stress.history import Fault
from lab.stress.tests.world import World
from payments.models import LedgerEntry, Payment, Refund
from shows.models import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def evidence(world: World) -> Evidence:
    """Alice has paid for B1 online, and again by mistake, which she got back."""
    made = world.book("alice", "B1")
    soon = timezone.now() + timedelta(minutes=15)
    Booking.objects.filter(pk=made.pk).update(pay_until=soon, paid_at=timezone.now())
    pay(made, "pi_1")
    Refund.objects.create(
        payment=pay(made, "pi_2", back=1250), amount=1250, reason="paid_twice", status="succeeded"
    )
    found = world.evidence()
    found.bank = [in_the_bank("pi_1", 1250), in_the_bank("pi_2", 1250, 1250)]
    return found


def pay(booking: Booking, reference: str, *, back: int = 0) -> Payment:
    """Adds a payment, of which some has gone back, and its entries in the ledger."""
    payment: Payment = Payment.objects.create(
        booking=booking,
        provider="stripe",
        reference=reference,
        attempt=booking.payments.count() + 1,
        amount=1250,
        captured=1250,
        refunded=back,
        currency="EUR",
        status="captured",
    )
    moved = {"capture": 1250, "refund": back}
    for kind, amount in moved.items():
        if amount:
            sides = ("provider", "customer")[:: 1 if kind == "capture" else -1]
            LedgerEntry.objects.create(
                key=f"{kind}:{reference}",
                kind=kind,
                debit=sides[0],
                credit=sides[1],
                amount=amount,
                currency="EUR",
                booking=booking,
                payment=payment,
            )
    return payment


def in_the_bank(name: str, captured: int, refunded: int = 0) -> dict[str, Any]:
    return {"id": name, "captured": captured, "refunded": refunded, "currency": "eur"}


def failures(evidence: Evidence) -> set[str]:
    return {verdict.name for verdict in judge_all(evidence) if verdict.violations}


def test_equal_books_pass(evidence: Evidence) -> None:
    assert failures(evidence) == set()


@pytest.mark.parametrize(
    "bank",
    [
        [in_the_bank("pi_1", 1250), in_the_bank("pi_2", 1250, 1249)],
        [in_the_bank("pi_1", 1251), in_the_bank("pi_2", 1250, 1250)],
        [in_the_bank("pi_2", 1250, 1250)],
        [
            in_the_bank("pi_1", 1250),
            in_the_bank("pi_2", 1250, 1250),
            in_the_bank("pi_3", 1, 1),
        ],
    ],
)
def test_a_cent_that_only_one_side_has_is_found(
    evidence: Evidence, bank: list[dict[str, Any]]
) -> None:
    evidence.bank = bank
    assert failures(evidence) == {"the_banks_money_is_ours"}


def test_a_bank_that_nobody_used_is_found(world: World) -> None:
    evidence = world.evidence()
    evidence.bank = []
    assert failures(evidence) == {"money_has_moved"}


def test_a_refund_that_is_left_is_found(evidence: Evidence) -> None:
    Refund.objects.update(status="stuck")
    assert failures(evidence) == {"all_refunds_have_arrived"}


def test_what_the_programs_own_proof_finds_is_found(evidence: Evidence) -> None:
    evidence.ledger = "Booking REF0000003: 1 came"
    assert failures(evidence) == {"the_books_are_proven"}


def test_money_that_the_ledger_does_not_have_is_found(evidence: Evidence) -> None:
    Payment.objects.filter(reference="pi_2").update(refunded=0, refunding=1250)
    evidence.bank = [in_the_bank("pi_1", 1250), in_the_bank("pi_2", 1250)]
    assert failures(evidence) == {"the_ledger_has_every_payment", "money_has_moved"}


def test_money_that_is_kept_for_nothing_is_found(evidence: Evidence) -> None:
    booking = Booking.objects.get(reference="REF0000003")
    pay(booking, "pi_3")
    evidence.bank = [*(evidence.bank or ()), in_the_bank("pi_3", 1250)]
    assert failures(evidence) == {"no_money_is_kept_for_nothing"}


def test_an_online_booking_that_is_confirmed_without_money_is_found(
    world: World, evidence: Evidence
) -> None:
    booking = world.book("bob", "B2")
    Booking.objects.filter(pk=booking.pk).update(pay_until=timezone.now(), paid_at=timezone.now())
    assert failures(evidence) == {"what_is_sold_online_is_paid"}


def test_a_seat_that_is_kept_for_nobody_is_found(world: World, evidence: Evidence) -> None:
    Seat.objects.filter(label="B5").update(
        status="kept", kept_for=4711, held_until=timezone.now() + timedelta(minutes=9)
    )
    assert failures(evidence) == {"no_seat_is_kept_for_nobody"}


def test_an_unpaid_booking_owns_its_seats_until_the_next_lapse(
    world: World, evidence: Evidence
) -> None:
    world.records[-1].asked["pay"] = "online"
    lapse = Fault(
        name="holds lapse",
        started=world.now + 1,
        healed=world.now + 2,
        served=world.now + 2,
        excuses=False,
    )
    world.faults.append(lapse)
    world.now += 3
    again = world.acknowledge("bob", Booking.objects.get(reference="REF0000003"))
    again.answer["reference"] = "REF0000009"
    assert "no_seat_is_sold_twice" not in failures(evidence)
    world.faults.clear()
    assert "no_seat_is_sold_twice" in failures(evidence)
