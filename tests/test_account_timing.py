"""How long the answer takes does not reveal whether an account exists."""

from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import pytest
from rest_framework.test import APIClient

from users import passwords
from users.models import User

AUTH = "/api/v1/auth/"
KNOWN, UNKNOWN = "alice@example.com", "nobody@example.com"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _real_hashing_without_limits(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["users.hashers.Argon2id"]
    settings.RATE_LIMITS_ENABLED = False


def login(email: str) -> bytes:
    answer = APIClient().post(f"{AUTH}login/", {"email": email, "password": "wrong-horse"})
    assert answer.status_code == 401
    return without_request_id(answer.json())


def forgot(email: str) -> bytes:
    answer = APIClient().post(f"{AUTH}password/forgot/", {"email": email})
    assert answer.status_code == 202
    document = answer.json()
    assert len(document.pop("request")) == 22
    return without_request_id(document)


def reset(email: str) -> bytes:
    """A guess at a code that was asked for, which only a known address has."""
    body = {"email": email, "code": "123456", "new_password": "purple monkey dishwasher"}
    answer = APIClient().post(f"{AUTH}password/reset/", body)
    assert answer.status_code == 400
    return without_request_id(answer.json())


def without_request_id(document: dict[str, Any]) -> bytes:
    document.pop("request_id", None)
    return repr(document).encode()


def gap_and_spread(call: Callable[[str], bytes], pairs: int) -> tuple[float, float]:
    """How far the medians of interleaved calls are apart, and how far single calls are, in s."""
    seconds: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for turn in range(pairs * 2):
        email = [KNOWN, UNKNOWN][(turn + turn // 2) % 2]
        start = perf_counter()
        call(email)
        seconds[email].append(perf_counter() - start)
    gap = abs(median(seconds[KNOWN]) - median(seconds[UNKNOWN]))
    deciles = quantiles(seconds[KNOWN] + seconds[UNKNOWN], n=10)
    return gap, deciles[-1] - deciles[0]


@pytest.mark.parametrize("call", [login, forgot, reset])
def test_known_and_unknown_get_one_answer(alice: User, call: Callable[[str], bytes]) -> None:
    assert call(KNOWN) == call(UNKNOWN)


@pytest.mark.parametrize(("call", "pairs"), [(login, 10), (forgot, 40)])
def test_known_and_unknown_take_one_time(
    alice: User, call: Callable[[str], bytes], pairs: int
) -> None:
    call(KNOWN)
    gap, spread = gap_and_spread(call, pairs)
    assert gap < spread


def test_without_hashing_for_the_unknown_the_gap_is_wide(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = passwords.is_right
    monkeypatch.setattr(
        passwords, "is_right", lambda password, user: user is not None and careful(password, user)
    )
    login(KNOWN)
    gap, _ = gap_and_spread(login, 5)
    assert gap > 0.02
