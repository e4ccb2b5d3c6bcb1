"""The program under stress: production's web server and worker, restarted when they die."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESTART_AFTER_SECONDS = 0.2


class Program:
    """A process and its children, restarted as by systemd or a platform."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], log: Path) -> None:
        self.name = name
        self.env = env
        self.starts = 0
        self._command = command
        self._log = log.open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self._is_wanted = False
        self._lock = threading.Lock()
        threading.Thread(target=self._keep, daemon=True).start()

    @property
    def pid(self) -> int:
        """Return the process id of the master. Raises ProcessLookupError while there is none."""
        if self._process is None or self._process.poll() is not None:
            raise ProcessLookupError
        return self._process.pid

    def children(self) -> list[int]:
        """Return its workers' process ids. Raises ProcessLookupError while there is no master."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        try:
            return [int(child) for child in path.read_text().split()]
        except FileNotFoundError as error:
            raise ProcessLookupError from error

    def start(self) -> None:
        self._is_wanted = True
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._spawn()

    def stop(self, *, patience: float = 35) -> None:
        """End it gracefully, then kill its process group."""
        self._is_wanted = False
        with self._lock:
            process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _spawn(self) -> None:
        self.starts += 1
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def _keep(self) -> None:
        while True:
            time.sleep(RESTART_AFTER_SECONDS)
            with self._lock:
                is_dead = self._process is not None and self._process.poll() is not None
                if self._is_wanted and is_dead:
                    self._spawn()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def production(database_port: int, mail_port: int, bank: str, workers: int) -> dict[str, str]:
    """Return production's environment on this machine, without limits of rates and tickets."""
    return {
        "DEVELOPMENT": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{database_port}/moviebooking"
        "?sslmode=disable&gssencmode=disable",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "STRIPE_API": bank,
        "SECURE_SSL_REDIRECT": "false",
        "RATE_LIMITS_ENABLED": "false",
        "UNVERIFIED_TICKETS_AT_MOST": "1000000",
        "TICKETS_OF_A_SHOW_AT_MOST": "1000000",
        "WEB_CONCURRENCY": str(workers),
        "PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
    }


def manage(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` with these arguments."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def other_clock(folder: Path) -> Path | None:
    """Return the library that shifts a process's clock, or None if there is no C compiler.

    libfaketime 0.9.10 does not do: it breaks either sleeping or waiting in Python.
    """
    compiler, library = shutil.which("cc"), folder / "clock.so"
    if compiler is None:
        return None
    source = ROOT / "lab" / "stress" / "clock.c"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"], check=True
    )
    return library
