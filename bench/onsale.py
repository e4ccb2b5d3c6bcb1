"""An on-sale: far more customers than seats, all at once. `make bench-onsale`

10,000 customers want one of 300 seats of a show, over 200 connections; then 1,000 customers want
four adjacent seats of one of ten shows. Exactly what there was is sold, nobody gets it twice, no
answer is a fault; exits with 1 otherwise, or when it takes too long.
"""

import argparse
import subprocess
import sys
from typing import Any

import psycopg

from bench import measure, servers

MOST_SECONDS = 30.0
MOST_P50_MS = 1000.0
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
    """An empty cinema with 11 shows of 300 seats, and 10,000 customers."""
    url = servers.database("onsale")
    env = servers.environment(url)
    servers.manage(env, "migrate", "--no-input", "-v", "0")
    world = servers.WORK_DIR / "onsale.json"
    size = ["--shows", "11", "--users", "10001", "--clients", "10000", "--empty", "15", "20"]
    command = [sys.executable, "-m", "bench.data", str(world), *size]
    subprocess.run(command, cwd=servers.BASE_DIR, env=env, check=True)
    return url


def faults(url: str) -> list[str]:
    """What must not be, and is."""
    with psycopg.connect(url) as connection:
        return [name for name, query in FAULTS.items() if connection.execute(query).fetchone()]


def sold(url: str) -> list[int]:
    """How many seats of each show are sold."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT count(*) FILTER (WHERE status = 'booked') FROM shows_seat"
            " GROUP BY show_id ORDER BY show_id"
        ).fetchall()
    return [count for (count,) in rows]


def wrong(found: dict[str, Any], name: str) -> list[str]:
    """What is to be said against a rush."""
    said = [f"{name}: {text} ({times} times)" for text, times in found["wrong"].items()]
    if found["seconds"] > MOST_SECONDS:
        said.append(f"{name} took {found['seconds']:.1f} s")
    if found["p50_ms"] > MOST_P50_MS:
        said.append(f"{name}: p50 was {found['p50_ms']:.0f} ms")
    return said


def main() -> int:
    """Both rushes, and the count afterwards."""
    argparse.ArgumentParser(prog="python -m bench.onsale", description=__doc__).parse_args()
    servers.WORK_DIR.mkdir(parents=True, exist_ok=True)
    url = prepare()
    said: list[str] = []
    with (
        servers.gunicorn("core.wsgi:application", servers.environment(url)) as server,
        measure.generator(servers.WORK_DIR / "onsale.json") as load,
    ):
        for name in ("rush", "families"):
            found = load.play(server, name, 200, 120)
            print(
                f"{name}: {found['requests']} requests in {found['seconds']:.1f} s, "
                f"p50 {found['p50_ms']:.0f} ms, p99 {found['p99_ms']:.0f} ms, {found['statuses']}"
            )
            said += wrong(found, name)
    counts = sold(url)
    print("sold:", counts)
    if counts[0] != 300:
        said.append(f"{counts[0]} seats of 300 were sold")
    said += faults(url)
    print("\n".join(said) or "Everything that was wanted was sold once, and nothing went wrong.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
