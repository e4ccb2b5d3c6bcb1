"""Plain SQL, where it says best what is to be read or done."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

Parameters = Sequence[Any] | Mapping[str, Any] | None


def rows_of(statement: str, parameters: Parameters = None) -> list[tuple[Any, ...]]:
    """Return all rows that a statement returns."""
    connection = _connection()
    with connection.wrap_database_errors, _cursor(connection) as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def execute(statement: str, parameters: Parameters = None) -> int:
    """Run a statement; return how many rows it changed or found."""
    connection = _connection()
    with connection.wrap_database_errors, _cursor(connection) as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _connection() -> Any:
    """Return this thread's connection: Django's proxy would look for it at each attribute."""
    return connections[DEFAULT_DB_ALIAS]


def _cursor(connection: Any) -> Any:
    """Return psycopg's own cursor, or Django's if somebody counts or watches what it executes: that
    costs a statement half as much again of the processor's time."""
    if connection.execute_wrappers or connection.queries_logged:
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    return connection.create_cursor()
