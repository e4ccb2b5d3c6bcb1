"""Which e-mail addresses may open an account, and which of them are the same."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.problems import problem
from users.models import Role, User

AUTH = "/api/v1/auth/"
NEW = "purple monkey dishwasher"
pytestmark = pytest.mark.django_db


def register(email: str) -> APIClient:
    body = {"email": email, "password": NEW, "name": "Mia"}
    return APIClient().post(f"{AUTH}register/", body)  # type: ignore[return-value]


@pytest.mark.parametrize(
    "email",
    [
        "closed-1@closed.invalid",
        "mia@cinema.test",
        "mia@cinema.example",
        "mia@cinema.LOCALHOST",
        "mia@localhost",
        "mia@printer.local",
        "mia@db.internal",
        "mia@1.0.0.127.in-addr.arpa",
        "mia@router.home.arpa",
        "mia@hidden.onion",
        "mia@name.alt",
        "mia@[127.0.0.1]",
        '"mia"@example.com',
        "mia@closed。invalid",
        "mia@closed.ｉｎｖａｌｉｄ",
    ],
)
def test_an_address_that_no_mail_reaches_opens_no_account(email: str) -> None:
    said = problem(register(email), 400, "unreachable_address")
    assert [row["field"] for row in said["errors"]] == ["email"]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "email",
    [
        "mia@com",
        "mia@[::1]",
        '"mia l"@example.com',
        "mia@127.0.0.1",
        "mia",
        "mia@",
        "@example.com",
        "a b@example.com",
        "mia@-a.com",
    ],
)
def test_what_is_not_an_address_is_refused_too(email: str) -> None:
    problem(register(email), 400)


@pytest.mark.parametrize(
    "email", ["mia@example.com", "mia@example.org", "mia+film@sub.example.net", "mia@kino.рф"]
)
def test_addresses_in_the_documentation_and_in_any_script_are_accepted(email: str) -> None:
    assert register(email).status_code == 201  # type: ignore[attr-defined]


def test_a_sharp_s_is_not_a_double_s() -> None:
    for email in ("mia@straße.de", "mia@strasse.de"):
        assert register(email).status_code == 201  # type: ignore[attr-defined]
    assert set(User.objects.values_list("email", flat=True)) == {
        "mia@xn--strae-oqa.de",
        "mia@strasse.de",
    }


@pytest.mark.parametrize(
    "email", ["MIA@STRAẞE.de", "mia@xn--strae-oqa.de", "ｍｉａ@straße。de", "mia@stra\u00dfe.DE "]
)
def test_its_spellings_are_one_address(email: str) -> None:
    register("mia@straße.de")
    problem(register(email), 400, "email_taken")


def test_an_older_account_of_such_an_address_still_logs_in() -> None:
    User.objects.create_user("mia@cinema.test", NEW, name="Mia", role=Role.ADMIN)
    body = {"email": "mia@cinema.test", "password": NEW}
    assert APIClient().post(f"{AUTH}login/", body).status_code == 200
    assert Client().login(username="mia@cinema.test", password=NEW)
