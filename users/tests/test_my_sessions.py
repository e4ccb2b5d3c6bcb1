"""Where somebody is logged in, and how all of it ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from conftest import PASSWORD
from tests.api import As
from tests.clock import let_pass
from users import devices, tokens
from users.models import Session, User

ME = "/api/v1/users/me/"
SESSIONS = f"{ME}sessions/"
AUTH = "/api/v1/auth/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def log_in(user: User, agent: str = "") -> tuple[APIClient, dict[str, str]]:
    body = {"email": user.email, "password": PASSWORD}
    answer = APIClient().post(f"{AUTH}login/", body, HTTP_USER_AGENT=agent).json()
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {answer['access']}"), answer


def in_the_admin(user: User) -> Client:
    client = Client()
    form = {"username": user.email, "password": PASSWORD}
    assert client.post("/admin/login/?next=/admin/", form).status_code == 302
    assert is_logged_in(client)
    return client


def is_logged_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_the_list_says_where_and_with_what(alice: User, bob: User) -> None:
    log_in(bob)
    log_in(alice)
    client, _ = log_in(alice, FIREFOX)
    page = client.get(SESSIONS).json()
    newest, oldest = page["results"]
    assert page["count"] == 2
    assert (newest["device"], newest["current"]) == ("Firefox on Windows", True)
    assert (oldest["device"], oldest["current"], oldest["address"]) == ("", False, "127.0.0.1")


def test_a_session_is_ended_from_another(alice: User) -> None:
    stolen, pair = log_in(alice)
    client, _ = log_in(alice)
    pk = client.get(SESSIONS).json()["results"][1]["id"]
    assert client.delete(f"{SESSIONS}{pk}/").status_code == 204
    assert stolen.get(ME).status_code == 401
    assert stolen.post(f"{AUTH}refresh/", {"refresh": pair["refresh"]}).status_code == 401
    assert client.get(ME).status_code == 200
    assert client.delete(f"{SESSIONS}{pk}/").status_code == 404


def test_anothers_session_is_not_there(alice: User, bob: User) -> None:
    bobs, _ = log_in(bob)
    client, _ = log_in(alice)
    assert client.delete(f"{SESSIONS}{Session.objects.get(user=bob).pk}/").status_code == 404
    assert bobs.get(ME).status_code == 200


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("", ""),
        ("curl/8.5", ""),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("Cinema/1.2 okhttp/4.12", "an Android app"),
        ("x" * 100_000 + FIREFOX, ""),
    ],
)
def test_a_device_is_described_in_few_words(agent: str, told: str) -> None:
    assert devices.describe(agent) == told


def test_a_session_ends_ninety_days_after_its_login(alice: User) -> None:
    log_in(alice)
    for _ in range(8):
        let_pass(timedelta(days=11))
        session = Session.objects.get()
        answer = APIClient().post(f"{AUTH}refresh/", {"refresh": fresh(session)})
        assert answer.status_code == 200
    assert Session.objects.get().expires_at == (
        Session.objects.get().created_at + django_settings.SESSION_LASTS_AT_MOST
    )
    let_pass(timedelta(days=3))
    last = APIClient().post(f"{AUTH}refresh/", {"refresh": fresh(Session.objects.get())})
    assert last.status_code == 401


def fresh(session: Session) -> str:
    """The session's newest refresh token: those that were sent are older by the clock's shifts."""
    return tokens.pair(session)["refresh"]


# Sessions of the admin end with all others


def test_logging_out_everywhere_ends_those_of_the_admin(olga: User, as_: As) -> None:
    client = in_the_admin(olga)
    assert as_(olga).post(f"{AUTH}logout-all/").status_code == 204
    assert not is_logged_in(client)


def test_disabling_ends_them_for_good(olga: User, ada: User, as_: As) -> None:
    client, admin = in_the_admin(olga), as_(ada)
    for is_active in (False, True):
        admin.patch(f"/api/v1/users/{olga.pk}/", {"is_active": is_active})
    assert not is_logged_in(client)


def test_a_change_of_role_ends_them_for_good(olga: User, ada: User, as_: As) -> None:
    client, admin = in_the_admin(olga), as_(ada)
    for role in ("user", "owner"):
        admin.patch(f"/api/v1/users/{olga.pk}/", {"role": role})
    assert not is_logged_in(client)


def test_changepassword_of_the_command_line_ends_every_session(
    olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, (api, _) = in_the_admin(olga), log_in(olga)
    typed = "another long way home"
    monkeypatch.setattr("getpass.getpass", lambda *args, **options: typed)
    call_command("changepassword", olga.email)
    assert not is_logged_in(client)
    assert api.get(ME).status_code == 401


def test_an_old_hash_is_renewed_at_login_and_ends_nothing(olga: User, settings: Any) -> None:
    client, (api, _) = in_the_admin(olga), log_in(olga)
    settings.PASSWORD_HASHERS = [
        "users.hashers.Argon2id",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    log_in(olga)
    olga.refresh_from_db()
    assert olga.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_logged_in(client)
    assert api.get(ME).status_code == 200


# Closing


def test_a_closed_account_leaves_no_address_and_no_name_to_register(
    alice: User, ada: User, as_: As
) -> None:
    as_(ada).patch(f"/api/v1/users/{alice.pk}/", {"role": "owner"})
    assert "alice@example.com" in LogEntry.objects.get().object_repr
    assert as_(alice).delete(ME, {"password": PASSWORD}).status_code == 204
    alice.refresh_from_db()
    assert not alice.email.startswith(f"closed-{alice.pk}")
    assert len(alice.email.split("@")[0]) == 32
    assert LogEntry.objects.get().object_repr == "Closed account"
