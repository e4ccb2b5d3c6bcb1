"""Connections to PostgreSQL on which no wait is without end.

A server that is stopped, or a network that swallows what is sent, answers neither yes nor no: the
kernel at the other end still acknowledges, so no timeout of TCP fires, and `statement_timeout` runs
where nothing runs. Processes that serve call `wait_at_most` once; other commands wait as long as
it takes, for a migration or a bulk load may have long statements.
"""

from datetime import timedelta
from typing import Any, ClassVar

import psycopg
from psycopg import _queries, errors

LOOK_UP_EVERY_SECONDS = 0.1

# psycopg finds the placeholders of a statement anew each time if it has more than 4,096 bytes. The
# one that books has twice as many, and none here is written by a program.
_queries.MAX_CACHED_STATEMENT_LENGTH = 16 * 1024


class Silent(psycopg.OperationalError):
    """The database was asked and has not answered in time; nobody knows what became of it.

    The connection is closed, so that an answer that is late is not taken for that to a later
    statement.
    """

    def __init__(self) -> None:
        super().__init__(f"no answer from the database within {_Patience.seconds} s")


class Outdated(psycopg.OperationalError):
    """A column's type has changed since the server planned a prepared statement; nothing was done.

    The connection is closed, and its prepared statements with it: they would fail again.
    """

    def __init__(self) -> None:
        super().__init__("a migration has changed what the prepared statement returns")


def is_outdated(error: psycopg.Error) -> bool:
    """Return whether PostgreSQL's RevalidateCachedQuery refused, whatever the language."""
    return error.diag.source_function == "RevalidateCachedQuery"


class _Patience:
    seconds: ClassVar[float | None] = None


class Connection(_Patience, psycopg.Connection[Any]):
    """A connection for threads; as a pool or Django uses it."""

    changes_seen: ClassVar[int] = 0  # how often one of this process was outdated

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._opened_after = Connection.changes_seen

    @property
    def is_outdated(self) -> bool:
        """Return whether another connection has found its prepared statements outdated."""
        return self._opened_after < Connection.changes_seen

    def wait(
        self, gen: Any, interval: float = LOOK_UP_EVERY_SECONDS, timeout: float | None = None
    ) -> Any:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.seconds)
        except errors._WaitTimeout:  # noqa: SLF001 (what `wait` says it raises)
            self.pgconn.finish()
            raise Silent from None
        except errors.FeatureNotSupported as error:
            if not is_outdated(error):
                raise
            self.pgconn.finish()
            Connection.changes_seen += 1
            raise Outdated from error


class AsyncConnection(_Patience, psycopg.AsyncConnection[Any]):
    """A connection for the worker's event loop."""

    async def wait(
        self,
        gen: Any,
        interval: float = LOOK_UP_EVERY_SECONDS,
        timeout: float | None = None,  # noqa: ASYNC109 (psycopg's signature)
    ) -> Any:
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, self.seconds)
        except errors._WaitTimeout:  # noqa: SLF001 (what `wait` says it raises)
            self.pgconn.finish()
            raise Silent from None
        except errors.FeatureNotSupported as error:
            if not is_outdated(error):
                raise
            self.pgconn.finish()
            raise Outdated from error


def wait_at_most(limit: timedelta | None) -> None:
    """Limit each wait of this process for the database, from now on; it ends with Silent."""
    _Patience.seconds = limit.total_seconds() if limit else None
