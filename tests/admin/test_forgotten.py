"""Forgotten passwords in the admin: a mailed code sets a new one, with the API's limits."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import PASSWORD
from users.codes import Asker, issue_code
from users.models import Purpose, User
from users.passwords import is_right
from users.tests.conftest import newest_code, run_jobs

pytestmark = pytest.mark.django_db
NEW = "a-fine-new-password"


def code_sent() -> str:
    run_jobs()
    return newest_code()


def code_of(client: Client, user: User) -> str:
    """As the worker makes it, for this browser."""
    request = client.session["forgotten_request"]
    asker = Asker.known_by(request=request, address="127.0.0.1")
    return issue_code(user=user, purpose=Purpose.RESET, asker=asker)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def said(answer: Any) -> str:
    """Returns the page without its random parts."""
    return re.sub(r'name="csrf\w+" value="\w+"', "", text(answer))


def asked(email: str = "olga@example.com") -> Client:
    """A browser in which somebody has asked for a code."""
    client = Client()
    answer = client.post("/admin/forgot/", {"email": email}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain == [("/admin/reset/", 302)]
    assert "If there is an account with this address" in text(answer)
    return client


def reset(client: Client, code: str, new: str = NEW, again: str = "") -> Any:
    data = {"code": code, "new_password": new, "again": again or new}
    return client.post("/admin/reset/", data, follow=True)


def test_the_login_leads_to_another_password(olga: User) -> None:
    client = Client()
    assert '<a href="/admin/forgot/">' in text(client.get("/admin/login/"))
    assert 'name="email"' in text(client.get("/admin/forgot/"))
    client = asked(" OLGA@Example.com")
    assert 'name="code"' in text(client.get("/admin/reset/"))
    code = code_sent()
    answer = reset(client, f" {code[:3]} {code[3:]} ")
    assert answer.redirect_chain == [("/admin/login/", 302)]
    assert "Your password was changed" in text(answer)
    olga.refresh_from_db()
    assert is_right(NEW, olga)
    assert not is_right(PASSWORD, olga)
    assert client.get("/admin/reset/").headers["Location"] == "/admin/forgot/"


def test_a_code_is_mailed_if_there_is_an_account(olga: User) -> None:
    asked()
    job = ProcrastinateJob.objects.get(task_name="users.tasks.send_reset_code")
    assert job.args["user_id"] == olga.pk


def test_an_unknown_address_gets_the_same_pages(olga: User) -> None:
    known, unknown = asked(), asked("nobody@example.com")
    assert said(known.get("/admin/reset/")) == said(unknown.get("/admin/reset/"))
    assert said(reset(known, "x")) == said(reset(unknown, "x"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": "000000"}, "The code is not valid"),
        ({"code": ""}, "This field is required"),
        ({"code": "1" * 500}, "at most 20 characters"),
        ({"new": "short-one"}, "too short"),
        ({"new": "x" * 200}, "at most 128 characters"),
        ({"again": "another-fine-one"}, "The two passwords are not the same"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    olga: User, fields: dict[str, str], sentence: str
) -> None:
    client = asked()
    right = code_of(client, olga)
    code = fields.pop("code", right)
    if code == right == "000000":
        code = "000001"
    answer = reset(client, code, **fields)
    assert answer.status_code == 200
    assert sentence in text(answer)
    olga.refresh_from_db()
    assert is_right(PASSWORD, olga)


@pytest.mark.parametrize(
    "email", ["", "not an address", "a@b", "x" * 300 + "@example.com", "\u0301" * 4000]
)
def test_what_is_not_an_address_is_refused(email: str) -> None:
    answer = Client().post("/admin/forgot/", {"email": email})
    assert answer.status_code == 200
    assert "errorlist" in text(answer)
    assert not Session.objects.exists()


def test_asking_is_counted_with_the_api(olga: User, anyone: Client) -> None:
    most = settings.RATE_LIMITS["forgot_account_and_address"][0]
    for _ in range(most):
        anyone.post("/api/v1/auth/password/forgot/", {"email": "olga@example.com"})
    answer = Client().post("/admin/forgot/", {"email": "olga@example.com"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "too many tries" in text(answer)
    assert "Retry-After" not in text(answer)


def test_guessing_is_counted_with_the_api(olga: User) -> None:
    client = asked()
    code = code_of(client, olga)
    for _ in range(settings.RATE_LIMITS["reset_address"][0]):
        assert reset(client, "x").status_code == 200
    assert reset(client, code).status_code == 429
    olga.refresh_from_db()
    assert is_right(PASSWORD, olga)


def test_whoever_has_not_asked_for_a_code_is_sent_to_do_so(olga: User) -> None:
    asked()
    assert reset(Client(), code_sent()).redirect_chain == [("/admin/forgot/", 302)]
    olga.refresh_from_db()
    assert is_right(PASSWORD, olga)


def test_a_form_from_elsewhere_is_refused_in_plain_words(olga: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/admin/forgot/", {"email": "olga@example.com"})
    assert answer.status_code == 403
    assert "load the page anew" in text(answer)
