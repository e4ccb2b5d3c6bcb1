"""The rate limits of accounts, and that they lock nobody out for good."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from rest_framework.test import APIClient

from core.models import RateCounter
from tests.api import As
from users import hashers
from users.accounts import log_in
from users.models import User

AUTH = "/api/v1/auth/"
PASSWORD = "correct-horse-battery"
pytestmark = pytest.mark.django_db


def login(email: str, address: str, password: str = "wrong") -> int:
    client = APIClient(REMOTE_ADDR=address)
    answer = client.post(f"{AUTH}login/", {"email": email, "password": password})
    if answer.status_code == 429:
        assert 1 <= int(answer["Retry-After"]) <= 900
        assert answer.json()["code"] == "too_many_requests"
    return answer.status_code


def times(number: int, call: Callable[[int], int]) -> Counter[int]:
    return Counter(call(turn) for turn in range(number))


def pass_time(minutes: int) -> None:
    RateCounter.objects.update(window_ends_at=F("window_ends_at") - timedelta(minutes=minutes))


def skip_to(limit: str, count: int) -> None:
    """As if `limit` had been counted that often already."""
    assert RateCounter.objects.filter(limit=limit).update(count=count) == 1


def test_ten_logins_for_an_account_from_one_address(alice: User, bob: User) -> None:
    assert times(12, lambda _: login(alice.email, "192.0.2.1")) == {401: 10, 429: 2}
    assert login(alice.email, "192.0.2.1", PASSWORD) == 429
    assert login(bob.email, "192.0.2.1", PASSWORD) == 200
    assert login(alice.email, "192.0.2.2", PASSWORD) == 200
    pass_time(15)
    assert login(alice.email, "192.0.2.1", PASSWORD) == 200


def test_every_spelling_of_an_account_counts_as_one(alice: User) -> None:
    spellings = ["alice@example.com", "ALICE@example.com", "ａlice@example.com"]
    assert times(12, lambda turn: login(spellings[turn % 3], "192.0.2.1")) == {401: 10, 429: 2}


def test_two_hundred_logins_from_one_address(alice: User) -> None:
    assert login(alice.email, "192.0.2.1") == 401
    skip_to("login_address", 195)
    flood = times(7, lambda turn: login(f"u{turn}@example.com", "192.0.2.1"))
    assert flood == {401: 5, 429: 2}
    assert login(alice.email, "192.0.2.1", PASSWORD) == 429
    assert login(alice.email, "192.0.2.2", PASSWORD) == 200


def test_a_hundred_logins_for_an_account_do_not_lock_its_owner_out(alice: User) -> None:
    assert login(alice.email, "192.0.2.1", PASSWORD) == 200
    skip_to("login_account", 95)
    flood = times(7, lambda turn: login(alice.email, f"198.51.100.{turn}"))
    assert flood == {401: 5, 429: 2}
    assert login(alice.email, "203.0.113.1", PASSWORD) == 429
    assert login(alice.email, "192.0.2.1", PASSWORD) == 200
    pass_time(15)
    assert login(alice.email, "203.0.113.1", PASSWORD) == 200


def test_a_strangers_session_at_an_address_lifts_nobody_elses_limit(alice: User, bob: User) -> None:
    assert login(bob.email, "203.0.113.1", PASSWORD) == 200
    assert login(alice.email, "192.0.2.1", PASSWORD) == 200
    RateCounter.objects.filter(limit="login_account", subject=alice.email).update(count=100)
    assert login(alice.email, "203.0.113.1", PASSWORD) == 429
    assert login(alice.email, "192.0.2.1", PASSWORD) == 200


def test_an_unknown_account_is_limited_alike(db: None) -> None:
    assert login("nobody@example.com", "192.0.2.1") == 401
    skip_to("login_account", 95)
    flood = times(7, lambda turn: login("nobody@example.com", f"198.51.100.{turn}"))
    assert flood == {401: 5, 429: 2}


def test_twenty_registrations_an_hour_from_one_address(anyone: APIClient) -> None:
    def register(turn: int) -> int:
        body = {"email": f"u{turn}@example.com", "password": PASSWORD, "name": "U"}
        return anyone.post(f"{AUTH}register/", body).status_code

    assert times(21, register) == {201: 20, 429: 1}


def forgot(email: str, address: str = "192.0.2.1") -> int:
    client = APIClient(REMOTE_ADDR=address)
    return client.post(f"{AUTH}password/forgot/", {"email": email}).status_code


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_twenty_forgotten_passwords_an_hour_and_account(alice: User, email: str) -> None:
    assert times(21, lambda turn: forgot(email, f"192.0.2.{turn}")) == {202: 20, 429: 1}


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_five_forgotten_passwords_an_hour_for_an_account_from_an_address(
    alice: User, email: str
) -> None:
    assert times(6, lambda _: forgot(email)) == {202: 5, 429: 1}
    assert forgot(email, "192.0.2.2") == 202
    pass_time(60)
    assert forgot(email) == 202


def test_thirty_forgotten_passwords_an_hour_and_address(db: None) -> None:
    assert times(31, lambda turn: forgot(f"u{turn}@example.com")) == {202: 30, 429: 1}


def test_five_codes_an_hour_and_account(alice: User, as_: As) -> None:
    client = as_(alice)
    resend = times(6, lambda _: client.post(f"{AUTH}email/resend/").status_code)
    assert resend == {202: 5, 429: 1}


def test_thirty_guesses_at_codes_an_hour_and_account(alice: User, as_: As) -> None:
    client = as_(alice)
    body = {"code": "123456"}
    guesses = times(31, lambda _: client.post(f"{AUTH}email/verify/", body).status_code)
    assert guesses == {400: 30, 429: 1}


def test_codes_of_all_accounts_are_counted_by_address(
    alice: User, bob: User, as_: As, settings: Any
) -> None:
    few = {"resend_address": (1, timedelta(hours=1))}
    settings.RATE_LIMITS = settings.RATE_LIMITS | few
    answers = [as_(user).post(f"{AUTH}email/resend/").status_code for user in (alice, bob)]
    assert answers == [202, 429]


def test_thirty_resets_an_hour_and_address(alice: User) -> None:
    body = {"email": alice.email, "code": "123456", "new_password": "purple monkey"}
    reset = times(31, lambda _: APIClient().post(f"{AUTH}password/reset/", body).status_code)
    assert reset == {400: 30, 429: 1}


def test_sixty_refreshes_a_minute_and_session(anyone: APIClient, alice: User) -> None:
    body = {"email": alice.email, "password": PASSWORD}
    token = anyone.post(f"{AUTH}login/", body).json()["refresh"]
    for _ in range(60):
        answer = anyone.post(f"{AUTH}refresh/", {"refresh": token})
        assert answer.status_code == 200
        token = answer.json()["refresh"]
    assert anyone.post(f"{AUTH}refresh/", {"refresh": token}).status_code == 429
    pass_time(1)
    assert anyone.post(f"{AUTH}refresh/", {"refresh": token}).status_code == 200


@pytest.mark.parametrize("call", ["change", "close"])
def test_a_stolen_access_token_is_no_help_in_guessing(alice: User, as_: As, call: str) -> None:
    client = as_(alice)

    def ask(_: int) -> int:
        if call == "close":
            return client.delete("/api/v1/users/me/", {"password": "wrong"}).status_code
        body = {"current_password": "wrong", "new_password": "purple monkey"}
        return client.post(f"{AUTH}password/change/", body).status_code

    assert times(11, ask) == {400: 10, 429: 1}


def test_switched_off_nothing_is_counted(alice: User, settings: Any) -> None:
    settings.RATE_LIMITS_ENABLED = False
    assert times(12, lambda _: login(alice.email, "192.0.2.1")) == {401: 12}
    assert not RateCounter.objects.exists()


@pytest.fixture
def _slow_hasher(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["users.hashers.Argon2id"]
    settings.PASSWORD_HASH_WAIT = timedelta(milliseconds=10)


@pytest.mark.usefixtures("_slow_hasher")
def test_hashing_waits_for_a_turn_and_then_gives_up(settings: Any, alice: User) -> None:
    turns = [hashers.turn() for _ in range(settings.PASSWORD_HASHES_AT_ONCE)]
    for turn in turns:
        turn.__enter__()
    for _ in range(12):
        answer = APIClient().post(f"{AUTH}login/", {"email": alice.email, "password": PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert answer["Retry-After"] == "1"
    assert not RateCounter.objects.filter(count__gt=0).exists(), "only judged tries count"
    for turn in turns:
        turn.__exit__(None, None, None)
    assert login(alice.email, "192.0.2.1", PASSWORD) == 200


@pytest.mark.usefixtures("_slow_hasher")
def test_a_password_typed_in_another_unicode_form_is_the_same(alice: User) -> None:
    alice.set_password("Zu\N{COMBINING DIAERESIS}rich im Fru\N{COMBINING DIAERESIS}hling")
    alice.save()
    assert alice.password.startswith("argon2$argon2id$")
    log_in(email=alice.email, password="Zürich im Frühling", address="")
