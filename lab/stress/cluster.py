"""The database under stress: a durable PostgreSQL of its own, if permitted on small disks."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from core.embedded.cluster import embedded_url, stop
from core.embedded.lock import DatabaseUnavailable

MAX_CONNECTIONS = 60
HANGS_AFTER_SECONDS = 20
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "32MB",
    "min_wal_size": "32MB",
    "max_wal_size": "64MB",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
}
DISKS = {"data": 320, "wal": 192}
"""Sizes in MB of the disks for the data and for the write-ahead log."""


class Cluster:
    """Starts, stops and breaks the PostgreSQL server in a directory, which it clears first."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.has_disks = False
        self._clear()
        self.start()
        if os.geteuid() == 0:
            self._move_to_disks()

    def _clear(self) -> None:
        self.close()
        real = self.home.resolve()
        shutil.rmtree(real, ignore_errors=True)
        if self.home.is_symlink():
            self.home.unlink()

    def start(self) -> float:
        """Start the server, or wait until it accepts connections; return the time at which it did.

        One that hangs is killed, as an operator would do: PostgreSQL 18 has been seen to stay
        neither up nor down after its recovery had found the disk of the write-ahead log full.
        """
        patience = time.monotonic() + HANGS_AFTER_SECONDS
        while True:
            with suppress(DatabaseUnavailable, psycopg.OperationalError):
                if not self.is_running:
                    embedded_url(self.home, max_connections=MAX_CONNECTIONS, settings=SETTINGS)
                with self.connect():
                    return time.time()
            if time.monotonic() > patience:
                patience += HANGS_AFTER_SECONDS
                if self.is_running:
                    self.signal(signal.SIGKILL)
                self.wait_until_down()
            time.sleep(0.2)

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """Return a connection that bypasses the proxy."""
        return psycopg.connect(
            host=str(self.home.resolve()),
            user="postgres",
            dbname="moviebooking",
            connect_timeout=3,
            **options,
        )

    @property
    def socket(self) -> str:
        return str(self.home.resolve() / ".s.PGSQL.5432")

    @property
    def postmaster(self) -> int:
        """Return its process id. Raises FileNotFoundError while it is down."""
        status = self.home / "data" / "postmaster.pid"
        return int(status.read_text().split("\n", 1)[0])

    def signal(self, number: signal.Signals) -> None:
        """Send the postmaster a signal: SIGQUIT is an immediate, SIGINT a fast shutdown."""
        os.kill(self.postmaster, number)

    def wait_until_down(self) -> None:
        """Return once the postmaster has ended."""
        deadline = time.monotonic() + 30
        while self.is_running and time.monotonic() < deadline:
            time.sleep(0.02)

    @property
    def is_running(self) -> bool:
        """Return whether there is a postmaster, ready or not."""
        try:
            os.kill(self.postmaster, 0)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return False
        return True

    def log(self) -> list[str]:
        return (self.home / "server.log").read_text(errors="replace").splitlines()

    def close(self) -> None:
        """Stop the server and unmount the disks."""
        stop(self.home)
        for disk in DISKS:
            path = self.home / disk_name(disk)
            if path.is_mount():
                subprocess.run(["umount", "--lazy", str(path)], check=True)  # noqa: S607

    def _move_to_disks(self) -> None:
        """Move data and log to a tmpfs each, so that either can be filled."""
        stop(self.home)
        owner = self.home.stat()
        places = {"data": self.home / "data", "wal": self.home / "data" / "pg_wal"}
        for disk, size in DISKS.items():
            mount = self.home / disk_name(disk)
            mount.mkdir()
            options = f"size={size}m,uid={owner.st_uid},gid={owner.st_gid},mode=700"
            command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(mount)]
            if subprocess.run(command, check=False, capture_output=True).returncode != 0:
                break
            _move(places[disk], mount / "content")
        else:
            self.has_disks = True
        self.start()

    @contextmanager
    def full_disk(self, disk: str) -> Iterator[None]:
        """Fill the disk to its last byte for the duration of the block."""
        balloon = self.home / disk_name(disk) / "balloon"
        try:
            with suppress(OSError), balloon.open("wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 65536)
            with suppress(OSError), balloon.open("ab", buffering=0) as file:
                while True:
                    file.write(b"x" * 512)
            yield
        finally:
            balloon.unlink(missing_ok=True)


def disk_name(disk: str) -> str:
    return f"{disk}-disk"


def _move(place: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", str(place), str(target)], check=True)  # noqa: S607
    shutil.rmtree(place)
    place.symlink_to(target)
