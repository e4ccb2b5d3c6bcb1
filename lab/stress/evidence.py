"""What checks may use: the history, the database through plain SQL, mails, logs, faults."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from psycopg.rows import dict_row

from lab.stress.history import Fault, Mail, Record


@dataclass(kw_only=True)
class Evidence:
    """All that checks may use. `logs` are the lines that the program wrote."""

    history: list[Record]
    connection: psycopg.Connection[Any]
    faults: list[Fault] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    logs: Iterable[str] = ()
    database_log: Iterable[str] = ()
    bank: list[dict[str, Any]] | None = None
    """What the bank's own books say of each payment, if there is a bank."""
    ledger: str = ""
    """What the program's own proof of the books finds wrong."""

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of an SQL query."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode()).fetchall()

    @cached_property
    def kinds(self) -> dict[str, list[Record]]:
        """The history by kind, each in the order in which its requests started."""
        found: dict[str, list[Record]] = defaultdict(list)
        for record in sorted(self.history, key=lambda record: record.started):
            found[record.kind].append(record)
        return found

    @cached_property
    def bookings(self) -> dict[str, dict[str, Any]]:
        """The stored bookings by reference, each with its tickets."""
        found = {row["reference"]: {**row, "tickets": []} for row in self.rows(BOOKINGS)}
        for ticket in self.rows(TICKETS):
            found[ticket["reference"]]["tickets"].append(ticket)
        return found

    @cached_property
    def shows(self) -> dict[int, dict[str, Any]]:
        return {row["id"]: row for row in self.rows(SHOWS)}

    @cached_property
    def users(self) -> dict[str, dict[str, Any]]:
        return {row["email"]: row for row in self.rows("SELECT id, email, role FROM users_user")}


BOOKINGS = """
SELECT booking.reference, booking.show_id AS show, booking.status, booking.total::text AS total,
       customer.email AS customer,
       booking.pay_until IS NOT NULL AS is_online,
       booking.pay_until IS NOT NULL AND booking.paid_at IS NULL AS is_unpaid,
       extract(epoch FROM booking.created_at)::float8 AS created_at
FROM bookings_booking booking JOIN users_user customer ON customer.id = booking.user_id
"""
TICKETS = """
SELECT booking.reference, ticket.label, ticket.category, ticket.price::text AS price,
       ticket.status, ticket.code
FROM bookings_ticket ticket JOIN bookings_booking booking ON booking.id = ticket.booking_id
ORDER BY ticket.id
"""
SHOWS = """
SELECT show.id, show.status, show.screen_id AS screen,
       extract(epoch FROM show.starts_at)::float8 AS starts_at, owner.email AS owner,
       (SELECT count(*) FROM shows_seat seat WHERE seat.show_id = show.id) AS seats
FROM shows_show show
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
JOIN users_user owner ON owner.id = theater.owner_id
"""

Check = Callable[[Evidence], Iterator[str]]


class Register(dict[str, Check]):
    """Checks by name; a check has the name of its function, and its docstring is the promise."""

    def __call__(self, check: Check) -> Check:
        self[check.__name__] = check
        return check
