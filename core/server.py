"""gunicorn's worker, which answers what never reaches Django with problem documents, too."""

import json
import socket
import time
import uuid
from contextlib import suppress
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from core import errors

PATIENCE_SECONDS = 10


class ProblemWorker(ThreadWorker):  # type: ignore[misc]
    """A thread worker whose refusals (bad request lines, huge headers, bad chunks) are not HTML.

    A client that does not finish its request within PATIENCE_SECONDS is not read any further:
    otherwise as many half requests as there are threads would stop the service for good.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handled_since: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """One request, in a thread of its own."""
        self.handled_since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self.handled_since[conn]

    def notify(self) -> None:
        """Called about once a second. A request that has been read is answered all the same."""
        super().notify()
        late = time.monotonic() - PATIENCE_SECONDS
        for conn, since in list(self.handled_since.items()):
            if since < late:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)

    def is_parent_alive(self) -> bool:
        """Whether the master lives; when not, stop as if told to.

        Without the second half an orphan serves its kept connections for `graceful_timeout` and
        keeps the port from the next master all that time.
        """
        self.alive: bool = self.alive and super().is_parent_alive()
        return self.alive

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        failure = failure_of(exc)
        request_id = uuid.uuid4().hex
        if failure.status >= 500:
            self.log.error("request %s failed", request_id, exc_info=exc)
        else:
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
