"""Reading rows where plain SQL says it best."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def rows_of(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows that a statement returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
