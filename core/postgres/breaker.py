"""Who waits at the door of a database that says nothing: one, while the others are told at once."""

from time import monotonic
from typing import Any

import psycopg
from psycopg import errors

from core.postgres.connection import Connection

AGAIN_AFTER_SECONDS = 0.5
LONGEST_TRY_SECONDS = 10


class Turned(psycopg.OperationalError):
    """The database did not answer the last knock, and the next is not due or under way."""


class Door:
    """Opens connections for all threads of a process.

    Each failure to connect takes `connect_timeout`. Were every request to find out for itself,
    the few threads would serve one every few seconds and all others would queue without end.
    """

    def __init__(self) -> None:
        self._closed_until: float | None = None

    def open(self, **parameters: Any) -> Connection:
        """A new connection. Raises Turned, or what `connect` raises."""
        if self._closed_until is not None:
            if monotonic() < self._closed_until:
                raise Turned("the database has just not answered")
            self._closed_until = monotonic() + LONGEST_TRY_SECONDS
        try:
            connection = Connection.connect(**parameters)
        except errors.ConnectionTimeout:
            self._closed_until = monotonic() + AGAIN_AFTER_SECONDS
            raise
        except psycopg.Error:
            self._closed_until = None
            raise
        self._closed_until = None
        return connection
