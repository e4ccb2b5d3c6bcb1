"""Somebody else's transaction that holds locks while a test's call runs, and must not wait."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def locked(statement: str, **values: Any) -> Iterator[None]:
    """Within, a transaction has done the statement and stays open, and who waits for a lock is
    refused after a tenth of a second. Needs `django_db(transaction=True)`."""
    parameters: Mapping[str, Any] = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**parameters) as other:
        other.execute(statement, values)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        other.rollback()
