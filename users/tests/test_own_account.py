"""What users do to their own account: see it, rename it, close it."""

import pytest
from rest_framework.test import APIClient

from tests.api import As
from users.models import OneTimeCode, Session, User

ME = "/api/v1/users/me/"
PASSWORD = {"password": "correct-horse-battery"}
pytestmark = pytest.mark.django_db


def test_it_shows_who_i_am(alice: User, as_: As) -> None:
    body = as_(alice).get(ME).json()
    assert body.pop("date_joined").endswith("Z")
    assert body == {
        "id": alice.pk,
        "email": "alice@example.com",
        "name": "Alice",
        "role": "user",
        "email_verified": False,
        "language": "",
        "is_guest": False,
    }


def test_a_name_can_be_changed_and_nothing_else(alice: User, as_: As) -> None:
    sent = {
        "name": "  Alicia\tAdams ",
        "role": "admin",
        "is_staff": True,
        "is_active": False,
        "email": "bob@example.com",
        "email_verified": True,
        "id": 999,
        "password": "something else",
    }
    client = as_(alice)
    before = client.get(ME).json()
    answer = client.patch(ME, sent)
    assert answer.status_code == 200
    assert answer.json() == before | {"name": "Alicia Adams"} == client.get(ME).json()


def test_an_empty_change_changes_nothing(alice: User, as_: As) -> None:
    assert as_(alice).patch(ME, {}).json()["name"] == "Alice"


@pytest.mark.parametrize("name", ["", "   ", None, 7, "x" * 101, ["Alice"]])
def test_a_bad_name_is_refused(alice: User, as_: As, name: object) -> None:
    answer = as_(alice).patch(ME, {"name": name})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith("name")


def test_closing_anonymises_and_ends_all(alice: User, as_: As) -> None:
    here, there = as_(alice), as_(alice)
    assert here.delete(ME, PASSWORD).status_code == 204
    assert here.get(ME).status_code == there.get(ME).status_code == 401
    alice.refresh_from_db()
    assert (alice.name, alice.is_active) == ("Closed account", False)
    assert "alice" not in alice.email
    assert not alice.has_usable_password()
    assert not Session.objects.exists()
    assert not OneTimeCode.objects.exists()
    login = APIClient().post("/api/v1/auth/login/", {"email": "alice@example.com", **PASSWORD})
    assert login.status_code == 401


def test_the_address_is_free_again_after_closing(alice: User, as_: As) -> None:
    as_(alice).delete(ME, PASSWORD)
    body = {"email": "alice@example.com", "password": "purple monkey", "name": "A"}
    answer = APIClient().post("/api/v1/auth/register/", body)
    assert answer.status_code == 201
    assert answer.json()["user"]["id"] != alice.pk


@pytest.mark.parametrize(
    ("body", "code"),
    [({"password": "wrong-horse"}, "wrong_password"), ({}, "validation_failed")],
)
def test_closing_needs_the_password(alice: User, as_: As, body: dict[str, str], code: str) -> None:
    client = as_(alice)
    answer = client.delete(ME, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert client.get(ME).status_code == 200


def test_the_last_admin_stays(ada: User, as_: As) -> None:
    answer = as_(ada).delete(ME, PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")


# The language of mails


def registered(anyone: APIClient, accepted: str) -> User:
    body = {"email": "mia@example.com", "password": "purple monkey", "name": "Mia"}
    headers = {"Accept-Language": accepted}
    assert anyone.post("/api/v1/auth/register/", body, headers=headers).status_code == 201
    return User.objects.get(email="mia@example.com")


@pytest.mark.parametrize(
    ("accepted", "language"), [("de-AT,en;q=0.8", "de"), ("en-US", "en"), ("fr", ""), ("", "")]
)
def test_who_registers_gets_mails_in_the_language_of_the_client(
    anyone: APIClient, accepted: str, language: str
) -> None:
    assert registered(anyone, accepted).language == language


def test_a_guest_has_the_language_of_the_client(anyone: APIClient) -> None:
    anyone.post("/api/v1/auth/guest/", HTTP_ACCEPT_LANGUAGE="de-CH")
    assert User.objects.get(is_guest=True).language == "de"


def test_the_language_can_be_changed(alice: User, as_: As) -> None:
    answer = as_(alice).patch(ME, {"language": "de"})
    assert (answer.status_code, answer.json()["language"]) == (200, "de")
    alice.refresh_from_db()
    assert (alice.language, alice.name) == ("de", "Alice")


@pytest.mark.parametrize("language", ["", "fr", "DE", None, 7, "d" * 9999, ["de"]])
def test_a_language_that_we_do_not_have_is_refused(alice: User, as_: As, language: object) -> None:
    answer = as_(alice).patch(ME, {"language": language})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "language"
