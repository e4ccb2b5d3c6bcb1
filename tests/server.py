"""The real server, with a switch between it and its database."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

BASE_DIR = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 120


@dataclass
class Server:
    """A running gunicorn: where it listens and where it logs."""

    port: int
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def say(self, words: bytes) -> bytes:
        """Send bytes as they are and return all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as wire:
            with suppress(OSError):
                wire.sendall(words)
                wire.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: wire.recv(65536), b""))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    environment: Mapping[str, str],
    *,
    arguments: tuple[str, ...] = (),
    directory: Path = BASE_DIR,
    command: tuple[str, ...] = (sys.executable, "-m", "gunicorn"),
    user: int | None = None,
    application: str = "core.wsgi:application",
    port: int = 0,
) -> Iterator[Server]:
    """gunicorn on a port, by default a free one, ready to answer; it ends with the block."""
    port = port or free_port()
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        words = [*command, application, "--preload", "-b", f"127.0.0.1:{port}"]
        process = subprocess.Popen(
            [*words, *arguments],
            cwd=directory,
            env=environment,
            stdout=log,
            stderr=log,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
        server = Server(port, Path(log.name), process)
        try:
            _wait_until_it_answers(server, process)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # gunicorn: stop without waiting for clients
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_it_answers(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(server.url + "/health/live/").status_code == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{server.log.read_text()}")


def environment(**variables: str) -> dict[str, str]:
    """This process's environment with other variables for the server."""
    return {**os.environ, "GUNICORN_CMD_ARGS": "", **variables}


def bare(**variables: str) -> dict[str, str]:
    """Returns of this process's environment only what measures coverage."""
    return {name: value for name, value in os.environ.items() if "COVERAGE" in name} | variables


class Switch:
    """A TCP port that leads to the database while it is on; off, it refuses connections.

    While it `swallows`, it accepts connections and data, and passes nothing on. Once a client has
    sent `loses_reply_to`, it passes nothing back to it.
    """

    def __init__(self, host: str, port: int) -> None:
        self.swallows = False
        self.loses_reply_to: bytes | None = None
        self.deaf: set[socket.socket] = set()
        self.target = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)
        self.port = free_port()
        self.wires: list[socket.socket] = []
        self.on()

    def on(self) -> None:
        self.door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._let_in, args=[self.door], daemon=True).start()

    def off(self) -> None:
        """Refuse new connections and cut the old ones."""
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        self.cut()

    def cut(self) -> None:
        """Cut all connections, as a restart of the database does."""
        for wire in self.wires:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()
        self.wires.clear()

    def _let_in(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near = door.accept()[0]
                family = socket.AF_UNIX if isinstance(self.target, str) else socket.AF_INET
                far = socket.socket(family)
                far.connect(self.target)
                self.wires += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=[source, sink], daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while words := source.recv(65536):
                if self.swallows or sink in self.deaf:
                    continue
                if self.loses_reply_to and self.loses_reply_to in words:
                    self.deaf.add(source)
                sink.sendall(words)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)
