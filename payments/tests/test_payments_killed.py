"""A payment is exact though its web process is killed while it starts, and the database while its
money arrives."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection

from bookings.booking import book_seats
from bookings.models import Booking
from bookings.order import Order
from lab.fake_stripe.running import Process
from payments import events, starting
from payments.connecting import connect_account
from payments.models import LedgerEntry, Payment, Refund
from payments.tests.conftest import SELLER
from payments.tests.stripe_world import SECRET
from shows.models import Show
from theaters.models import Theater
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
STARTS = r"POST /v1/payment_intents$"
WAITS = """
SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


@pytest.fixture
def bank(tmp_path: Path, settings: Any) -> Iterator[Process]:
    running = Process(tmp_path / "journal.jsonl")
    running.start()
    settings.STRIPE_API = running.url
    yield running
    running.kill()


@pytest.fixture
def booking(bank: Process, show: Show, alice: User) -> Booking:
    """Alice's booking of A1, which has to be paid."""
    theater = show.screen.theater_id
    secrets = {"secret_key": "sk_test_of_the_killed", "webhook_secret": SECRET}
    connect_account(theater_id=theater, provider="stripe", secrets=secrets)
    Theater.objects.filter(pk=theater).update(pays="online", **SELLER)
    order = Order(show.pk, ["A1"], pay="online")
    made: Booking = Booking.objects.get(pk=book_seats(user_id=alice.pk, order=order))
    return made


def database_url() -> str:
    url = urlsplit(django_settings.DATABASE_URL)
    return url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def web_process(booking: Booking) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "payments.tests.start_worker", str(booking.pk)],
        env=os.environ | {"DATABASE_URL": database_url(), "STRIPE_API": django_settings.STRIPE_API},
    )


def until(is_so: Any) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def start(booking: Booking) -> Payment:
    return starting.start_payment(
        booking=booking, provider="stripe", flow="sheet", return_url="https://a.example/"
    ).payment


def assert_paid_once(bank: Process, booking: Booking) -> None:
    booking.refresh_from_db()
    assert (booking.status, Refund.objects.count()) == ("confirmed", 0)
    assert LedgerEntry.objects.filter(kind="capture").count() == 1
    (there,) = bank.control("totals")["payments"]
    assert there["captured"] == Payment.objects.get().captured > 0


@pytest.mark.parametrize("moment", ["slow", "timeout_after"])
def test_who_starts_again_after_the_web_process_was_killed_pays_once(
    bank: Process, booking: Booking, moment: str
) -> None:
    """It is killed before the bank has made the payment, or before it has told."""
    bank.fault(moment, STARTS, times=1, seconds=2)
    killed = web_process(booking)
    until(Payment.objects.exists)
    if moment == "timeout_after":
        until(lambda: bank.control("totals")["payments"])
    killed.kill()
    killed.wait()
    assert Payment.objects.get().reference is None
    payment = start(booking)
    bank.control("pay", target=payment.reference)
    events.look_at_payment(payment.pk)
    assert_paid_once(bank, booking)


def test_who_pays_though_we_were_killed_before_we_knew_is_found(
    bank: Process, booking: Booking
) -> None:
    """The customer has the page already; the program never learned its name, and no event came."""
    bank.fault("timeout_after", STARTS, times=1, seconds=2)
    killed = web_process(booking)
    until(lambda: bank.control("totals")["payments"])
    killed.kill()
    killed.wait()
    (there,) = bank.control("totals")["payments"]
    bank.control("pay", target=there["id"])
    events.look_at_payment(Payment.objects.get().pk)
    assert_paid_once(bank, booking)


def test_money_arrives_though_the_database_ends_the_connection_on_the_way(
    bank: Process, booking: Booking
) -> None:
    """Its transaction waits for the booking when its backend goes, as in a restart."""
    payment = start(booking)
    bank.control("pay", target=payment.reference)
    with psycopg.connect(database_url()) as rival:
        rival.execute("SELECT FROM bookings_booking FOR NO KEY UPDATE")
        with ThreadPoolExecutor(1) as worker:
            looked = worker.submit(looks_alone, payment.pk)
            with psycopg.connect(database_url(), autocommit=True) as admin:
                until(lambda: admin.execute(WAITS).fetchone())
                admin.execute(f"SELECT pg_terminate_backend(pid) FROM ({WAITS}) waiting".encode())
            with pytest.raises(OperationalError):
                looked.result()
    assert not LedgerEntry.objects.exists()
    events.look_at_payment(payment.pk)
    assert_paid_once(bank, booking)


def looks_alone(payment_id: int) -> None:
    """Looks on a connection of this thread."""
    try:
        events.look_at_payment(payment_id)
    finally:
        connection.close()
