"""A circuit breaker: while one thread tries to connect to a silent database, no other waits."""

from time import monotonic
from typing import Any

import psycopg
from psycopg import errors

from core.postgres.connection import Connection

AGAIN_AFTER_SECONDS = 0.5
LONGEST_TRY_SECONDS = 10


class CircuitOpen(psycopg.OperationalError):
    """The last try to connect timed out, and the next is not due yet or under way."""


class CircuitBreaker:
    """Connects for all threads of a process.

    Each try that times out takes `connect_timeout`. Were every request to find out for itself,
    the few threads would serve one every few seconds and all others would queue without end.
    """

    def __init__(self) -> None:
        self._open_until: float | None = None

    def connect(self, **parameters: Any) -> Connection:
        """Return a new connection. Raises CircuitOpen, or what psycopg's `connect` raises."""
        if self._open_until is not None:
            if monotonic() < self._open_until:
                raise CircuitOpen("the database has just not answered")
            self._open_until = monotonic() + LONGEST_TRY_SECONDS
        try:
            connection = Connection.connect(**parameters)
        except errors.ConnectionTimeout:
            self._open_until = monotonic() + AGAIN_AFTER_SECONDS
            raise
        except psycopg.Error:
            self._open_until = None
            raise
        self._open_until = None
        return connection
