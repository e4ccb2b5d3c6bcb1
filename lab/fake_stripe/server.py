"""The HTTP server. An answer leaves in one write, else each would take 40 ms more."""

import json
import secrets
import socket
import struct
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lab.fake_stripe.api import Api, Reply, Request
from lab.fake_stripe.control import control
from lab.fake_stripe.deliveries import Deliveries
from lab.fake_stripe.errors import ApiError, Dropped
from lab.fake_stripe.faults import Faults
from lab.fake_stripe.forms import parse
from lab.fake_stripe.store import Document, Store

NO_LINGER = struct.pack("ii", 1, 0)


class FakeStripe:
    """Stripe at `url`, with what a journal remembers."""

    def __init__(self, journal: Path, port: int = 0) -> None:
        self.store = Store(journal)
        self.faults = Faults()
        self.stopping = threading.Event()
        self.api = Api(self.store, self.faults, self.stopping)
        self.server = Server(("127.0.0.1", port), Handler)
        self.server.fake = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.deliveries = Deliveries(self.store)
        self.deliveries.notice()

    def serve(self) -> None:
        """Answer until `close`."""
        self.server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        self.stopping.set()
        self.deliveries.close()
        self.server.shutdown()
        self.server.server_close()
        with self.store.lock:
            self.store.close()

    def answer(self, request: Request) -> Reply:
        """Answer Stripe's client, or a test."""
        path = request.line.partition(" ")[2]
        if not path.startswith("/control/"):
            reply = self.api.answer(request)
        else:
            reply = self._controlled(path.removeprefix("/control/"), request.params)
        self.deliveries.notice()
        return reply

    def _controlled(self, verb: str, given: Document) -> Reply:
        with self.store.lock:
            try:
                document = control(self, verb, given)
            except ApiError as error:
                return Reply(error.status, {"error": error.document})
            self.store.commit()
            return Reply(200, document)


class Server(ThreadingHTTPServer):
    """One thread per connection."""

    daemon_threads = True
    request_queue_size = 128
    fake: FakeStripe

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away: they are killed on purpose."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """A connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Write no log."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        try:
            reply = self.server.fake.answer(self._request())
        except Dropped:
            self._drop()
            return
        body = json.dumps(reply.document).encode()
        head = [
            f"HTTP/1.1 {reply.status} {'OK' if reply.status < 400 else 'Error'}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            f"Request-Id: req_{secrets.token_hex(7)}",
        ]
        if reply.replayed:
            head.append("Idempotent-Replayed: true")
        self.wfile.write("\r\n".join([*head, "", ""]).encode() + body)

    def _request(self) -> Request:
        url = urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if url.path.startswith("/control/"):
            params = json.loads(text or "{}")
        else:
            params = parse(text if self.command == "POST" else url.query)
        base = f"http://{self.headers.get('Host', '')}"
        return Request(f"{self.command} {url.path}", params, self.headers, base)

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self.connection.shutdown(socket.SHUT_RDWR)
