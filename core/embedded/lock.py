"""Who may start or stop a cluster: one at a time, and who waits looks whether it is done."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.embedded.probe import find_server

_PATIENCE_SECONDS = 90


class DatabaseUnavailable(Exception):
    """There is no database to connect to; the message says why and what to do."""


@contextmanager
def lock_file(home: Path) -> Iterator[int]:
    """Return the open lock of the cluster, not taken yet."""
    lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield lock
    finally:
        os.close(lock)


def take(lock: int) -> bool:
    """Take the lock if it is free, and say so. It is handed on to the processes that inherit it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for_turn(home: Path, lock: int) -> bool:
    """Say whether the caller is to start the server (it then holds the lock) or it is ready."""
    attempts = until_patience_ends(home)
    while not take(lock):
        server = find_server(home)
        if server and server.is_ready:
            return False
        next(attempts)
    return True


def until_patience_ends(home: Path) -> Iterator[None]:
    """Time for one more try after another, then raise `DatabaseUnavailable`."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        yield
        time.sleep(0.02)
    raise DatabaseUnavailable(
        f"PostgreSQL in {home} neither answers nor ends; see {home / 'server.log'}, end its "
        f"processes and try again."
    )
