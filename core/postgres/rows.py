"""Plain SQL, where it says best what is to be read or done."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Parameters = Sequence[Any] | Mapping[str, Any] | None


def rows_of(statement: str, parameters: Parameters = None) -> list[tuple[Any, ...]]:
    """Return all rows that a statement returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def execute(statement: str, parameters: Parameters = None) -> int:
    """Run a statement; return how many rows it changed or found."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
