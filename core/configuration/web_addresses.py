"""Hosts, origins and URLs as settings have them.

Each function raises ValueError; its text is the rest of a sentence that begins with the variable's
name, and never repeats what may hold a password.
"""

import re
from urllib.parse import SplitResult, urlsplit

import idna

ENCODE = (
    "cannot be read; in its user name and password, write # as %23, / as %2F, ? as %3F, @ as %40, "
    "[ as %5B and % as %25"
)
ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[^\s/:?#@\[\]]+)(:[0-9]{1,5})?/?")


def split_url(value: str) -> SplitResult:
    """Return the parts of a URL whose user name and password are percent-encoded."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError(ENCODE) from None
    if "#" in value or "@" in parts.path + parts.query or re.search(r"\s", value) or port == 0:
        raise ValueError(ENCODE)
    return parts


def to_ascii(host: str) -> str:
    """Return a host's name as it goes over the wire (RFC 5891); the dot of `.example.com` stays."""
    if host.isascii():
        return host
    wildcard, name = re.fullmatch(r"(\*?\.)?(.*)", host).groups("")  # type: ignore[union-attr]
    return wildcard + idna.encode(name, uts46=True).decode()


def parse_host(value: str) -> str:
    """Return an entry of Django's ALLOWED_HOSTS."""
    if value == "*":
        raise ValueError("must name the hosts: * lets anyone choose them")
    if not re.fullmatch(r"\.?[^\s/:*@]+|\[[0-9a-fA-F:.]+\]", value):
        raise ValueError(f"must have names alone, as tickets.example.com, not {value}")
    return to_ascii(value)


def parse_origin(value: str) -> str:
    """Return a site's scheme, host and port, in the spelling of browsers (RFC 6454 section 6.2)."""
    if not (found := ORIGIN.fullmatch(value.lower())) or "*" in value:
        raise ValueError(f"must have scheme and host, as https://www.example.com, not {value}")
    scheme, host, port = found.groups("")
    return f"{scheme}://{to_ascii(host)}{port}"


def parse_origins(value: str) -> str:
    """Return an origin, or with `*.` those of all subdomains."""
    scheme, wildcard, host = value.partition("://*.")
    return (
        parse_origin(f"{scheme}://{host}").replace("://", wildcard) if host else parse_origin(value)
    )


def parse_site(value: str) -> str:
    """Return the base URL of a site, without a slash at its end."""
    parts = split_url(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise ValueError(f"must be a URL such as https://tickets.example.com, not {value}")
    return value.replace(parts.hostname, to_ascii(parts.hostname), 1).rstrip("/")


def parse_page(value: str) -> str:
    """Return the URL of a page."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"must be a URL such as https://www.example.com/imprint, not {value}")
    return value


def parse_booking_url(value: str) -> str:
    """Return the URL of the page that shows a booking, with a placeholder for the reference."""
    parts = urlsplit(value)
    braces = set(re.findall(r"\{[^{}]*\}?|\}", value))
    if parts.scheme not in ("http", "https") or not parts.netloc or braces != {"{reference}"}:
        raise ValueError(
            "must be a URL with {reference} and no other braces, "
            f"as https://www.example.com/bookings/{{reference}}, not {value}"
        )
    return value
