"""`make bench-onsale`: an on-sale with far more customers than seats, all at once.

10,000 customers want one of 300 seats of a show, over 200 connections; then 1,000 customers want
four adjacent seats of one of ten shows. All seats must be sold, none twice, and no answer may be an
error; exits with 1 otherwise, or if it is slow compared with the constant view, which is measured
over as many connections before and after.
"""

import argparse
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import psycopg

from lab.bench import measure, servers

PROGRAM = "core.wsgi:application"
CONNECTIONS = 200
PATIENCE = 600.0
LEAST_OF_THE_CONSTANT = 0.08
MOST_P50_OF_THE_CONSTANT = 20.0
FAULTS = {
    "a seat with two valid tickets": """
        SELECT seat_id FROM bookings_ticket WHERE status = 'valid' AND seat_id IS NOT NULL
        GROUP BY seat_id HAVING count(*) > 1""",
    "a booked seat without a ticket, or a ticket without its seat": """
        SELECT seat.id FROM shows_seat seat
        LEFT JOIN bookings_ticket ticket ON ticket.seat_id = seat.id AND ticket.status = 'valid'
        WHERE (seat.status = 'booked') <> (ticket.id IS NOT NULL)""",
    "a booking of other than four seats": """
        SELECT booking_id FROM bookings_ticket JOIN bookings_booking booking
          ON booking.id = booking_id WHERE booking.show_id <> (SELECT min(id) FROM shows_show)
        GROUP BY booking_id HAVING count(*) <> 4""",
}


def prepare() -> str:
    """Make a database with 11 empty shows of 300 seats and 10,000 customers; return its URL."""
    url = servers.database("onsale")
    env = servers.environment(url)
    servers.deploy(env)
    world = servers.WORK_DIR / "onsale.json"
    size = ["--shows", "11", "--users", "10001", "--clients", "10000", "--empty", "15", "20"]
    command = [sys.executable, "-m", "lab.bench.data", str(world), *size]
    subprocess.run(command, cwd=servers.BASE_DIR, env=env, check=True)
    return url


def faults(url: str) -> list[str]:
    """Return which invariants are violated."""
    with psycopg.connect(url) as connection:
        return [name for name, query in FAULTS.items() if connection.execute(query).fetchone()]


def sold(url: str) -> list[int]:
    """Return how many seats of each show are sold."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT count(*) FILTER (WHERE status = 'booked') FROM shows_seat"
            " GROUP BY show_id ORDER BY show_id"
        ).fetchall()
    return [count for (count,) in rows]


def ratios(found: dict[str, Any], constants: list[Mapping[str, Any]]) -> tuple[float, float]:
    """Return requests a second and the median latency as multiples of the constant view's."""
    control = measure.summary(constants)
    return found["rate"] / control["rate"], found["p50_ms"] / control["p50_ms"]


def wrong(found: dict[str, Any], name: str, rate: float, p50: float) -> list[str]:
    """Return what was wrong with a rush."""
    said = [f"{name}: {text} ({times} times)" for text, times in found["wrong"].items()]
    if rate < LEAST_OF_THE_CONSTANT:
        said.append(f"{name}: {rate:.3f} of the constant, below {LEAST_OF_THE_CONSTANT}")
    if p50 > MOST_P50_OF_THE_CONSTANT:
        said.append(f"{name}: p50 was {p50:.0f} times that of the constant")
    return said


def main() -> int:
    """Play both rushes, and check the result."""
    argparse.ArgumentParser(prog="python -m lab.bench.onsale", description=__doc__).parse_args()
    servers.WORK_DIR.mkdir(parents=True, exist_ok=True)
    url = prepare()
    said: list[str] = []
    with (
        servers.gunicorn(PROGRAM, servers.environment(url)) as server,
        servers.gunicorn(PROGRAM, servers.environment(url, "lab.bench.limits.settings")) as idle,
        measure.generator(servers.WORK_DIR / "onsale.json") as load,
    ):
        load.play(idle, "constant", CONNECTIONS, 0.5)
        for name in ("rush", "families"):
            before = load.play(idle, "constant", CONNECTIONS, 2)
            found = load.play(server, name, CONNECTIONS, PATIENCE)
            after = load.play(idle, "constant", CONNECTIONS, 2)
            rate, p50 = ratios(found, [before, after])
            print(
                f"{name}: {found['requests']} requests in {found['seconds']:.1f} s, "
                f"p50 {found['p50_ms']:.0f} ms, p99 {found['p99_ms']:.0f} ms, {found['statuses']}; "
                f"{rate:.3f} of the constant, whose p50 times {p50:.1f}"
            )
            said += wrong(found, name, rate, p50)
    counts = sold(url)
    print("sold:", counts)
    if counts[0] != 300:
        said.append(f"{counts[0]} seats of 300 were sold")
    said += faults(url)
    print("\n".join(said) or "Everything that was wanted was sold once, and nothing went wrong.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
