"""As much of PostgreSQL's protocol as is needed to see a COMMIT (documentation, chapter 54)."""

import struct

NEGOTIATIONS = {80877103, 80877104}  # SSLRequest, GSSENCRequest: the real start follows
COMMITS = (b"COMMIT\x00", b"commit\x00")


class ClientStream:
    """Parses what a client sends, in pieces of any size."""

    def __init__(self) -> None:
        self._buffer = b""
        self._has_started = False

    def sees_commit(self, data: bytes) -> bool:
        """Return whether a COMMIT, as a simple or a prepared statement, ended in this piece."""
        self._buffer += data
        found = False
        while (message := self._next_message()) is not None:
            kind, body = message
            found = found or (kind == b"Q" and body in COMMITS)
            found = found or (kind == b"P" and any(text in body for text in COMMITS))
        return found

    def _next_message(self) -> tuple[bytes, bytes] | None:
        head = 1 if self._has_started else 0
        if len(self._buffer) < head + 4:
            return None
        (length,) = struct.unpack_from("!I", self._buffer, head)
        if len(self._buffer) < head + length:
            return None
        kind, body = self._buffer[:head], self._buffer[head + 4 : head + length]
        self._buffer = self._buffer[head + length :]
        if not self._has_started and struct.unpack("!I", body[:4])[0] not in NEGOTIATIONS:
            self._has_started = True
        return kind, body
