"""E-mail addresses: one spelling per mailbox, and which of them can have a mailbox."""

import unicodedata

import idna

from core.failures import InvalidInput

LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
# Names that no mail server in the world answers to: RFC 2606, 6761, 6762, 7686, 8375, 9476, and
# what ICANN has set aside for networks of one's own. example.com, .net and .org may be registered:
# documentation and demo use them, and nobody has a mailbox there.
RESERVED = frozenset(
    {"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"}
)


class Unreachable(InvalidInput):
    """No mail from here could reach the address: its domain is reserved, has no dot or is a number,
    or its name stands in quotes."""

    code = "unreachable_address"
    title = "No mail could reach that address"
    remedy = "Use an address such as `alice@cinema.org`, of a domain that is on the Internet."
    example = {"field": "email"}


def normalize_email(email: str) -> str:
    """One spelling per mailbox: Unicode NFKC, lower case, the domain in its ASCII form.

    Domains are of IDNA 2008, as UTS 46 maps them without transition: `straße.de` is not
    `strasse.de`. What can't be an address is left for a validator to refuse, and what is too long
    for one as it is: normalizing takes the square of its length.
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
    """Raises Unreachable for a normalized address that nobody can get mail at."""
    mailbox, _, domain = email.rpartition("@")
    name, _, top = domain.rpartition(".")
    is_literal = '"' in mailbox or "[" in domain
    if is_literal or not name or top.isdecimal() or top in RESERVED:
        raise Unreachable(field="email")
