"""gunicorn's worker, which answers what never reaches Django with problem documents, too."""

import json
import socket
import time
import uuid
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from django.conf import settings
from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import (  # type: ignore[import-untyped]
    STOP_KEEPALIVE_LINGER,
    ThreadWorker,
)

from core import errors
from core.arrival import Arrival, Collected

UNFINISHED = object()

LEAVES_WITHIN_SECONDS = 5
SKIPPED_AT_ONCE = 64 * 1024


class ProblemWorker(ThreadWorker):  # type: ignore[misc]
    """A thread worker that no slow client holds up, and whose refusals are not HTML.

    A thread gets a request when all of it has come; until then, and while a client that was refused
    is still talking, the connection is watched by the main loop, which waits for all at once.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.leaving: list[Any] = []

    def is_parent_alive(self) -> bool:
        """Whether the master lives; when not, stop as if told to, and give the port back at once.

        Otherwise an orphan serves its kept connections for `graceful_timeout`, and keeps the port
        from the next master until its last request is answered.
        """
        is_orphan = not super().is_parent_alive()
        if is_orphan:
            self.set_accept_enabled(False)
            for listener in self.sockets:
                listener.close()
        self.alive: bool = self.alive and not is_orphan
        return self.alive

    def handle(self, conn: Any) -> Any:
        """Serve a request that is all here. Called in a thread.

        Through TLS of gunicorn's own, a thread reads for itself: what has come is not all there.
        """
        if self.cfg.is_ssl:
            conn.arrival = Arrival(b"", limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            return super().handle(conn)
        try:
            if not self._has_come(conn):
                return UNFINISHED
        except OSError:
            return False
        return super().handle(conn)

    def _has_come(self, conn: Any) -> bool:
        if not conn.initialized:
            conn.init()
            conn.parser.unreader = Collected()
        if not hasattr(conn, "arrival"):
            early = conn.parser.unreader.take_buffered()
            conn.arrival = Arrival(early, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if not conn.arrival.read(conn.sock):
            return False
        conn.parser.unreader.unread(bytes(conn.arrival.received))
        return True

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Let the application answer, and the client take the answer in time."""
        if conn.arrival.is_too_large:
            req.force_close()
        del conn.arrival
        conn.sock.settimeout(settings.REQUEST_ARRIVES_WITHIN)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            self.log.info("A client did not take its answer in time.")
            return False

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Keep, watch or leave a connection after a thread has looked at it."""
        result = False if fs.cancelled() or fs.exception() else fs.result()
        if result is UNFINISHED:
            self._watch(conn)
        elif result:
            super().finish_request(conn, fs)
        else:
            self._leave(conn)

    def _watch(self, conn: Any) -> None:
        """Wait for more of a request, as long as a kept connection may be silent."""
        conn.sock.setblocking(False)
        conn.set_timeout()
        if not self.alive:
            self._hurry(conn, time.monotonic() + STOP_KEEPALIVE_LINGER)
        self.pending_conns.append(conn)
        more = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, more)

    def _cap_keepalive(self, deadline: float) -> None:
        """When stopping: connections without a request are not waited for, new ones neither."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            self._hurry(conn, deadline)

    def _hurry(self, conn: Any, deadline: float) -> None:
        if conn.arrival.began is None:
            conn.timeout = min(conn.timeout, deadline)

    def _leave(self, conn: Any) -> None:
        """Say that this was all, and close when the client has, or in a while (RFC 9112 9.6)."""
        conn.timeout = time.monotonic() + LEAVES_WITHIN_SECONDS
        self.leaving.append(conn)
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, EVENT_READ, partial(self._skip, conn))
        except OSError:
            self._close(conn, self.leaving)

    def _skip(self, conn: Any, sock: socket.socket) -> None:
        """Throw away what a client still sends: a reset would keep the answer from it."""
        with suppress(BlockingIOError):
            try:
                if sock.recv(SKIPPED_AT_ONCE):
                    return
            except ConnectionError:
                self.log.debug("A client left first.")
            self._close(conn, self.leaving)

    def _close(self, conn: Any, waiting: Any) -> None:
        waiting.remove(conn)
        with suppress(KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Refuse requests that are late, close connections that are silent or done."""
        limit, now = settings.REQUEST_ARRIVES_WITHIN, time.monotonic()
        for conn in [conn for conn in self.pending_conns if conn.arrival.is_late(limit)]:
            self.poller.unregister(conn.sock)
            self.pending_conns.remove(conn)
            self._refuse(conn.sock, errors.RequestTimeout())
            self._leave(conn)
        for waiting in (self.pending_conns, self.leaving):
            for conn in [conn for conn in waiting if conn.timeout < now]:
                self._close(conn, waiting)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        failure = failure_of(exc)
        if failure.status >= 500:
            self.log.error("a request failed", exc_info=exc)
        self._refuse(client, failure)

    def _refuse(self, client: socket.socket, failure: errors.Failure) -> None:
        request_id = uuid.uuid4().hex
        self.log.info("request %s refused: %s", request_id, failure.code)
        try:
            util.write_nonblock(client, answer(failure, request_id))
        except OSError:
            self.log.debug("The client of request %s has gone.", request_id)


def failure_of(error: BaseException) -> errors.Failure:
    """The failure that a refusal of gunicorn's HTTP parser stands for."""
    if isinstance(error, LimitRequestLine):
        return errors.AddressTooLong()
    if isinstance(error, LimitRequestHeaders):
        return errors.HeadersTooLarge()
    if isinstance(error, ParseException | OSError):
        return errors.BadRequest()
    return errors.InternalError()


def answer(failure: errors.Failure, request_id: str) -> bytes:
    """A whole HTTP response, after which the connection closes."""
    body = json.dumps(failure.document(request_id), ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {failure.status} {failure.title}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        f"X-Request-ID: {request_id}",
    )
    return "\r\n".join((*head, "", "")).encode() + body
