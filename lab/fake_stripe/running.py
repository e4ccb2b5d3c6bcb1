"""A fake Stripe for tests: in a thread, or in a process that can be killed."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

from lab.fake_stripe.deliveries import DIRECT
from lab.fake_stripe.server import FakeStripe


class Remote:
    """The controls of a fake Stripe at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, verb: str, **given: Any) -> Any:
        """Do something, for example `control("pay", target=url)`. Raises HTTPError if refused."""
        body = None if verb == "totals" else json.dumps(given).encode()
        request = Request(f"{self.url}/control/{verb}", body)  # noqa: S310 - our own server
        with DIRECT.open(request, timeout=10) as answer:
            return json.load(answer)

    def refuses(self, verb: str, **given: Any) -> str:
        """Return why something cannot be done, or nothing if it was done."""
        try:
            self.control(verb, **given)
        except HTTPError as error:
            return str(json.load(error)["error"]["message"])
        return ""

    def fault(self, kind: str, path: str = ".*", **more: Any) -> None:
        """Switch on one fault, in place of all others."""
        self.control("faults", faults=[{"kind": kind, "path": path, **more}])


@contextmanager
def in_a_thread(journal: Path) -> Iterator[Remote]:
    """Run it in this process."""
    fake = FakeStripe(journal)
    thread = threading.Thread(target=fake.serve, daemon=True)
    thread.start()
    try:
        yield Remote(fake.url)
    finally:
        fake.close()
        thread.join()


class Process(Remote):
    """It runs as a process of its own, which can be killed and started again at its port."""

    def __init__(self, journal: Path) -> None:
        super().__init__("")
        self._journal = journal
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, at the same port as before."""
        port = self.url.rpartition(":")[2] or "0"
        words = [sys.executable, "-m", "lab.fake_stripe", "--port", port]
        words += ["--journal", str(self._journal)]
        self._process = process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.url = process.stdout.readline().strip() if process.stdout else ""

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
