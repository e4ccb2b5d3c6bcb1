"""The release before bookings were paid for is upgraded while it serves, and sells on.

What was sold before is due at the counter, never silently paid.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from bookings.booking import book_seats
from bookings.cancelling import cancel_booking
from bookings.documents import booking_document
from bookings.models import Booking, Ticket
from bookings.order import Order
from payments import proof
from payments.counter import take_at_counter
from payments.models import Payment, Refund
from shows.models import Seat, Show
from tests import databases
from theaters.models import Theater
from users.models import User

HERE = Path(__file__).parent
HOLD, BOOK = ((HERE / name).read_text() for name in ("hold.sql", "book.sql"))
RELEASE = {
    "core": "0005",
    "users": "0007",
    "movies": "0003",
    "theaters": "0004",
    "shows": "0006",
    "bookings": "0002",
    "admin": "0003",
    "sessions": "0001",
}
OVER, TO_COME, CANCELLED = 1, 2, 3
SOLD_BY_THE_OLD = "ZZZZZZZZZZ"
OF_NOW = """
UPDATE shows_show show SET starts_at = starts_at + passed, ends_at = ends_at + passed,
  free_at = free_at + passed
FROM (SELECT statement_timestamp() - created_at FROM shows_show WHERE id = 1) AS since (passed);
UPDATE shows_seat SET held_since = statement_timestamp(),
  held_until = statement_timestamp() + interval '8 minutes' WHERE held_by_id IS NOT NULL;
UPDATE shows_holdchain SET began_at = statement_timestamp(),
  quiet_from = statement_timestamp() + interval '8 minutes';
"""


class OldProcess:
    """Holds and books as the release before did, on a connection of its own."""

    def __init__(self) -> None:
        names = {"HOST": "host", "PORT": "port", "USER": "user", "NAME": "dbname"}
        self.place: Any = {name: connection.settings_dict[key] for key, name in names.items()}
        self.holds = self.lost_plans = 0
        self.connection = self.connected()

    def connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(**self.place, autocommit=True, options="-c lock_timeout=5s")

    def hold(self, user: User, *labels: str) -> list[Any]:
        values = {
            "user": user.pk,
            "show": TO_COME,
            "labels": list(labels),
            "sells": False,
            "address": "192.0.2.1",
            "network": "192.0.2.1",
            "network_factor": 10,
            "address_factor": 1,
            "address_seats": 60,
            "address_share": 0.2,
            "most_shows": 4,
            "lasts": timedelta(minutes=8),
            "lasts_at_most": timedelta(minutes=16),
        }
        return self.connection.execute(HOLD, values).fetchall()

    def book(self, user: User, *labels: str, reference: str) -> int:
        values = {
            "user": user.pk,
            "show": TO_COME,
            "labels": list(labels),
            "total": None,
            "reference": reference,
            "most_tickets": 20,
            "most_unverified": None,
        }
        (_, made, *_), *_ = self.connection.execute(BOOK, values).fetchall()
        return int(made)

    def go_on(self, user: User, stop: Event) -> None:
        """Holds one seat after the other. A plan that no longer fits costs one request."""
        while not stop.is_set():
            for label in ("B3", "B4"):
                try:
                    assert self.hold(user, label)[0]
                    self.holds += 1
                except psycopg.errors.FeatureNotSupported as error:
                    if "cached plan" not in str(error):
                        raise
                    self.lost_plans += 1
                    self.connection.close()
                    self.connection = self.connected()


@pytest.fixture(scope="module")
def old(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[OldProcess]:
    """A process of the release, whose database was upgraded while it held seats for Bob, and which
    then sold him one."""
    name = f"upgraded_{connection.settings_dict['NAME']}"
    with django_db_blocker.unblock(), databases.another(name):
        for app, target in RELEASE.items():
            call_command("migrate", app, target, verbosity=0)
        call_command("migrate", "procrastinate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute((HERE / "release.sql").read_text())
            cursor.execute("SET session_replication_role = DEFAULT")
            cursor.execute(OF_NOW)
        process, stop = OldProcess(), Event()
        bob = User(pk=4)
        with ThreadPoolExecutor(1) as aside:
            served = aside.submit(process.go_on, bob, stop)
            call_command("migrate", verbosity=0)
            stop.set()
            served.result()
        process.hold(bob, "C1")
        process.book(bob, "C1", reference=SOLD_BY_THE_OLD)
        process.connection.close()
        yield process


@pytest.fixture
def upgraded(old: OldProcess) -> Iterator[OldProcess]:
    """What a test does is proved and rolled back."""
    with transaction.atomic():
        yield old
        assert proof.faults() == []
        transaction.set_rollback(True)


def test_the_old_process_served_through_it(upgraded: OldProcess) -> None:
    assert upgraded.holds > 2
    assert upgraded.lost_plans <= 3


def test_what_was_sold_is_due_and_nothing_is_paid(upgraded: OldProcess) -> None:
    states = {
        (row["show"]["id"], row["status"], row["payment"]["state"])
        for row in (booking_document(pk) for pk in Booking.objects.values_list("pk", flat=True))
    }
    assert states == {
        (OVER, "confirmed", "due"),
        (TO_COME, "confirmed", "due"),
        (TO_COME, "cancelled", "none"),
        (CANCELLED, "cancelled", "none"),
    }
    assert not Payment.objects.exists()
    assert Theater.objects.get().pays == "counter"
    assert Theater.objects.get().admits_unpaid


def test_seats_and_tickets_are_as_they_were(upgraded: OldProcess) -> None:
    of_show = Seat.objects.filter(show=TO_COME)
    booked = of_show.filter(status="booked").order_by("label")
    assert list(booked.values_list("label", flat=True)) == ["A1", "A2", "B1", "C1"]
    assert of_show.get(label="A3").held_by == User.objects.get(name="Alice")
    valid = Ticket.objects.filter(status="valid", booking__show=TO_COME)
    assert {ticket.label for ticket in valid} == {"A1", "A2", "B1", "C1"}
    assert Show.objects.get(pk=CANCELLED).status == "cancelled"


def test_the_old_process_sold_on_beside_the_new_one(upgraded: OldProcess) -> None:
    bob = User.objects.get(name="Bob")
    sold = Booking.objects.get(reference=SOLD_BY_THE_OLD)
    assert booking_document(sold.pk)["payment"] == {"state": "due", "due": "10.00"}
    assert book_seats(user_id=bob.pk, order=Order(TO_COME, ["C2"]))
    cancel_booking(user=bob, reference=sold.reference)
    assert Seat.objects.get(show=TO_COME, label="C1").status == "available"


def test_what_was_sold_before_can_be_paid_and_given_back(upgraded: OldProcess) -> None:
    olga, alice = User.objects.get(name="Olga"), User.objects.get(name="Alice")
    booking = Booking.objects.get(user=alice, show=TO_COME)
    take_at_counter(user=olga, booking=booking, amount=Decimal("20.00"), method="cash")
    assert booking_document(booking.pk)["payment"]["state"] == "paid"
    cancel_booking(user=olga, reference=booking.reference)
    assert Refund.objects.get().amount == 2000


def test_what_was_sold_before_and_never_paid_gives_nothing_back(upgraded: OldProcess) -> None:
    bob = User.objects.get(name="Bob")
    booking = Booking.objects.get(user=bob, show=TO_COME, tickets__label="B1")
    cancel_booking(user=bob, reference=booking.reference)
    assert not Refund.objects.filter(payment__booking=booking).exists()
