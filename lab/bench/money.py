"""`python -m lab.bench.money`: holds and bookings beside statements of the release before money.

In one run on one schema, by turns: the former statement, itself again (A/A: what differs there is
noise), and today's. Each in a transaction that first locks the user's row. What a turn has changed
is undone outside of its time. Exits with 1 if a floor is missed. It needs an idle machine.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FORMER = ROOT / "tests" / "upgrade"
NAME = "moviebooking_bench_money"
TURNS = int(os.environ.get("TURNS", "400"))
SEATS = ["A1", "A2", "A3"]
FLOORS = {"hold": 0.95, "booking at the counter": 0.90}


def main() -> int:
    """Make a database, measure in it, and remove it."""
    os.environ["DEVELOPMENT"] = "true"
    from core.embedded.cluster import embedded_url

    url = embedded_url(ROOT / "var" / "bench-postgres")
    os.environ["DATABASE_URL"] = url.rpartition("/")[0] + f"/{NAME}"
    import psycopg

    drop = f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)".encode()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(drop)
        server.execute(f"CREATE DATABASE {NAME}".encode())
    try:
        return _measure()
    finally:
        from django.db import connection

        connection.close()
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(drop)


def _measure() -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    world = World()
    print(f"load {Path('/proc/loadavg').read_text().split()[0]}, {TURNS} turns each")
    ratios = world.hold() | world.book() | world.pay()
    missed = [name for name, floor in FLOORS.items() if ratios[name] < floor]
    print(f"missed: {', '.join(missed)}" if missed else "All floors are reached.")
    return 1 if missed else 0


class World:
    """A show, its customer, and the statements."""

    def __init__(self) -> None:
        from django.db import connection

        from lab.bench.money_world import make

        made = make()
        self.user, self.show, self.theater = made.user, made.show, made.theater
        connection.ensure_connection()
        self.run = connection.cursor
        with self.run() as cursor:  # a disk's waits say nothing of a statement
            cursor.execute("SET synchronous_commit = off")

    def hold(self) -> dict[str, float]:
        from shows.holding import HOLD_EXACTLY

        old = (FORMER / "hold.sql").read_text()
        values = {**HOLD, "user": self.user, "show": self.show, "labels": SEATS}
        ways = {"former": old, "again": old, "now": HOLD_EXACTLY}
        turns = {name: self._turn(text, lambda: values) for name, text in ways.items()}
        return _ratio("hold", turns, self._undo)

    def book(self) -> dict[str, float]:
        from bookings.booking import new_reference
        from bookings.taking import BOOK, NOT_QUOTED

        old = (FORMER / "book.sql").read_text()
        ways = {"former": old, "again": old, "now": BOOK}
        turns = {
            name: self._turn(
                text,
                lambda: {**BOOKING, **NOT_QUOTED, **self._who(), "reference": new_reference()},
            )
            for name, text in ways.items()
        }
        return _ratio("booking at the counter", turns, self._undo)

    def pay(self) -> dict[str, float]:
        """Book online and pay with the demo bank, beside a booking by the former statement."""
        from bookings.booking import book_seats, new_reference
        from bookings.order import Order
        from lab.bench.money_world import sell_online
        from payments.arriving import Arrival, take_money
        from payments.models import Payment
        from theaters.models import Theater

        account = sell_online(self.theater)

        def paid() -> None:
            order = Order(self.show, SEATS, pay="online")
            booking = book_seats(user_id=self.user, order=order)
            made = Payment.objects.create(
                booking_id=booking, account=account, provider="demo", amount=3750, currency="EUR"
            )
            take_money(Arrival(made.pk, 3750, "EUR"))

        old = self._turn(
            (FORMER / "book.sql").read_text(),
            lambda: {**BOOKING, **self._who(), "reference": new_reference()},
        )
        found = _ratio("booking + demo payment", {"former": old, "now": paid}, self._undo)
        Theater.objects.filter(pk=self.theater).update(pays="counter")
        return found

    def _who(self) -> dict[str, Any]:
        who = {"user": self.user, "customer": self.user}
        return who | {"show": self.show, "labels": SEATS}

    def _turn(self, text: str, values: Callable[[], Mapping[str, Any]]) -> Callable[[], None]:
        from django.db import transaction

        from shows.customers import lock_customer

        def turn() -> None:
            with transaction.atomic(), self.run() as cursor:
                lock_customer(user_id=self.user, show_id=self.show)
                cursor.execute(text, values())
                assert cursor.fetchall()

        return turn

    def _undo(self) -> None:
        with self.run() as cursor:
            cursor.execute(UNDO)


def _ratio(
    title: str, turns: Mapping[str, Callable[[], None]], undo: Callable[[], None]
) -> dict[str, float]:
    """Print and return how fast the turns are beside the former one, by the medians."""
    times: dict[str, list[float]] = {name: [] for name in turns}
    names = list(turns)
    for number in range(TURNS + 20):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            started = time.perf_counter()
            turns[name]()
            times[name].append(time.perf_counter() - started)
            undo()
    middle = {name: median(each[20:]) for name, each in times.items()}
    found = {name: middle["former"] / each for name, each in middle.items()}
    control = f", A/A {found['again']:.3f}" if "again" in found else ""
    print(
        f"{title:24} {found['now']:.3f} of the former speed{control}"
        f" ({middle['former'] * 1e6:,.0f} and {middle['now'] * 1e6:,.0f} µs)"
    )
    return {title: found["now"]}


HOLD: dict[str, Any] = {
    "sells": False,
    "address": "192.0.2.1",
    "network": "192.0.2.1",
    "network_factor": 10,
    "address_factor": 10,
    "address_seats": 60,
    "address_share": 0.2,
    "most_shows": 4,
    "lasts": timedelta(minutes=8),
    "lasts_at_most": timedelta(minutes=16),
}
BOOKING: dict[str, Any] = {
    "total": None,
    "most_tickets": 1000,
    "most_unverified": None,
    "sold_by": None,
    "sells": False,
    "pay": "counter",
    "contact_name": "",
    "contact_email": "",
    "language": "",
    "most_pending": 3,
    "lasts_at_most": timedelta(minutes=16),
}
UNDO = """
UPDATE shows_seat SET status = 'available', held_by_id = NULL, held_since = NULL,
  held_until = NULL, kept_for = NULL WHERE status <> 'available';
SET session_replication_role = replica;
DELETE FROM payments_ledgerentry; DELETE FROM payments_receipt; DELETE FROM payments_payment;
DELETE FROM bookings_ticket; DELETE FROM bookings_booking; DELETE FROM shows_holdchain;
DELETE FROM procrastinate_events; DELETE FROM procrastinate_jobs;
SET session_replication_role = DEFAULT;
"""

if __name__ == "__main__":
    sys.exit(main())
