"""Argon2id with a bound on how much of the machine it may take."""

import os
import sys
import threading
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

from core.errors import Busy

T = TypeVar("T")

LOW_PRIORITY = 10  # of 0 to 19: a tenth of a processor beside work that is not as patient

_turns = BoundedSemaphore(settings.PASSWORD_HASHES_AT_ONCE)
_line = BoundedSemaphore(settings.PASSWORD_HASHES_AT_ONCE + settings.PASSWORD_HASHES_WAITING)


@contextmanager
def turn() -> Iterator[None]:
    """Waits for one of PASSWORD_HASHES_AT_ONCE turns of this process.

    Raises Busy after PASSWORD_HASH_WAIT, and at once where PASSWORD_HASHES_WAITING wait already: a
    flood of logins must not take all threads of the server.
    """
    patience = settings.PASSWORD_HASH_WAIT.total_seconds()
    with _held(_line, 0, patience), _held(_turns, patience, patience):
        yield


@contextmanager
def _held(places: BoundedSemaphore, timeout: float, retry_after: float) -> Iterator[None]:
    if not places.acquire(timeout=timeout):
        raise Busy(headers={"Retry-After": str(ceil(retry_after))})
    try:
        yield
    finally:
        places.release()


@cache
def _patient_threads(_process: int) -> ThreadPoolExecutor:
    """Threads that leave the processor to everybody else; each process starts its own."""
    return ThreadPoolExecutor(settings.PASSWORD_HASHES_AT_ONCE, "hash", _step_back)


def _step_back() -> None:
    if sys.platform == "linux":  # elsewhere a priority is the whole process's
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)


def _in_turn(work: Callable[[], T]) -> T:
    with turn():
        return _patient_threads(os.getpid()).submit(work).result()


def normalize_password(password: str) -> str:
    """The same password from any keyboard: Unicode NFKC (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


class Argon2id(Argon2PasswordHasher):
    """Argon2id of the normalized password, a few at a time.

    64 MiB and 3 passes are the second recommendation of RFC 9106, section 4; one lane instead of
    its four, so that one turn is at most one processor.
    """

    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return _in_turn(partial(super().encode, normalize_password(password), salt))

    def verify(self, password: str, encoded: str) -> bool:
        return _in_turn(partial(super().verify, normalize_password(password), encoded))
