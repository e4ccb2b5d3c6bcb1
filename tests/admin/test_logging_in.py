"""Who can log in to the admin, how often one may try, and whose session ends."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from conftest import PASSWORD
from tests.clock import let_pass
from users.administration import change_account
from users.models import Role, User
from users.passwords import is_right

LOGIN = "/admin/login/"
pytestmark = pytest.mark.django_db


def try_login(email: str, password: str = PASSWORD, address: str = "127.0.0.1") -> tuple[int, str]:
    data = {"username": email, "password": password}
    answer = Client().post(LOGIN, data, REMOTE_ADDR=address)
    return answer.status_code, answer.content.decode()


def test_owners_and_admins_come_in(olga: User, ada: User) -> None:
    assert try_login("olga@example.com")[0] == 302
    assert try_login(" ADA@Example.com ")[0] == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("olga@example.com", "wrong-horse-battery"),
        ("nobody@example.com", PASSWORD),
        ("alice@example.com", PASSWORD),
        ("otto@example.com", PASSWORD),
        ("not an address", PASSWORD),
    ],
)
def test_all_others_get_the_same_answer(
    olga: User, otto: User, alice: User, email: str, password: str
) -> None:
    User.objects.filter(pk=otto.pk).update(is_active=False)
    status, said = try_login(email, password)
    assert status == 200
    assert "The e-mail address or the password is wrong" in said


def test_too_many_tries_are_refused_even_with_the_right_password(olga: User) -> None:
    for _ in range(settings.RATE_LIMITS["login_account_and_address"][0]):
        assert try_login("olga@example.com", "wrong-horse-battery")[0] == 200
    status, said = try_login("Olga@example.com")
    assert status == 429
    assert "Too many attempts" in said
    assert try_login("olga@example.com", address="192.0.2.7")[0] == 302
    let_pass(settings.RATE_LIMITS["login_account_and_address"][1])
    assert try_login("olga@example.com")[0] == 302


def test_the_api_and_the_admin_count_the_same_tries(olga: User, anyone: Client) -> None:
    body = {"email": "olga@example.com", "password": "wrong-horse-battery"}
    for _ in range(settings.RATE_LIMITS["login_account_and_address"][0]):
        anyone.post("/api/v1/auth/login/", body)
    assert try_login("olga@example.com")[0] == 429


def test_a_refusal_says_when_to_come_back(olga: User) -> None:
    data = {"username": "olga@example.com", "password": "wrong-horse-battery"}
    answers = [Client().post(LOGIN, data) for _ in range(11)]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 15 * 60


@pytest.mark.parametrize("changes", [{"is_active": False}, {"role": Role.USER}])
def test_the_disabled_and_the_demoted_are_out_at_once(
    at_desk: Callable[[User], Client], olga: User, ada: User, changes: dict[str, object]
) -> None:
    client = at_desk(olga)
    assert client.get("/admin/").status_code == 200
    change_account(by=ada, user_id=olga.pk, changes=changes)
    assert client.get("/admin/").headers["Location"].startswith(LOGIN)


def test_its_cookies_are_out_of_reach_of_scripts_and_of_other_sites(olga: User) -> None:
    answer = Client().post(LOGIN, {"username": olga.email, "password": PASSWORD})
    assert set(answer.cookies) == {"sessionid", "csrftoken"}
    for cookie in answer.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_its_session_is_of_no_use_to_the_api(at_desk: Callable[[User], Client], ada: User) -> None:
    assert at_desk(ada).get("/api/v1/users/").status_code == 401


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_a_login_leads_nowhere_else(olga: User, elsewhere: str) -> None:
    data = {"username": olga.email, "password": PASSWORD, "next": elsewhere}
    assert Client().post(LOGIN, data).headers["Location"] == "/admin/"


def test_a_form_from_elsewhere_is_refused(olga: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(LOGIN, {"username": olga.email, "password": PASSWORD}).status_code == 403


def test_a_new_password_follows_the_rules_of_the_api(
    at_desk: Callable[[User], Client], olga: User
) -> None:
    def change(old: str, new: str) -> str:
        data = {"old_password": old, "new_password1": new, "new_password2": new}
        answer = client.post("/admin/password_change/", data, follow=True)
        return answer.content.decode()

    client = at_desk(olga)
    assert "The password is wrong" in change("wrong-horse-battery", "a-fine-new-one")
    assert "too short" in change(PASSWORD, "short-one")
    olga.refresh_from_db()
    assert is_right(PASSWORD, olga)
    assert "Your password was changed" in change(PASSWORD, "a-fine-new-one")
    olga.refresh_from_db()
    assert is_right("a-fine-new-one", olga)
    assert client.get("/admin/").status_code == 200
