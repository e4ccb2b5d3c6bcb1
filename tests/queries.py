"""Counts queries, without those that control transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextmanager
def queries_at_most(most: int) -> Iterator[None]:
    """Fails if the block makes more queries, and lists them."""
    with CaptureQueriesContext(connection) as captured:
        yield
    asked = [q["sql"] for q in captured if not q["sql"].startswith(CONTROL)]
    assert len(asked) <= most, "\n".join([f"{len(asked)} queries:", *asked])
