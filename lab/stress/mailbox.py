"""A mail server that accepts and keeps all mails."""

import email
import email.policy
import re
import threading
import time
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from lab.stress.history import Mail

CODE = re.compile(r"^([0-9]{6})$", re.MULTILINE)


class Mailbox:
    """Listens on `port`; `mails` are all that it accepted, including repeated ones."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[Mail] = []
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=port)
        self._controller.start()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        mail = _read(envelope)
        with self._lock:
            self.mails.append(mail)
        return "250 OK"

    def codes_for(self, address: str) -> list[str]:
        """Return the codes that were mailed to an address, the newest last."""
        with self._lock:
            mails = [mail for mail in self.mails if mail.to == address]
        return [code for mail in mails for code in CODE.findall(mail.text)]

    def close(self) -> None:
        self._controller.stop()


def _read(envelope: Envelope) -> Mail:
    content = envelope.content if isinstance(envelope.content, bytes) else b""
    message: Any = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(("plain",))
    return Mail(
        to=envelope.rcpt_tos[0],
        template=message.get("X-Template", ""),
        text=body.get_content() if body else "",
        at=time.time(),
    )
