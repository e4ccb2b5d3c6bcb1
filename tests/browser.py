"""A headless Chromium, driven by the W3C WebDriver protocol without any package."""

import base64
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.tools import program

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """A window. Elements are found by CSS selectors."""

    def __init__(self, session: httpx.Client) -> None:
        self.session = session

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        answer = self.session.request(method, path, json=body if method == "POST" else None)
        value = answer.json()["value"]
        assert answer.is_success, value
        return value

    def _find(self, selector: str) -> str:
        found = self._ask("POST", "element", using="css selector", value=selector)
        return f"element/{found[ELEMENT]}"

    def open(self, address: str) -> None:
        self._ask("POST", "url", url=address)

    def address(self) -> str:
        return str(self._ask("GET", "url"))

    def type(self, selector: str, text: str) -> None:
        self._ask("POST", f"{self._find(selector)}/value", text=text)

    def click(self, selector: str) -> None:
        self._ask("POST", f"{self._find(selector)}/click")

    def text(self, selector: str) -> str:
        return str(self._ask("GET", f"{self._find(selector)}/text"))

    def run(self, script: str) -> Any:
        """The value that the JavaScript returns."""
        return self._ask("POST", "execute/sync", script=script, args=[])

    def resize(self, width: int, height: int) -> None:
        self._ask("POST", "window/rect", width=width, height=height)

    def complaints(self) -> list[str]:
        """Returns the console's messages, such as violations of the content security policy."""
        return [each["message"] for each in self._ask("POST", "se/log", type="browser")]

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("GET", "screenshot")))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yields a browser with an empty profile, and closes it."""
    with tempfile.TemporaryDirectory() as profile, _driver() as base:
        options = {"binary": program("chromium"), "args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        body = {"capabilities": {"alwaysMatch": wanted}}
        created = httpx.post(f"{base}/session", json=body, timeout=60).json()["value"]
        session = f"{base}/session/{created['sessionId']}"
        try:
            with httpx.Client(base_url=session, timeout=60) as client:
                yield Browser(client)
        finally:
            httpx.delete(session, timeout=60)


@contextmanager
def _driver() -> Iterator[str]:
    with subprocess.Popen(
        [program("chromedriver"), "--port=0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout
            said = next(line for line in process.stdout if "successfully" in line)
            port = said.split()[-1].strip(".")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
