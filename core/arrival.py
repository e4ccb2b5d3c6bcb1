"""A request on its way in: collected without a thread that waits for the rest of it.

Not a parser: it only tells when gunicorn's, which judges, has all it needs (RFC 9112 sections 2.1,
6 and 7.1), and asks for the body where a client waits to be asked (RFC 9110 section 10.1.1).
"""

import re
import socket
from time import monotonic

from gunicorn.http.unreader import Unreader  # type: ignore[import-untyped]

HEAD_AT_MOST = 640 * 1024  # more than the parser takes, who refuses it
CHUNK_HEAD_AT_MOST = 256
READ_AT_ONCE = 64 * 1024
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
CODING = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECTATION = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
CHUNK = re.compile(rb"([0-9a-f]{1,8})[^\r\n]*\r\n", re.IGNORECASE)


class Collected(Unreader):  # type: ignore[misc]
    """What a parser reads from: what has come, then the end, never the socket."""

    def chunk(self, size_hint: int | None = None) -> bytes:
        return b""


class Arrival:
    """What has come of one request, with a body of at most `limit` bytes.

    Of a larger one, `is_too_large`, only so much is collected as shows that.
    """

    def __init__(self, early: bytes, *, limit: int) -> None:
        self.received = bytearray(early)
        self.began = monotonic() if early else None
        self.is_too_large = False
        self._limit = limit
        self._looked = 0  # up to where nothing has to be looked at again
        self._body: int | None = None  # where it begins
        self._end: int | None = None
        self._payload = 0  # of the chunks before `_looked`

    def read(self, sock: socket.socket) -> bool:
        """Take what has come; return whether a parser need not wait. Raises OSError on a reset."""
        while not self._is_over(sock):
            try:
                data = sock.recv(READ_AT_ONCE, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return False
            if not data:
                return True
            self.began = self.began or monotonic()
            self.received += data
        return True

    def is_late(self, seconds: float) -> bool:
        """Whether its first byte came more than this long ago."""
        return self.began is not None and monotonic() > self.began + seconds

    def _is_over(self, sock: socket.socket) -> bool:
        if self._body is None:
            if not self._find_body():
                return len(self.received) > HEAD_AT_MOST
            self._encourage(sock)
        if self._end is None:
            self._follow_chunks()
        return self._end is not None and len(self.received) >= self._end

    def _find_body(self) -> bool:
        """Note where the body begins and, unless it comes in chunks, ends."""
        at = self.received.find(b"\r\n\r\n", max(0, self._looked - 3))
        self._looked = len(self.received)
        if at < 0:
            return False
        self._body = self._looked = at + 4
        head = self.received[: self._body]
        if not CODING.search(head):
            length = LENGTH.search(head)
            self._end = self._body + self._at_most(int(length[1]) if length else 0)
        return True

    def _at_most(self, length: int) -> int:
        """How much of a body of this length is collected."""
        self.is_too_large = length > self._limit
        return 0 if self.is_too_large else length

    def _follow_chunks(self) -> None:
        """Go from chunk to chunk as far as they have come; what is none is left to the parser."""
        while chunk := CHUNK.match(self.received, self._looked):
            size = int(chunk[1], 16)
            if size == 0:
                end = self.received.find(b"\r\n\r\n", chunk.end() - 2)
                self._end = end + 4 if end >= 0 else None
                return
            if self._payload + size > self._limit:
                self.is_too_large = True
                self._end = chunk.end() + self._limit + 1 - self._payload
                return
            self._payload += size
            self._looked = chunk.end() + size + 2
        head = self.received[self._looked : self._looked + CHUNK_HEAD_AT_MOST]
        is_none = b"\n" in head or len(head) == CHUNK_HEAD_AT_MOST
        if is_none or len(self.received) > 2 * self._limit + HEAD_AT_MOST:
            self._end = len(self.received)

    def _encourage(self, sock: socket.socket) -> None:
        """Ask for the body, in place of the parser, who would when it is here."""
        is_here = self._end is not None and len(self.received) >= self._end
        if not (is_here or self.is_too_large) and EXPECTATION.search(self.received):
            sock.send(b"HTTP/1.1 100 Continue\r\n\r\n", socket.MSG_DONTWAIT)
