"""Argon2id, with a limit on how many passwords are hashed at once."""

import os
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from math import ceil
from threading import BoundedSemaphore
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from core.failures import Busy

T = TypeVar("T")

_turns = BoundedSemaphore(settings.PASSWORD_HASHES_AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Waits for one of PASSWORD_HASHES_AT_ONCE turns of this process.

    Raises Busy after PASSWORD_HASH_WAIT.
    """
    patience = settings.PASSWORD_HASH_WAIT.total_seconds()
    if not _turns.acquire(timeout=patience):
        raise Busy(headers={"Retry-After": str(ceil(patience))})
    try:
        yield
    finally:
        _turns.release()


@cache
def _threads(_process: int) -> ThreadPoolExecutor:
    """Returns this process's threads, one for each turn: the C library keeps the memory of a hash
    for each thread that computed one, which would be 80 MB for all threads of the server."""
    return ThreadPoolExecutor(settings.PASSWORD_HASHES_AT_ONCE, "hash")


def _in_turn(work: Callable[[], T]) -> T:
    with turn():
        return _threads(os.getpid()).submit(work).result()


def normalize_password(password: str) -> str:
    """Returns the same text from any keyboard: Unicode NFKC (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


class Argon2id(Argon2PasswordHasher):
    """Argon2id of the normalized password, a few at a time.

    19 MiB, 2 passes and one lane are OWASP's recommendation (Password Storage Cheat Sheet).
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return _in_turn(partial(super().encode, normalize_password(password), salt))

    def verify(self, password: str, encoded: str) -> bool:
        return _in_turn(partial(super().verify, normalize_password(password), encoded))
