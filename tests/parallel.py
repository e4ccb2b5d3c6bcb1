"""Real parallel calls: a thread, and so a database connection, for each."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
MOST = 64
_threads = ThreadPoolExecutor(MOST)


def at_once(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Starts all calls at the same time, each on its own connection; returns the results in order.

    The threads keep their connections until `hang_up`.
    """
    calls = list(calls)
    barrier = Barrier(len(calls))

    def start(call: Callable[[], T]) -> T:
        connection.ensure_connection()
        barrier.wait()
        return call()

    return list(_threads.map(start, calls))


def hang_up() -> None:
    """Closes the connections of all threads; call it before the database is dropped."""
    barrier = Barrier(MOST)

    def close(_: int) -> None:
        barrier.wait()  # a thread that waits takes no second call: each gets one
        connection.close()

    list(_threads.map(close, range(MOST)))
