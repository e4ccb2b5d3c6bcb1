"""Django's PostgreSQL engine, with a cheaper check whether a connection still lives.

`CONN_HEALTH_CHECKS` asks once per request. Django's `SELECT 1` is a round trip, a fifth of what a
seat map costs. A server that ends, restarts or drops a session says so by writing to or closing the
socket; so a socket on which nothing waits to be read belongs to a connection as good as before.
"""

import select
from typing import Any

from django.db.backends.postgresql import base

from core.postgres.breaker import CircuitBreaker
from core.postgres.connection import Connection

breaker = CircuitBreaker()


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the server only when something waits to be read, and connects through the breaker."""

    connection: Any

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        return breaker.connect(**conn_params)

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed or self.connection.is_outdated:
            return False
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)
