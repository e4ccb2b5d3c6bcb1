"""Secrets that must be read again and so cannot be hashed: encrypted with a key from SECRET_KEY.

Fernet (AES-128-CBC with HMAC-SHA256) from `cryptography`, with a key derived by HKDF (RFC 5869).
Reading the table alone reveals nothing. Changing SECRET_KEY makes them unreadable.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@cache
def _cipher(secret_key: str) -> Fernet:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"moviebooking.second-factor")
    return Fernet(base64.urlsafe_b64encode(kdf.derive(secret_key.encode())))


def encrypt(text: str) -> str:
    """Encrypts a text with a key from SECRET_KEY."""
    return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode()


def decrypt(text: str) -> str | None:
    """Returns the text that was encrypted, or None if that was with another SECRET_KEY."""
    try:
        return _cipher(settings.SECRET_KEY).decrypt(text.encode()).decode()
    except InvalidToken:
        return None
