"""Mail servers that accept, refuse, hang or are down."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from queue import Queue
from threading import Event, Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """An aiosmtpd handler that keeps what arrives, or answers each mail with `refusal`."""

    def __init__(self, refusal: str = "") -> None:
        self.refusal = refusal
        self.mails: Queue[Message] = Queue()
        self.was_encrypted: list[bool] = []
        self.refused = 0

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.refusal:
            self.refused += 1
            return self.refusal
        assert isinstance(envelope.content, bytes)
        assert server.transport is not None
        self.was_encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        self.mails.put(message_from_bytes(envelope.content))
        return "250 OK"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def mail_server(
    mailbox: Mailbox,
    port: int,
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
) -> Iterator[None]:
    """A real SMTP server that delivers into the mailbox: in plain text, with TLS from the first
    byte, or with no mail before STARTTLS."""
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=port,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def certificate(directory: Path) -> tuple[Path, ssl.SSLContext]:
    """Makes a self-signed certificate of this machine, and a server's context with it."""
    key, signed = directory / "key.pem", directory / "certificate.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tests"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(signed)]
    subprocess.run(["openssl", *words, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(signed, key)
    return signed, context


@contextmanager
def silent_server(port: int) -> Iterator[Event]:
    """Accepts connections and never answers; the event is set once somebody has connected."""
    connected = Event()
    with socket.create_server(("127.0.0.1", port)) as server:
        held = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept())
                except OSError:
                    return
                connected.set()

        Thread(target=accept, daemon=True).start()
        yield connected
        server.shutdown(socket.SHUT_RDWR)
        for connection, _ in held:
            connection.close()
