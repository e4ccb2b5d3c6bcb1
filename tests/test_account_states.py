"""Sessions and codes against a model in memory, with any order of calls and time passing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    multiple,
    rule,
    run_state_machine_as_test,
)
from rest_framework.test import APIClient

from tests.examples import examples
from users.models import OneTimeCode, Session, User
from users.tests.conftest import another, newest_code, run_jobs

AUTH = "/api/v1/auth/"
PASSWORDS = ["correct-horse-battery", "purple monkey dishwasher"]
GUESSES, GRACE, CODE_LASTS, SESSION_LASTS = 5, 10, 600, 14 * 24 * 3600


@dataclass
class Family:
    """What is known of a session: times are seconds of the model's clock."""

    rotated_at: int
    expires_at: int
    generation: int = 0
    is_ended: bool = False


@dataclass
class Code:
    digits: str
    expires_at: int
    guesses: int = 0


@dataclass(frozen=True)
class Tokens:
    """One pair of tokens, as somebody keeps it."""

    family: int
    generation: int
    access: str
    refresh: str


class Accounts(RuleBasedStateMachine):
    """Alice's account in the system and in the model; each rule compares the two."""

    pairs = Bundle("pairs")

    def __init__(self) -> None:
        super().__init__()
        User.objects.all().delete()
        self.password = PASSWORDS[0]
        self.user = User.objects.create_user("alice@example.com", self.password, name="Alice")
        self.now = 0
        self.families: list[Family] = []
        self.code: Code | None = None

    def lives(self, family: Family) -> bool:
        return not family.is_ended and self.now < family.expires_at

    def end_all(self) -> None:
        for family in self.families:
            family.is_ended = True

    @rule(seconds=st.sampled_from([1, 4, 11, 300, 7 * 24 * 3600]))
    def time_goes_by(self, seconds: int) -> None:
        by = timedelta(seconds=seconds)
        Session.objects.update(rotated_at=F("rotated_at") - by, expires_at=F("expires_at") - by)
        OneTimeCode.objects.update(expires_at=F("expires_at") - by)
        self.now += seconds

    @rule(target=pairs)
    def log_in(self) -> Tokens:
        answer = post("login/", email=self.user.email, password=self.password)
        assert answer.status_code == 200
        self.families.append(Family(self.now, self.now + SESSION_LASTS))
        return self.tokens(len(self.families) - 1, answer.json())

    def tokens(self, family: int, body: dict[str, str]) -> Tokens:
        generation = self.families[family].generation
        return Tokens(family, generation, body["access"], body["refresh"])

    @rule(target=pairs, tokens=pairs, times=st.integers(1, 2))
    def refresh(self, tokens: Tokens, times: int) -> Any:
        fresh = [pair for _ in range(times) for pair in self.refresh_once(tokens)]
        return multiple(*fresh)

    def refresh_once(self, tokens: Tokens) -> list[Tokens]:
        answer = post("refresh/", refresh=tokens.refresh)
        family = self.families[tokens.family]
        if self.lives(family) and tokens.generation == family.generation:
            assert answer.status_code == 200
            family.generation += 1
            family.rotated_at, family.expires_at = self.now, self.now + SESSION_LASTS
            return [self.tokens(tokens.family, answer.json())]
        assert answer.status_code == 401
        is_previous = tokens.generation == family.generation - 1
        if not (is_previous and self.now - family.rotated_at < GRACE):
            family.is_ended = True
        return []

    @rule(tokens=pairs)
    def call(self, tokens: Tokens) -> None:
        expected = 200 if self.lives(self.families[tokens.family]) else 401
        assert bearer(tokens).get("/api/v1/users/me/").status_code == expected

    @rule(tokens=pairs, how=st.sampled_from(["log out", "log out everywhere", "change password"]))
    def leave(self, tokens: Tokens, how: str) -> None:
        family = self.families[tokens.family]
        lived = self.lives(family)
        if how == "log out":
            status = post("logout/", refresh=tokens.refresh).status_code
            family.is_ended = True
        elif how == "log out everywhere":
            status = bearer(tokens).post(f"{AUTH}logout-all/").status_code
        else:
            body = {"current_password": self.password, "new_password": self.other_password()}
            status = bearer(tokens).post(f"{AUTH}password/change/", body).status_code
        assert status == (204 if lived else 401)
        if lived and how != "log out":
            self.end_all()
        if lived and how == "change password":
            self.password, self.code = self.other_password(), None

    def other_password(self) -> str:
        return PASSWORDS[PASSWORDS.index(self.password) - 1]

    @rule()
    def forget_password(self) -> None:
        assert post("password/forgot/", email=self.user.email).status_code == 202
        run_jobs()
        self.code = Code(newest_code(), self.now + CODE_LASTS)

    @rule(wrong=st.integers(0, 6))
    def reset_password(self, wrong: int) -> None:
        """Some wrong guesses, then the newest code."""
        code = self.code or Code("000000", 0)
        for _ in range(wrong):
            assert self.reset_status(another(code.digits)) == 400
            code.guesses += self.now < code.expires_at
        works = self.now < code.expires_at and code.guesses < GUESSES
        assert self.reset_status(code.digits) == (204 if works else 400)
        if works:
            self.password, self.code = self.other_password(), None
            self.end_all()

    def reset_status(self, code: str) -> int:
        body = {"email": self.user.email, "code": code, "new_password": self.other_password()}
        return int(post("password/reset/", **body).status_code)


def post(call: str, **body: str) -> Any:
    return APIClient().post(f"{AUTH}{call}", body)


def bearer(tokens: Tokens) -> APIClient:
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")


@pytest.mark.django_db
def test_sessions_and_codes_do_what_the_model_does() -> None:
    with override_settings(RATE_LIMITS_ENABLED=False):
        run_state_machine_as_test(
            Accounts,
            settings=settings(
                max_examples=examples(15),
                stateful_step_count=25,
                phases=[Phase.generate],
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
