"""Base45 (RFC 9285): bytes in the alphabet that QR codes store in 5.5 bits a character.

Two bytes become three characters, least significant first. Only even lengths are needed here.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VALUES = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Returns three characters for each two bytes. Raises ValueError for an odd number of bytes."""
    if len(data) % 2:
        raise ValueError("an odd number of bytes")
    pairs = (int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))
    return "".join(ALPHABET[n % 45] + ALPHABET[n // 45 % 45] + ALPHABET[n // 2025] for n in pairs)


def decode(text: str) -> bytes:
    """Returns what was encoded. Raises ValueError for all that `encode` does not return."""
    if len(text) % 3:
        raise ValueError("not a multiple of three characters")
    return b"".join(_pair(text[at : at + 3]) for at in range(0, len(text), 3))


def _pair(text: str) -> bytes:
    try:
        low, middle, high = (VALUES[character] for character in text)
    except KeyError:
        raise ValueError("a character of another alphabet") from None
    value = low + 45 * middle + 2025 * high
    if value > 0xFFFF:
        raise ValueError("three characters that stand for no two bytes")
    return value.to_bytes(2)
