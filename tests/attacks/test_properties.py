"""OWASP API3: properties that nobody may set, and properties that nobody may see."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from rest_framework.test import APIClient

from tests.api import As
from users.models import OneTimeCode, Session, User
from users.tests.conftest import newest_code, run_jobs

AUTH = "/api/v1/auth/"
ME = "/api/v1/users/me/"
PASSWORD = "correct-horse-battery"
NEW = "purple monkey dishwasher"
GREEDY: dict[str, Any] = {
    "role": "admin",
    "is_staff": True,
    "is_superuser": True,
    "is_admin": True,
    "is_active": False,
    "id": 4711,
    "pk": 4711,
    "email_verified": True,
    "date_joined": "1999-01-01T00:00:00Z",
    "groups": [1],
    "sessions": [],
    "user": {"role": "admin"},
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(alice: User) -> User:
    """Alice, whose address is not verified yet."""
    alice.email_verified = False
    alice.save(update_fields=["email_verified"])
    return alice


def test_nobody_registers_as_more_than_a_user(anyone: APIClient) -> None:
    body = GREEDY | {"email": "mallory@example.com", "password": NEW, "name": "Mallory"}
    answer = anyone.post(f"{AUTH}register/", body)
    assert answer.status_code == 201
    user = answer.json()["user"]
    assert (user["role"], user["email_verified"]) == ("user", False)
    assert user["id"] != 4711
    assert not user["date_joined"].startswith("1999")
    made = User.objects.get()
    assert (made.role, made.is_active, made.is_staff) == ("user", True, False)


@pytest.mark.parametrize("name", GREEDY)
def test_nobody_gives_themselves_more(alice: User, as_: As, name: str) -> None:
    client = as_(alice)
    before = client.get(ME).json()
    answer = client.patch(ME, {name: GREEDY[name]})
    assert (answer.status_code, answer.json()) == (200, before)
    assert client.get(ME).json() == before
    assert client.get("/api/v1/users/").status_code == 403


@pytest.mark.parametrize("call", ["login", "refresh", "verify", "reset", "change"])
def test_greedy_properties_are_ignored_elsewhere_too(
    alice: User, as_: As, anyone: APIClient, call: str
) -> None:
    client = as_(alice)
    login = anyone.post(f"{AUTH}login/", GREEDY | {"email": alice.email, "password": PASSWORD})
    assert login.status_code == 200
    if call == "refresh":
        anyone.post(f"{AUTH}refresh/", GREEDY | {"refresh": login.json()["refresh"]})
    elif call == "verify":
        client.post(f"{AUTH}email/verify/", GREEDY | {"code": "000000"})
    elif call == "reset":
        body = {"email": alice.email, "code": "000000", "new_password": NEW}
        anyone.post(f"{AUTH}password/reset/", GREEDY | body)
    elif call == "change":
        body = {"current_password": PASSWORD, "new_password": NEW}
        client.post(f"{AUTH}password/change/", GREEDY | body)
    alice.refresh_from_db()
    assert (alice.role, alice.is_active, alice.email_verified) == ("user", True, False)


def answers_about_accounts(alice: User, bob: User, ada: User) -> Iterator[HttpResponse]:
    """Returns a response of each call about accounts, to Alice or to Ada."""
    anyone = APIClient()
    login = anyone.post(f"{AUTH}login/", {"email": alice.email, "password": PASSWORD})
    yield login
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {login.json()['access']}")
    yield client.get(ME)
    yield client.patch(ME, {"name": "Alicia"})
    yield client.patch(ME, {"name": ""})
    yield client.get(f"/api/v1/users/{bob.pk}/")
    yield client.post(f"{AUTH}email/resend/")
    yield client.post(f"{AUTH}email/verify/", {"code": "x"})
    yield client.delete(ME, {"password": "wrong"})
    yield anyone.post(f"{AUTH}register/", {"email": bob.email, "password": NEW, "name": "B"})
    yield anyone.post(f"{AUTH}login/", {"email": bob.email, "password": "wrong"})
    yield anyone.post(f"{AUTH}password/forgot/", {"email": bob.email})
    run_jobs()
    body = {"email": bob.email, "code": "x", "new_password": NEW}
    yield anyone.post(f"{AUTH}password/reset/", body)
    yield anyone.post(f"{AUTH}refresh/", {"refresh": login.json()["refresh"]})
    admin = anyone.post(f"{AUTH}login/", {"email": ada.email, "password": PASSWORD})
    by_admin = APIClient(HTTP_AUTHORIZATION=f"Bearer {admin.json()['access']}")
    yield by_admin.get("/api/v1/users/")
    yield by_admin.get(f"/api/v1/users/{alice.pk}/")
    yield by_admin.patch(f"/api/v1/users/{bob.pk}/", {"role": "owner"})


def members(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from members(item)


def test_no_answer_has_a_hash_a_code_or_a_password(alice: User, bob: User, ada: User) -> None:
    texts = [answer.content.decode() for answer in answers_about_accounts(alice, bob, ada)]
    secrets = {PASSWORD, NEW, newest_code()}
    secrets |= {user.password for user in User.objects.all()}
    secrets |= {code.digest for code in OneTimeCode.objects.all()}
    assert OneTimeCode.objects.count() == 2
    assert Session.objects.exists()
    named = {name for text in texts if text for name in members(json.loads(text))}
    assert not named & {"password", "last_login", "digest", "generation", "address", "sessions"}
    assert [text for text in texts for secret in secrets if secret in text] == []


def test_a_customer_sees_nobody_else(alice: User, bob: User, ada: User) -> None:
    answers = list(answers_about_accounts(alice, bob, ada))[:-4]
    texts = [answer.content.decode() for answer in answers]
    assert [text for text in texts if "Bob" in text or "bob@" in text] == []


def test_mails_and_jobs_have_no_password(alice: User, bob: User, ada: User) -> None:
    list(answers_about_accounts(alice, bob, ada))
    written = [str(sent.message()) for sent in mail.outbox]
    assert written
    assert [text for text in written if PASSWORD in text or NEW in text] == []
