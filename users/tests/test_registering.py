"""Registering."""

import pytest
from rest_framework.test import APIClient

from users.models import User

CARLA = {"email": "carla@example.com", "password": "purple monkey dishwasher", "name": "Carla"}
REGISTER = "/api/v1/auth/register/"
pytestmark = pytest.mark.django_db


def test_it_makes_a_user_who_is_logged_in(anyone: APIClient) -> None:
    answer = anyone.post(REGISTER, CARLA)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert set(body) == {"user", "access", "refresh"}
    assert body["user"]["role"] == "user"
    assert body["user"]["email_verified"] is False
    anyone.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert anyone.get("/api/v1/users/me/").json() == body["user"]


def test_the_password_is_kept_as_a_hash(anyone: APIClient) -> None:
    anyone.post(REGISTER, CARLA)
    assert CARLA["password"] not in User.objects.get().password


def test_an_address_has_one_account(anyone: APIClient, alice: User) -> None:
    answer = anyone.post(REGISTER, CARLA | {"email": "alice@example.com"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "email_taken"
    assert answer.json()["errors"][0]["field"] == "email"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short one", "password_too_short"),
        ("x" * 12 + "y" * 117, "password_too_long"),
        ("basketball", "password_too_common"),
        ("8365927401655", "password_entirely_numeric"),
        ("carla@example", "password_too_similar"),
        ("Carla Montana", "password_too_similar"),
    ],
)
def test_a_bad_password_is_refused_with_its_reason(
    anyone: APIClient, password: str, code: str
) -> None:
    answer = anyone.post(REGISTER, CARLA | {"password": password, "name": "Carla Montana"})
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert [row["field"] for row in answer.json()["errors"]] == ["password"]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password",
    ["Ω" * 9 + "λόγος", "x y" * 42 + "zz", "  leading and trailing  ", "🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵"],
)
def test_any_script_and_spaces_make_a_password(anyone: APIClient, password: str) -> None:
    assert anyone.post(REGISTER, CARLA | {"password": password}).status_code == 201
    login = {"email": CARLA["email"], "password": password}
    assert anyone.post("/api/v1/auth/login/", login).status_code == 200


def test_several_broken_rules_are_all_named(anyone: APIClient) -> None:
    answer = anyone.post(REGISTER, CARLA | {"password": "123456"})
    assert answer.json()["code"] == "validation_failed"
    codes = {row["code"] for row in answer.json()["errors"]}
    assert codes == {"password_too_short", "password_too_common", "password_entirely_numeric"}


@pytest.mark.parametrize(
    "email", ["", "carla", "carla@", "@example.com", "a b@example.com", 7, None]
)
def test_what_is_not_an_address_is_refused(anyone: APIClient, email: object) -> None:
    answer = anyone.post(REGISTER, CARLA | {"email": email})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "email"


def test_line_breaks_in_a_name_become_spaces(anyone: APIClient) -> None:
    answer = anyone.post(REGISTER, CARLA | {"name": " Carla\r\nBcc: all@example.com "})
    assert answer.json()["user"]["name"] == "Carla Bcc: all@example.com"
