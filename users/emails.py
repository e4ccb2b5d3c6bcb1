"""E-mail addresses: one spelling per mailbox, and which addresses mail can reach."""

import unicodedata

import idna

from core.failures import InvalidInput

LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
# Top-level domains without mail servers: RFC 2606, 6761, 6762, 7686, 8375, 9476, and what ICANN has
# reserved for private networks. example.com, .net and .org are allowed: documentation and demo use
# them, and nobody has a mailbox there.
RESERVED = frozenset(
    {"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"}
)


class Unreachable(InvalidInput):
    """No mail from here could reach the address: its domain is reserved, has no dot or is a number,
    or its local part is in quotes."""

    code = "unreachable_address"
    title = "No mail could reach that address"
    remedy = "Use an address such as `alice@cinema.org`, at a domain that is on the Internet."
    example = {"field": "email"}


def normalize_email(email: str) -> str:
    """Returns one spelling per mailbox: Unicode NFKC, lower case, the domain in its ASCII form.

    Domains follow IDNA 2008 with the non-transitional mapping of UTS 46: `straße.de` is not
    `strasse.de`. What cannot be an address is left for a validator to refuse, and what is too long
    is returned unchanged: the time to normalize grows with the square of the length.
    """
    if len(email) > LONGEST:
        return email
    plain = unicodedata.normalize("NFKC", email).strip().lower()
    mailbox, at, domain = plain.rpartition("@")
    try:
        return f"{mailbox}{at}{idna.encode(domain, uts46=True).decode()}"
    except UnicodeError:
        return plain


def require_reachable(email: str) -> None:
    """Raises Unreachable for a normalized address that no mail can reach."""
    mailbox, _, domain = email.rpartition("@")
    name, _, top = domain.rpartition(".")
    is_literal = '"' in mailbox or "[" in domain
    if is_literal or not name or top.isdecimal() or top in RESERVED:
        raise Unreachable(field="email")
