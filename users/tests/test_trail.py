"""The log says what happened to which account, and from where; never what was typed."""

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient
from structlog.testing import capture_logs
from structlog.typing import EventDict

from conftest import PASSWORD
from users.models import OneTimeCode, User
from users.tests.conftest import another, newest_code, run_jobs

pytestmark = pytest.mark.django_db(transaction=True)
AUTH, ME = "/api/v1/auth/", "/api/v1/users/me/"
NEW, HERE = "purple monkey dishwasher", "198.51.100.7"
Line = tuple[str, int | None, str | None]
TYPED = (PASSWORD, NEW, "typed-by-mistake", "@")


class Lines:
    """What was logged since the last look, without the lines of requests."""

    def __init__(self, all_lines: list[EventDict]) -> None:
        self.all_lines = all_lines

    def since(self) -> list[Line]:
        new = [line for line in self.all_lines if line["event"] != "request"]
        self.all_lines.clear()
        for text in TYPED:
            assert text not in repr(new)
        return [(line["event"], line["user_id"], line["address"]) for line in new]


@pytest.fixture
def lines() -> Iterator[Lines]:
    with capture_logs() as captured:
        yield Lines(captured)


@pytest.fixture
def here() -> APIClient:
    return APIClient(REMOTE_ADDR=HERE)


def login(here: APIClient, email: str, password: str = PASSWORD) -> dict[str, Any]:
    body = {"email": email, "password": password}
    document: dict[str, Any] = here.post(f"{AUTH}login/", body).json()
    here.credentials(HTTP_AUTHORIZATION=f"Bearer {document.get('access', '')}")
    return document


def test_logins_that_succeed_and_fail(alice: User, here: APIClient, lines: Lines) -> None:
    login(here, alice.email)
    assert lines.since() == [("login", alice.pk, HERE)]
    here.credentials()
    login(here, alice.email, "typed-by-mistake")
    assert lines.since() == [("login failed", alice.pk, HERE)]
    here.credentials()
    login(here, "nobody@example.com")
    assert lines.since() == [("login failed", None, HERE)]


def test_logins_to_the_admin(olga: User, alice: User, lines: Lines) -> None:
    browser = Client(REMOTE_ADDR=HERE)

    def enter(email: str, password: str = PASSWORD) -> list[Line]:
        browser.post("/admin/login/", {"username": email, "password": password})
        return lines.since()

    assert enter(" OLGA@example.com", "typed-by-mistake") == [("login failed", olga.pk, HERE)]
    assert enter("nobody@example.com") == [("login failed", None, HERE)]
    assert enter("typed-by-mistake") == [("login failed", None, HERE)]
    assert enter(alice.email) == [("login failed", alice.pk, HERE)]
    assert enter(olga.email) == [("login", olga.pk, HERE)]
    browser.post("/admin/logout/")
    assert lines.since() == [("logout", olga.pk, HERE)]


def test_a_second_factor(olga: User, here: APIClient, lines: Lines) -> None:
    login(here, olga.email)
    lines.since()
    started = here.post(f"{ME}second-factor/", {"password": PASSWORD}).json()
    otp = pyotp.TOTP(started["secret"]).now()
    here.post(f"{ME}second-factor/confirm/", {"otp": otp})
    assert lines.since() == [("second factor on", olga.pk, HERE)]
    browser = Client(REMOTE_ADDR=HERE)
    data = {"username": olga.email, "password": PASSWORD, "otp": otp}
    browser.post("/admin/login/", data)
    assert lines.all_lines[-2]["reason"] == "invalid_otp"
    wrong = [("second factor wrong", olga.pk, HERE), ("login failed", olga.pk, HERE)]
    assert lines.since() == wrong
    body = {"email": olga.email, "password": PASSWORD, "otp": otp}
    APIClient(REMOTE_ADDR=HERE).post(f"{AUTH}login/", body)
    assert lines.since() == wrong[:1]


def test_registering_and_logging_out(here: APIClient, lines: Lines) -> None:
    body = {"email": "carla@example.com", "password": NEW, "name": "Carla"}
    document = here.post(f"{AUTH}register/", body).json()
    carla = document["user"]["id"]
    assert lines.since() == [("registered", carla, HERE)]
    here.post(f"{AUTH}logout/", {"refresh": document["refresh"]})
    assert lines.since() == [("logout", carla, HERE)]


def test_logging_out_everywhere(alice: User, here: APIClient, lines: Lines) -> None:
    login(here, alice.email)
    lines.since()
    here.post(f"{AUTH}logout-all/")
    assert lines.since() == [("all sessions ended", alice.pk, HERE)]


def test_a_token_that_was_used_before(alice: User, here: APIClient, lines: Lines) -> None:
    old = login(here, alice.email)["refresh"]
    here.credentials()
    new = here.post(f"{AUTH}refresh/", {"refresh": old}).json()["refresh"]
    here.post(f"{AUTH}refresh/", {"refresh": new})
    lines.since()
    here.post(f"{AUTH}refresh/", {"refresh": old})
    assert lines.since() == [("token used twice", alice.pk, HERE)]


def test_a_password_that_is_changed(alice: User, here: APIClient, lines: Lines) -> None:
    login(here, alice.email)
    lines.since()
    wrong = {"current_password": "typed-by-mistake", "new_password": NEW}
    here.post(f"{AUTH}password/change/", wrong)
    assert lines.since() == [("password wrong", alice.pk, HERE)]
    here.post(f"{AUTH}password/change/", wrong | {"current_password": PASSWORD})
    ended, changed = (
        ("all sessions ended", alice.pk, HERE),
        ("password changed", alice.pk, HERE),
    )
    assert lines.since() == [ended, changed]


def test_a_password_that_is_changed_by_a_command(alice: User, lines: Lines) -> None:
    alice.set_password(NEW)
    alice.save()
    ended, changed = ("all sessions ended", alice.pk, None), ("password changed", alice.pk, None)
    assert lines.since() == [ended, changed]


def test_a_password_that_was_forgotten(alice: User, here: APIClient, lines: Lines) -> None:
    here.post(f"{AUTH}password/forgot/", {"email": "nobody@example.com"})
    here.post(f"{AUTH}password/forgot/", {"email": alice.email})
    asked = [("code asked for", None, HERE), ("code asked for", alice.pk, HERE)]
    assert lines.since() == asked
    run_jobs()
    body = {"email": alice.email, "code": another(newest_code()), "new_password": NEW}
    here.post(f"{AUTH}password/reset/", body)
    assert lines.since()[-1:] == [("code wrong", alice.pk, HERE)]
    here.post(f"{AUTH}password/reset/", body | {"code": newest_code()})
    assert lines.since()[-1:] == [("password changed", alice.pk, HERE)]
    assert not OneTimeCode.objects.exists()


def test_a_role_that_changes(ada: User, alice: User, here: APIClient, lines: Lines) -> None:
    login(here, ada.email)
    lines.since()
    here.patch(f"/api/v1/users/{alice.pk}/", {"role": "owner"})
    (line,) = [each for each in lines.all_lines if each["event"] == "account changed"]
    assert (line["user_id"], line["by"], line["role"]) == (alice.pk, ada.pk, "owner")
    lines.since()
    here.patch(f"/api/v1/users/{ada.pk}/", {"role": "user"})
    assert lines.since() == []


def test_an_account_that_is_closed(alice: User, here: APIClient, lines: Lines) -> None:
    login(here, alice.email)
    lines.since()
    here.delete(ME, {"password": PASSWORD})
    assert lines.since() == [("account closed", alice.pk, HERE)]


def test_an_admin_that_a_command_makes(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", NEW)
    call_command("createsuperuser", "--noinput", email="eva@example.com", name="Eva", verbosity=0)
    assert lines.since() == [("admin made", User.objects.get().pk, None)]


def test_a_session_that_is_ended_from_another_is_logged(
    alice: User, here: APIClient, lines: Lines
) -> None:
    login(here, alice.email)
    login(here, alice.email)
    lines.since()
    other = here.get(f"{ME}sessions/").json()["results"][1]["id"]
    here.delete(f"{ME}sessions/{other}/")
    assert lines.since() == [("session ended", alice.pk, HERE)]
