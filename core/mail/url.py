"""How mail leaves: EMAIL_URL, and who it comes from.

TLS from the first byte (`smtps`, RFC 8314 section 3.3) and TLS after STARTTLS (`submission`,
RFC 3207) are never taken for each other, and neither falls back to plain text.
"""

import re
from email.headerregistry import Address
from typing import NamedTuple
from urllib.parse import unquote

from core.configuration.web_addresses import split_url, to_ascii

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EXAMPLE = "submission://user:password@smtp.example.com"
ADDRESS = "tickets@example.com"
LOCAL = ("localhost", "127.0.0.1", "::1")

_SPEC = r"[^@\s<>\",:;]+@[^@\s<>\",:;]+"
SENDER = re.compile(rf'(?:(?:"((?:[^"\\]|\\.)*)"|([^"<>]*))\s*<({_SPEC})>)|({_SPEC})')


class _Transport(NamedTuple):
    port: int
    tls: bool = False
    starttls: bool = False


TRANSPORTS = {
    "smtps": _Transport(465, tls=True),
    "smtp+ssl": _Transport(465, tls=True),
    "submission": _Transport(587, starttls=True),
    "smtp+tls": _Transport(587, starttls=True),
    "smtp": _Transport(25),
}


def parse_mail_url(value: str) -> dict[str, object]:
    """Return Django's EMAIL_* settings. Raises ValueError, which never has the password."""
    parts = split_url(value)
    if (transport := TRANSPORTS.get(parts.scheme)) is None:
        raise ValueError(f"must begin with {'://, '.join(TRANSPORTS)}://, for example {EXAMPLE}")
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"must have a host and nothing after it, for example {EXAMPLE}")
    port = parts.port or transport.port
    _check_port(parts.scheme, transport, port)
    if parts.password and parts.scheme == "smtp" and parts.hostname not in LOCAL:
        raise ValueError(
            "smtp:// would send the password in the clear: write submission:// or smtps://"
        )
    return {
        "EMAIL_BACKEND": BACKEND,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": transport.tls,
        "EMAIL_USE_TLS": transport.starttls,
    }


def _check_port(scheme: str, transport: _Transport, port: int) -> None:
    """Raise ValueError if the registered port takes TLS differently (RFC 8314 section 7.3)."""
    if port == 465 and not transport.tls:
        raise ValueError(f"{scheme}:// does not work on port 465, which takes TLS: write smtps://")
    if port in (25, 587) and transport.tls:
        raise ValueError(
            f"{scheme}:// does not work on port {port}, which takes STARTTLS: write submission://"
        )


def sender_of(name: str, address: str) -> str:
    """Return the From header, with the name quoted if it must be."""
    mailbox, _, domain = address.rpartition("@")
    return str(Address(name, mailbox, to_ascii(domain)))


def parse_sender(value: str) -> str:
    """Return one address, with or without a name, in which commas need no quotation marks."""
    if not (found := SENDER.fullmatch(value)):
        raise ValueError(f"must be one address, as Example Tickets <{ADDRESS}>, not {value}")
    quoted, name, named, address = found.groups("")
    return sender_of(re.sub(r"\\(.)", r"\1", quoted) or name.strip(), named or address)


def parse_site_name(value: str) -> str:
    """Return a name on one line, of characters that show."""
    if not value.isprintable() or len(value) > 80:
        raise ValueError("must be a name on one line, of up to 80 characters")
    return value
