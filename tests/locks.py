"""A concurrent transaction that holds locks for which a test's call must not wait."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def locked(statement: str, **values: Any) -> Iterator[None]:
    """Keeps a transaction open that has executed the statement; waiting for a lock fails after a
    tenth of a second. Needs `django_db(transaction=True)`."""
    parameters: Mapping[str, Any] = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**parameters) as other:
        other.execute(statement, values)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        other.rollback()
