"""What a ticket's QR code says: which ticket it is, signed, so that a door without network can
tell a real one.

A token is Base45 (RFC 9285) of 90 bytes, big-endian: version (2), key (2), show (4), the ticket's
code (16), its issue (2), and an Ed25519 signature (RFC 8032) of all before it (64). That is 135
characters, of which the first three are always `100`: a reader that trims spaces does no harm.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bookings.tickets import base45

VERSION = 1
BODY = struct.Struct(">HHI16sH")
SIGNATURE_BYTES = 64
LENGTH = (BODY.size + SIGNATURE_BYTES) // 2 * 3


class NotAToken(ValueError):
    """A text is no token of ours: its length, alphabet, version, key or signature is wrong."""


@dataclass(frozen=True, slots=True)
class Token:
    """Which ticket of which show: `code` in hexadecimal, and how often it was issued before."""

    show: int
    code: str
    issue: int


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the number under which readers know its public one."""

    number: int
    private: Ed25519PrivateKey


def sign(token: Token, key: SigningKey) -> str:
    """Returns the token as a text for a QR code.

    Raises ValueError if the code is not 16 bytes in hexadecimal or a number is out of range.
    """
    code = bytes.fromhex(token.code)
    if len(code) != 16:
        raise ValueError("a ticket's code has 16 bytes")
    try:
        body = BODY.pack(VERSION, key.number, token.show, code, token.issue)
    except struct.error as error:
        raise ValueError(str(error)) from None
    return base45.encode(body + key.private.sign(body))


def looks_like_one(text: str) -> bool:
    """Returns whether the text has a token's length: it is no bare code, then."""
    return len(text) == LENGTH


def parse(text: str) -> tuple[Token, int]:
    """Returns what a token says and the number of its key, without judging its signature.

    Raises NotAToken.
    """
    data = _decode(text)
    version, key, show, code, issue = BODY.unpack_from(data)
    if version != VERSION:
        raise NotAToken("another version")
    return Token(show, code.hex(), issue), key


def verify(text: str, keys: Mapping[int, Ed25519PublicKey]) -> Token:
    """Returns what a token says that one of the keys, by their numbers, signed.

    Raises NotAToken.
    """
    token, number = parse(text)
    if number not in keys:
        raise NotAToken("signed with an unknown key")
    data = _decode(text)
    try:
        keys[number].verify(data[BODY.size :], data[: BODY.size])
    except InvalidSignature:
        raise NotAToken("not signed by us") from None
    return token


def _decode(text: str) -> bytes:
    if len(text) != LENGTH:
        raise NotAToken(f"not {LENGTH} characters")
    try:
        return base45.decode(text)
    except ValueError as error:
        raise NotAToken(str(error)) from None
