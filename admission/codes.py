"""What a scanner reads: a ticket's code, or the signed token of its QR code."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bookings.tickets import keys, token
from core.failures import Failure

CODE = re.compile(r"[0-9a-f]{32}")
Keys = Mapping[int, Ed25519PublicKey]


class UnknownTicket(Failure):
    """The code belongs to no ticket of your theaters: it is none of ours, forged, or foreign."""

    status = 404
    code = "unknown_ticket"
    title = "There is no such ticket here"
    remedy = "Scan it again, or look the booking up by its reference."


class Code(NamedTuple):
    """Names a ticket; `issue` is unknown of a bare code, which counts as the newest."""

    code: str
    issue: int | None


def read_code(text: str, known: Keys | None = None) -> Code:
    """Returns which ticket a text names: 32 hexadecimal digits, or a token that one of the keys,
    by default all that are accepted, has signed. Raises UnknownTicket."""
    if not token.looks_like_one(text):
        if not CODE.fullmatch(text.lower()):
            raise UnknownTicket
        return Code(text.lower(), None)
    try:
        said = token.verify(text, keys.accepted_keys() if known is None else known)
    except token.NotAToken:
        raise UnknownTicket from None
    return Code(said.code, said.issue)
