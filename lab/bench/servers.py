"""The measured servers, started as in production, and the CPU time and memory that they use."""

import atexit
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psutil
import psycopg

from core.embedded.cluster import embedded_url, stop

BASE_DIR = Path(__file__).resolve().parents[2]
WORK_DIR = BASE_DIR / "var" / "bench"
CLUSTER = BASE_DIR / "var" / "bench-postgres"
SECRET = secrets.token_urlsafe(60)
START_PATIENCE = 30.0


def database(
    name: str,
    *,
    anew: bool = True,
    cluster: Path = CLUSTER,
    settings: Mapping[str, str] | None = None,
) -> str:
    """Make an empty database of that name in a durable cluster of the benchmark's own; return its
    URL.

    The cluster stops with this process, but its data are kept.
    """
    atexit.register(stop, cluster)
    url = embedded_url(cluster, max_connections=200, settings=settings)
    with psycopg.connect(url, autocommit=True) as connection:
        if anew:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name)}"))


def environment(url: str, settings: str = "core.settings") -> dict[str, str]:
    """Return the environment of a production behind one proxy that terminates TLS."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "DEVELOPMENT": "false",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "cinema.example",
        "DATABASE_URL": url,
        "TRUSTED_PROXIES": "1",
        "EMAIL_URL": "submission://smtp.cinema.example",
        # Counted as ever, but 2,000 customers come again each round: after 15 they had an hour's.
        "RATE_LIMITS": "hold=1000000,booking=1000000,cancellation=1000000",
        "PYTHONPATH": str(BASE_DIR),
    }


def manage(env: Mapping[str, str], *words: str) -> None:
    """Run a command of Django with these settings."""
    subprocess.run([sys.executable, "-m", "django", *words], cwd=BASE_DIR, env=env, check=True)


def deploy(env: Mapping[str, str]) -> None:
    """Make the tables and the static files, as a deployment does."""
    for command in ("migrate", "collectstatic"):
        manage(env, command, "--no-input", "-v", "0")


class Server:
    """A running server: its processes, its port."""

    def __init__(self, command: list[str], env: Mapping[str, str]) -> None:
        self.port = free_port()
        self.started = time.perf_counter()
        log = (WORK_DIR / f"server-{self.port}.log").open("wb")
        words = [word.format(port=self.port) for word in command]
        self.process = psutil.Popen(words, cwd=BASE_DIR, env=dict(env), stdout=log, stderr=log)
        self.ready_after = self.wait_until_it_answers() - self.started

    def wait_until_it_answers(self) -> float:
        while self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    probe.settimeout(START_PATIENCE)
                    probe.sendall(b"GET /health/live/ HTTP/1.1\r\nHost: cinema.example\r\n\r\n")
                    if probe.recv(1):
                        return time.perf_counter()
            time.sleep(0.01)
        raise RuntimeError(f"The server ended; see server-{self.port}.log in {WORK_DIR}.")

    def cpu_seconds(self) -> float:
        """Return the CPU time that its processes have used so far."""
        times = [process.cpu_times() for process in self.workers()]
        return float(sum(each.user + each.system for each in times))

    def memory_mb(self) -> float:
        """Return the resident memory of its largest worker, including shared pages."""
        return float(max(worker.memory_info().rss for worker in self.workers()) / 2**20)

    def workers(self) -> list[psutil.Process]:
        return self.process.children() or [self.process]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except psutil.TimeoutExpired:
            for process in (*self.process.children(recursive=True), self.process):
                process.kill()


GUNICORN = [sys.executable, "-m", "gunicorn", "--preload", "--bind", "127.0.0.1:{port}"]


@contextmanager
def gunicorn(application: str, env: Mapping[str, str], *more: str) -> Iterator[Server]:
    """Yield a server with production's command line and the project's gunicorn.conf.py."""
    server = Server([*GUNICORN, *more, application], env)
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
