"""gunicorn's thread worker, whose own refusals are problem documents, too.

Slow clients are the business of the buffering proxy in front (docs/deploy.md).
"""

import json
import uuid
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from core import failures


class ProblemWorker(ThreadWorker):  # type: ignore[misc]
    """Overrides how gunicorn's worker refuses, and what it does when its master has died."""

    def is_parent_alive(self) -> bool:
        """Return whether the master lives; if not, stop accepting and give its port back at once.

        Otherwise an orphan keeps the port from the next master until its last request is answered.
        """
        is_orphan = not super().is_parent_alive()
        if is_orphan:
            self.set_accept_enabled(False)
            for listener in self.sockets:
                listener.close()
        self.alive: bool = self.alive and not is_orphan
        return self.alive

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        failure, request_id = failure_of(exc), uuid.uuid4().hex
        if failure.status >= 500:
            self.log.error("a request failed", exc_info=exc)
        self.log.info("request %s refused: %s", request_id, failure.code)
        try:
            util.write_nonblock(client, answer(failure, request_id))
        except OSError:
            self.log.debug("The client of request %s has gone.", request_id)


def failure_of(error: BaseException) -> failures.Failure:
    """Return the failure that a refusal of gunicorn's HTTP parser stands for."""
    if isinstance(error, LimitRequestLine):
        return failures.AddressTooLong()
    if isinstance(error, LimitRequestHeaders):
        return failures.HeadersTooLarge()
    if isinstance(error, ParseException | OSError):
        return failures.BadRequest()
    return failures.InternalError()


def answer(failure: failures.Failure, request_id: str) -> bytes:
    """Return a whole HTTP response, after which the connection closes."""
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
