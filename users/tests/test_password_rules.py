"""A password that attackers try first is refused wherever one can be set."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from conftest import PASSWORD
from tests.api import As
from users.models import User
from users.passwords import is_right
from users.tests.conftest import newest_code, run_jobs

COMMON = "basketball"
AUTH = "/api/v1/auth/"
pytestmark = pytest.mark.django_db


def assert_refused(answer: Any, field: str) -> None:
    document = answer.json()
    assert (answer.status_code, document["code"]) == (400, "password_too_common")
    assert document["errors"][0]["field"] == field


def test_on_registering(anyone: APIClient) -> None:
    body = {"email": "carla@example.com", "password": COMMON, "name": "Carla"}
    assert_refused(anyone.post(f"{AUTH}register/", body), "password")


def test_on_changing_it(alice: User, as_: As) -> None:
    body = {"current_password": PASSWORD, "new_password": COMMON}
    assert_refused(as_(alice).post(f"{AUTH}password/change/", body), "new_password")


def test_after_forgetting_the_previous_one(alice: User, anyone: APIClient) -> None:
    anyone.post(f"{AUTH}password/forgot/", {"email": alice.email})
    run_jobs()
    body = {"email": alice.email, "code": newest_code(), "new_password": COMMON}
    assert_refused(anyone.post(f"{AUTH}password/reset/", body), "new_password")


def test_on_changing_it_in_the_admin(olga: User) -> None:
    browser = Client()
    browser.force_login(olga)
    data = {"old_password": PASSWORD, "new_password1": COMMON, "new_password2": COMMON}
    assert "too common" in browser.post("/admin/password_change/", data).content.decode()
    olga.refresh_from_db()
    assert is_right(PASSWORD, olga)


def test_after_forgetting_it_in_the_admin(olga: User) -> None:
    browser = Client()
    browser.post("/admin/forgot/", {"email": olga.email})
    data = {"code": "123456", "new_password": COMMON, "again": COMMON}
    assert "too common" in browser.post("/admin/reset/", data).content.decode()


def test_on_making_an_admin_without_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", COMMON)
    with pytest.raises(CommandError, match="too common"):
        call_command("createsuperuser", "--noinput", email="eva@example.com", name="Eva")
    assert not User.objects.exists()


def test_on_making_an_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_: COMMON)
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    with pytest.raises(CommandError, match="too common"):
        call_command("createsuperuser", email="eva@example.com", name="Eva", stdin=Terminal())
    assert not User.objects.exists()


def test_on_changing_it_by_a_command(olga: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda **_: COMMON)
    with pytest.raises(CommandError, match="Aborting password change"):
        call_command("changepassword", olga.email)
    olga.refresh_from_db()
    assert is_right(PASSWORD, olga)


class Terminal:
    """Stands in for a terminal at which somebody types."""

    def isatty(self) -> bool:
        return True
