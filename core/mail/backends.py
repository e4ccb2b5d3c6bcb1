"""Where mails go without a mail server: into readable files, or nowhere until one is named."""

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from email.mime.base import MIMEBase
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend


class Files(BaseEmailBackend):
    """For development: each mail as `<time>-<address>-<template>.txt`, HTML and files beside it.

    The text comes last: when it is there, all is. The names sort by time, and a code stands on a
    line of its own. Also printed.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        settings.MAIL_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        for mail in email_messages:
            path = settings.MAIL_DIR / _name(mail)
            for content, _ in cast("EmailMultiAlternatives", mail).alternatives:
                path.with_suffix(".html").write_text(str(content), encoding="utf-8")
            _write_attachments(mail, path)
            path.with_suffix(".txt").write_text(_as_text(mail), encoding="utf-8")
            sys.stdout.write(f"\n{_as_text(mail)}\n({path.with_suffix('.html')})\n")
            sys.stdout.flush()
        return len(email_messages)


class Missing(BaseEmailBackend):
    """For production without EMAIL_URL: every mail fails with a sentence that says what to do."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise ImproperlyConfigured(
            "No mail can leave: set EMAIL_URL, such as submission://user:password@smtp.example.com"
        )


def _write_attachments(mail: EmailMessage, path: Path) -> None:
    for part in mail.attachments:
        if isinstance(part, MIMEBase):
            name = re.sub(r"[^A-Za-z0-9.-]", "_", part.get_filename() or "file")
            content = cast("bytes", part.get_payload(decode=True))
            path.with_name(f"{path.stem}-{name}").write_bytes(content)


def _name(mail: EmailMessage) -> Path:
    """Return a file name without a suffix; no address can make it leave its folder."""
    address = re.sub(r"[^A-Za-z0-9@.+_-]", "_", mail.to[0])[:120]
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    return Path(f"{now}-{address}-{mail.extra_headers.get('X-Template', 'mail')}.txt")


def _as_text(mail: EmailMessage) -> str:
    """Return what a person reads of it; unlike in an .eml file, nothing is encoded."""
    return (
        f"From: {mail.from_email}\nTo: {', '.join(mail.to)}\nSubject: {mail.subject}\n\n{mail.body}"
    )
