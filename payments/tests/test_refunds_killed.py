"""Refunds are exact though their workers are killed, and Stripe is slow, lying and lost."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection

from bookings.booking import book_seats
from bookings.cancelling import cancel_booking
from bookings.models import Booking, Ticket
from bookings.order import Order
from lab.fake_stripe.running import Process
from payments import events, starting
from payments.connecting import connect_account
from payments.models import Refund
from payments.tests.conftest import SELLER
from payments.tests.stripe_world import SECRET
from shows.models import Show
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
BOOKINGS = 16
KEY = "sk_test_of_the_killed"
REFUNDS = r"POST /v1/refunds$"
FAULTS = [
    {"kind": "reset_after", "path": REFUNDS, "rate": 0.2},
    {"kind": "error_after", "path": REFUNDS, "rate": 0.2},
    {"kind": "error_before", "path": REFUNDS, "rate": 0.1},
    {"kind": "lost", "path": REFUNDS, "rate": 0.1},
    {"kind": "slow", "path": REFUNDS, "rate": 0.3, "seconds": 0.2},
]


@pytest.fixture
def bank(tmp_path: Path, settings: Any) -> Iterator[Process]:
    running = Process(tmp_path / "journal.jsonl")
    running.start()
    settings.STRIPE_API = running.url
    settings.TICKETS_OF_A_SHOW_AT_MOST = 2 * BOOKINGS
    yield running
    running.kill()


@pytest.fixture
def due(bank: Process, show: Show, alice: User) -> list[Refund]:
    """Of each of Alice's paid bookings one ticket of two is to be paid back."""
    theater = show.screen.theater_id
    secrets = {"secret_key": KEY, "webhook_secret": SECRET}
    connect_account(theater_id=theater, provider="stripe", secrets=secrets)
    Theater.objects.filter(pk=theater).update(pays="online", **SELLER)
    for number in range(BOOKINGS):
        row, column = "ABCDEFGH"[number // 5], 2 * (number % 5) + 1
        labels = [f"{row}{column}", f"{row}{column + 1}"]
        order = Order(show.pk, labels, pay="online")
        booking = Booking.objects.get(pk=book_seats(user_id=alice.pk, order=order))
        begun = starting.start_payment(
            booking=booking, provider="stripe", flow="sheet", return_url="https://a.example/"
        )
        bank.control("pay", target=begun.payment.reference)
        events.look_at_payment(begun.payment.pk)
        code = Ticket.objects.filter(booking=booking).latest("pk").code
        cancel_booking(user=alice, reference=booking.reference, tickets=[code])
    return list(Refund.objects.all())


def worker(*words: str) -> "subprocess.Popen[bytes]":
    url = urlsplit(django_settings.DATABASE_URL)
    database = url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return subprocess.Popen(
        [sys.executable, "-m", "payments.tests.refund_worker", *words],
        env=os.environ | {"DATABASE_URL": database, "STRIPE_API": django_settings.STRIPE_API},
        stderr=subprocess.DEVNULL,
    )


def given_back(bank: Process) -> list[tuple[int, int]]:
    """Returns of each payment what was captured and what was refunded, as the bank has it."""
    payments = bank.control("totals")["payments"]
    return [(each["captured"], each["refunded"]) for each in payments]


def kill_after(bank: Process, workers: "list[subprocess.Popen[bytes]]", refunds: int) -> None:
    """Kills the workers once the bank has made so many refunds, or they have ended."""
    while any(each.poll() is None for each in workers):
        if sum(refunded > 0 for _, refunded in given_back(bank)) >= refunds:
            break
        time.sleep(0.01)
    for each in workers:
        each.kill()
        each.wait()


def test_each_is_given_once_though_its_worker_and_the_bank_are_killed(
    bank: Process, due: list[Refund]
) -> None:
    assert len(due) == BOOKINGS
    bank.control("faults", faults=FAULTS)
    for refunds in (3, 8):
        kill_after(bank, [worker(), worker()], refunds)
    bank.kill()
    bank.start()
    bank.control("faults", faults=FAULTS)
    assert worker().wait(120) == 0
    assert set(Refund.objects.values_list("status", flat=True)) == {"succeeded"}
    assert given_back(bank) == [(amount, amount // 2) for amount, _ in given_back(bank)]
    total = sum(Refund.objects.values_list("amount", flat=True))
    assert sum(refunded for _, refunded in given_back(bank)) == total


def test_with_a_new_key_for_each_call_some_are_given_twice(
    bank: Process, due: list[Refund]
) -> None:
    bank.control("faults", faults=[{"kind": "reset_after", "path": REFUNDS, "rate": 0.5}])
    worker("--new-keys").wait(120)
    assert any(refunded > captured // 2 for captured, refunded in given_back(bank))
