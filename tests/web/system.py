"""The whole program as processes on one database: web server, live map, worker."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryFile

import psutil

from tests.server import BASE_DIR, Server, environment, free_port, serving

WEB = ("-w", "1", "--threads", "8")
LIVE = ("--worker-class", "asgi", "--workers", "1", "--threads", "1")


class System:
    """Where the client is, and the switches of what runs beside it."""

    def __init__(self, database_url: str) -> None:
        self.port, self.live_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.variables = environment(
            DATABASE_URL=database_url,
            DEVELOPMENT="true",
            RATE_LIMITS_ENABLED="false",
            PUBLIC_URL=self.url,
            BOOKING_URL=f"{self.url}/bookings/{{reference}}",
            LIVE_URL=f"http://127.0.0.1:{self.live_port}",
        )
        self.live: Server | None = None
        self.parts = ExitStack()

    def open(self) -> None:
        """Start the web server and the live map."""
        self.parts.enter_context(serving(self.variables, arguments=WEB, port=self.port))
        self.start_live()

    def start_live(self) -> None:
        """Start the live map, where it was before."""
        live = serving(
            self.variables,
            arguments=LIVE,
            application="live.asgi:application",
            port=self.live_port,
        )
        self.live = self.parts.enter_context(live)

    def kill_live(self) -> None:
        """Kill the live map with all its processes."""
        assert self.live
        assert self.live.process
        parent = psutil.Process(self.live.process.pid)
        for each in (parent, *parent.children(recursive=True)):
            each.kill()
        self.live.process.wait()

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Runs the jobs, such as asking the bank about a payment."""
        with TemporaryFile() as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "worker"],
                cwd=BASE_DIR,
                env=self.variables,
                stdout=log,
                stderr=log,
            )
            try:
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(60)


@contextmanager
def running(database_url: str) -> Iterator[System]:
    """The web server and the live map, which end with the block."""
    subprocess.run([sys.executable, "bin/client"], cwd=BASE_DIR, check=True)
    system = System(database_url)
    with system.parts:
        system.open()
        yield system
