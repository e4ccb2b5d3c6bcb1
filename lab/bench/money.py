"""`python -m lab.bench.money`: today's hold and booking beside those of the release before money,
with a control.

Each statement runs in a transaction with the lock of its customer, on one connection and the same
tables, with prepared statements and `synchronous_commit` off, for other customers and shows each
time: the former one, today's, and the former one again, alternating,
so that the third compared with the first says how much of a ratio is noise. Exits with 1 if today's
hold has less than 0.95, or today's booking less than 0.90, of the former one's speed by the median.
"""

import argparse
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from statistics import median
from typing import Any

from lab.bench import servers
from lab.bench.__main__ import say
from lab.bench.growth import prepare

FORMER = servers.BASE_DIR / "tests" / "upgrade"
FLOORS = {"hold": 0.95, "booking": 0.90}
SMALL = ("--shows", "300", "--users", "3000")
RETURN = "https://cinema.example/"
SELLER = {
    "legal_name": "Kino GmbH",
    "legal_address": "1 Main Street, Berlin",
    "terms_url": "https://cinema.example/terms",
    "privacy_url": "https://cinema.example/privacy",
}
UNDO = """
WITH seats AS (
  UPDATE shows_seat SET status = 'available', held_by_id = NULL, held_since = NULL,
    held_until = NULL, kept_for = NULL WHERE show_id = %(show)s AND status <> 'available'
), chains AS (
  DELETE FROM shows_holdchain WHERE show_id = %(show)s
), tickets AS (
  DELETE FROM bookings_ticket USING bookings_booking booking
  WHERE booking_id = booking.id AND booking.show_id = %(show)s
)
SELECT 1
"""
UNDO_BOOKING = "DELETE FROM bookings_booking WHERE show_id = %(show)s"


def held(user: int, show: int, labels: list[str]) -> dict[str, Any]:
    """Returns the parameters of a hold, the same for both."""
    return {
        "user": user,
        "show": show,
        "labels": labels,
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


def booked(user: int, show: int, labels: list[str]) -> dict[str, Any]:
    """Returns the parameters of a booking at the counter, for both."""
    from bookings.booking import new_reference  # once Django is set up

    return {
        "user": user,
        "customer": user,
        "sold_by": None,
        "sells": False,
        "show": show,
        "labels": labels,
        "total": None,
        "pay": None,
        "reference": new_reference(),
        "contact_name": "",
        "contact_email": "",
        "language": "en",
        "most_tickets": 20,
        "most_unverified": None,
        "most_pending": 3,
        "lasts_at_most": timedelta(minutes=16),
    }


def compared(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Returns how many seconds each call of each side took."""
    from django.db import connection, transaction

    from bookings.taking import BOOK_AT_ONCE
    from core.postgres.rows import rows_of
    from shows.customers import lock_customer
    from shows.holding import HOLD_EXACTLY

    with connection.cursor() as cursor:  # a disk's waits say nothing of a statement
        cursor.execute("SET synchronous_commit = off")
    facts = json.loads((servers.WORK_DIR / "money.json").read_text())
    places = itertools.cycle(facts["shows"])
    people = itertools.cycle(users())
    labels = facts["labels"][:3]
    kinds: Mapping[str, tuple[str, str, Callable[..., dict[str, Any]]]] = {
        "hold": ((FORMER / "hold.sql").read_text(), HOLD_EXACTLY, held),
        "booking": ((FORMER / "book.sql").read_text(), BOOK_AT_ONCE, booked),
    }
    found: dict[str, dict[str, list[float]]] = {kind: {} for kind in kinds}
    for number in range(rounds + 20):
        for kind, (former, today, wish) in kinds.items():
            sides = {"former": former, "today": today, "again": f"{former} "}
            order = list(sides)[number % 3 :] + list(sides)[: number % 3]
            for side in order:
                show, user = next(places), next(people)
                values = wish(user, show, labels)
                began = time.perf_counter()
                with transaction.atomic():
                    lock_customer(user_id=user, show_id=show)
                    rows = rows_of(sides[side], values)
                took = time.perf_counter() - began
                assert rows[0][1] is not None, rows
                with connection.cursor() as cursor:
                    cursor.execute(UNDO, {"show": show})
                    cursor.execute(UNDO_BOOKING, {"show": show})
                if number >= 20:  # the first ones make the plans
                    found[kind].setdefault(side, []).append(took)
    return found


def paid(rounds: int) -> dict[str, list[float]]:
    """Returns the seconds of bookings, of those that are then paid at the counter, and of those
    that are then paid at the demo bank, which answers at once."""
    from bookings.booking import book_seats
    from bookings.models import Booking
    from bookings.order import Order
    from payments.counter import take_at_counter
    from payments.events import look_at_payment
    from payments.models import DemoCharge
    from payments.starting import start_payment
    from theaters.models import Theater
    from users.models import User

    facts = json.loads((servers.WORK_DIR / "money.json").read_text())
    shows = itertools.cycle(facts["shows"])
    people, free = itertools.cycle(users()), itertools.cycle(facts["labels"][3:])
    owner = User.objects.get(pk=Theater.objects.values_list("owner", flat=True)[0])
    open_accounts()

    def at_the_counter(booking: Booking) -> None:
        take_at_counter(user=owner, booking=booking, amount=booking.total, method="cash")

    def at_the_demo_bank(booking: Booking) -> None:
        payment = start_payment(
            booking=booking, provider="demo", flow="page", return_url=RETURN
        ).payment
        charge = DemoCharge.objects.filter(payment=payment.pk)
        charge.update(status="captured", captured=payment.amount)
        look_at_payment(payment.pk)

    ways: Mapping[str, tuple[str, Callable[[Booking], None]]] = {
        "booked": ("counter", lambda booking: None),
        "booked and paid at the counter": ("counter", at_the_counter),
        "booked and paid at the demo bank": ("online", at_the_demo_bank),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        show, user = next(shows), next(people)
        for way, (pay, settle) in ways.items():
            began = time.perf_counter()
            made = book_seats(user_id=user, order=Order(show, [next(free)], pay=pay))
            settle(Booking.objects.get(pk=made))
            times[way].append(time.perf_counter() - began)
    return times


def open_accounts() -> None:
    """Lets all theaters be paid at the counter and at the demo bank."""
    from payments.connecting import connect_account
    from theaters.models import Theater

    for theater in Theater.objects.all():
        connect_account(
            theater_id=theater.pk, provider="demo", secrets={"webhook_secret": servers.SECRET}
        )
    Theater.objects.update(pays="both", **SELLER)


def users() -> list[int]:
    """Returns the ids of customers whose address is verified."""
    from users.models import User

    customers = User.objects.filter(role="user", email_verified=True)
    return list(customers.order_by("pk").values_list("pk", flat=True)[:2000])


def main() -> int:
    """Prepares, compares, reports."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.money", description=__doc__)
    parser.add_argument("--rounds", type=int, default=600)
    options = parser.parse_args()
    servers.WORK_DIR.mkdir(parents=True, exist_ok=True)
    url = prepare("money", SMALL)
    os.environ.update(servers.environment(url), DEVELOPMENT="true")  # has a demo bank
    import django
    from django.conf import settings

    django.setup()
    settings.DEBUG = False  # else every statement is kept
    say("prepared")
    missed = 0
    for kind, sides in compared(options.rounds).items():
        middle = {side: median(times) for side, times in sides.items()}
        ratio, noise = (middle["former"] / middle[side] for side in ("today", "again"))
        missed += ratio < FLOORS[kind] * min(1.0, noise)
        before, now = (1e6 * middle[side] for side in ("former", "today"))
        print(
            f"{kind:8} {before:.0f} µs before, {now:.0f} µs today: {ratio:.2f} of its speed", end=""
        )
        print(f" (floor {FLOORS[kind]}; the former one against itself {noise:.2f})")
    times = {way: 1e3 * median(each) for way, each in paid(options.rounds // 3).items()}
    for way, milliseconds in times.items():
        print(f"{milliseconds:5.1f} ms {way}: {milliseconds / times['booked']:.1f} times as long")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
