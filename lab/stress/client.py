"""A plain HTTP client: one connection, one request at a time, no hidden retries."""

import http.client
import time
from dataclasses import dataclass

PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer."""

    status: int
    headers: dict[str, str]
    text: str


class Client:
    """A connection to the server that is opened when needed, and again after each failure."""

    def __init__(self, port: int, *, patience: float = PATIENCE_SECONDS) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        self._is_used = False

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        """Return the reply, or None if there was none; the request may have been executed even so.

        A GET whose kept connection turns out to be closed is sent once more (RFC 9110, 9.3.1).
        """
        was_used = self._is_used
        reply = self._try(method, path, headers, body)
        if reply is None and was_used and method == "GET":
            reply = self._try(method, path, headers, body)
        return reply

    def _try(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        try:
            self._connection.request(method, path, body or None, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self._is_used = False
            self._connection.close()
            time.sleep(0.05)
            return None
        self._is_used = True
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, text)

    def close(self) -> None:
        self._is_used = False
        self._connection.close()
