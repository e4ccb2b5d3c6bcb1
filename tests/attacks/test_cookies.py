"""OWASP API2 and cross-site request forgery: a browser's cookie serves this server's pages only."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings
from rest_framework.test import APIClient

from conftest import PASSWORD
from shows.models import Show
from tests.api import As, hold_url
from tests.clock import let_pass
from tests.problems import problem
from tests.queries import queries_at_most
from users import tokens
from users.models import Session, User
from users.sessions import start_session

pytestmark = pytest.mark.django_db
AUTH = "/api/v1/auth/"
SESSION = f"{AUTH}session/"
ME = "/api/v1/users/me/"
NAME = "session"
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
Browser = Callable[..., APIClient]


@pytest.fixture
def browser() -> Browser:
    """A browser with the cookie of a login; what it sends along says that it is on our page."""

    def make(user: User, **sends: str) -> APIClient:
        access = tokens.pair(start_session(user=user, address=""))["access"]
        answer = APIClient().post(SESSION, HTTP_AUTHORIZATION=f"Bearer {access}")
        assert answer.status_code == 204
        return with_cookie(answer.cookies[NAME].value, **(sends or OURS))

    return make


def with_cookie(value: str, **sends: str) -> APIClient:
    client = APIClient()
    client.defaults.update(sends)
    client.cookies[NAME] = value
    return client


def who(client: APIClient) -> Any:
    answer = client.get(SESSION)
    assert answer.status_code == 200, answer.content
    user = answer.json()["user"]
    return user and user["email"]


def test_a_browser_is_logged_in_by_its_cookie(browser: Browser, alice: User, show: Show) -> None:
    client = browser(alice)
    assert who(client) == "alice@example.com"
    assert client.get(ME).json()["name"] == "Alice"
    assert client.put(hold_url(show), {"seats": ["A1"]}).status_code == 200
    assert client.get("/api/v1/users/me/sessions/").json()["results"][0]["current"] is True


def test_scripts_and_other_sites_cannot_use_the_cookie(as_: As, alice: User) -> None:
    cookie = as_(alice).post(SESSION).cookies[NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert (cookie["domain"], cookie["max-age"]) == ("", 14 * 24 * 3600)


def test_in_production_only_this_host_can_set_it(as_: As, alice: User, settings: Settings) -> None:
    settings.DEVELOPMENT, settings.LOGIN_COOKIE = False, "__Host-session"
    client = as_(alice)
    cookie = client.post(SESSION).cookies["__Host-session"]
    assert cookie["secure"] is True
    gone = client.delete(SESSION).cookies["__Host-session"]
    assert (gone["secure"], gone["max-age"], gone.value) == (True, 0, "")


@pytest.mark.parametrize(
    "sends",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_SEC_FETCH_SITE": ""},
        {"HTTP_SEC_FETCH_SITE": "same-origin, cross-site"},
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "https://testserver"},
        {"HTTP_ORIGIN": "http://testserver:8000"},
        {"HTTP_ORIGIN": "http://testserver.evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_REFERER": "http://testserver/"},
    ],
)
def test_the_page_of_another_origin_changes_nothing(
    sends: dict[str, str], browser: Browser, alice: User, show: Show
) -> None:
    client = browser(alice, **sends)
    for method, path, body in (
        ("put", hold_url(show), {"seats": ["A1"]}),
        ("post", "/api/v1/bookings/", {"show": show.pk, "seats": ["A1"]}),
        ("patch", ME, {"name": "Eve"}),
        ("delete", ME, {"password": PASSWORD}),
        ("post", f"{AUTH}logout-all/", {}),
        ("delete", SESSION, {}),
        ("post", SESSION, {}),
    ):
        problem(getattr(client, method)(path, body), 403, "cross_origin")
    assert who(client) == "alice@example.com"
    assert show.seats.exclude(status="available").count() == 0


@pytest.mark.parametrize("sends", [OURS, {"HTTP_ORIGIN": "http://testserver"}])
def test_our_own_page_may(sends: dict[str, str], browser: Browser, alice: User, show: Show) -> None:
    client = browser(alice, **sends)
    assert client.put(hold_url(show), {"seats": ["A1"]}).status_code == 200


def test_other_origins_get_no_leave_to_send_it(browser: Browser, alice: User) -> None:
    client = browser(alice, HTTP_ORIGIN="http://localhost:3000", HTTP_SEC_FETCH_SITE="same-site")
    assert "Access-Control-Allow-Credentials" not in client.get(ME).headers


def test_a_token_of_another_type_is_no_cookie_nor_is_a_cookie_a_token(alice: User) -> None:
    session = start_session(user=alice, address="")
    pair, cookie = tokens.pair(session), tokens.cookie(session)
    assert who(with_cookie(cookie)) == "alice@example.com"
    for token in pair.values():
        assert who(with_cookie(token)) is None
        assert with_cookie(token, **OURS).get(ME).status_code == 401
    bearer = APIClient(HTTP_AUTHORIZATION=f"Bearer {cookie}")
    for path in (ME, SESSION, "/api/v1/movies/"):
        problem(bearer.get(path), 401, "token_not_valid")
    for path in ("refresh/", "logout/"):
        problem(APIClient().post(AUTH + path, {"refresh": cookie}), 401, "token_not_valid")


@pytest.mark.parametrize(
    "value", ["", "x", "e30.e30.AAAA", "a" * 32, "a" * 3000, tokens.HEADER + "e30." + "A" * 43]
)
def test_a_cookie_that_does_not_work_is_nobodys(value: str, alice: User) -> None:
    client = with_cookie(value)
    assert who(client) is None
    assert client.get("/api/v1/movies/").status_code == 200
    problem(client.get(ME), 401, "not_authenticated")
    login = client.post(f"{AUTH}login/", {"email": alice.email, "password": PASSWORD})
    assert login.status_code == 200
    assert client.delete(SESSION).status_code == 204


def test_a_bad_token_is_refused_beside_a_good_cookie(browser: Browser, alice: User) -> None:
    client = browser(alice)
    problem(client.get(SESSION, HTTP_AUTHORIZATION="Bearer x"), 401, "token_not_valid")


def test_a_token_counts_before_a_cookie(browser: Browser, alice: User, bob: User) -> None:
    access = tokens.pair(start_session(user=bob, address=""))["access"]
    client = browser(alice, HTTP_SEC_FETCH_SITE="cross-site")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    assert client.patch(ME, {"name": "Robert"}).json()["name"] == "Robert"


def end_it(client: APIClient, how: str, alice: User) -> None:
    elsewhere = APIClient(
        HTTP_AUTHORIZATION=f"Bearer {tokens.pair(start_session(user=alice, address=''))['access']}"
    )
    changed = {"current_password": PASSWORD, "new_password": "purple monkey dishwasher"}
    if how == "here":
        assert client.delete(SESSION).cookies[NAME]["max-age"] == 0
    elif how == "everywhere":
        elsewhere.post(f"{AUTH}logout-all/")
    elif how == "elsewhere":
        pk = Session.objects.earliest("pk").pk
        assert elsewhere.delete(f"/api/v1/users/me/sessions/{pk}/").status_code == 204
    elif how == "by a new password":
        elsewhere.post(f"{AUTH}password/change/", changed)
    else:
        User.objects.update(is_active=False)


@pytest.mark.parametrize(
    "how", ["here", "everywhere", "elsewhere", "by a new password", "by disabling"]
)
def test_a_session_that_is_ended_ends_its_cookie(how: str, browser: Browser, alice: User) -> None:
    client = browser(alice)
    stolen = with_cookie(client.cookies[NAME].value, **OURS)
    end_it(client, how, alice)
    assert who(stolen) is None
    problem(stolen.get(ME), 401, "not_authenticated")
    assert stolen.delete(SESSION).status_code == 204


def test_the_refresh_token_is_void_once_there_is_a_cookie(alice: User) -> None:
    pair = tokens.pair(start_session(user=alice, address=""))
    bearer = APIClient(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    assert bearer.post(SESSION).status_code == 204
    assert bearer.post(SESSION).status_code == 204, "the first answer may have been lost"
    refused = APIClient().post(f"{AUTH}refresh/", {"refresh": pair["refresh"]})
    problem(refused, 401, "token_not_valid")


def test_without_a_login_there_is_no_cookie(anyone: APIClient) -> None:
    answer = anyone.post(SESSION)
    problem(answer, 401, "not_authenticated")
    assert not answer.cookies


def test_a_cookie_lasts_two_weeks_from_its_last_use(browser: Browser, alice: User) -> None:
    client = browser(alice)
    assert not client.get(SESSION).cookies, "one a day is enough"
    session = Session.objects.get()
    claims = tokens.read_cookie(client.cookies[NAME].value)
    young = tokens.CookieToken.lifetime
    try:
        tokens.CookieToken.lifetime = timedelta(days=12)
        client.cookies[NAME] = tokens.cookie(session)
    finally:
        tokens.CookieToken.lifetime = young
    let_pass(timedelta(days=2))
    renewed = client.get(SESSION).cookies[NAME].value
    assert tokens.read_cookie(renewed).expires_at >= claims.expires_at
    assert Session.objects.get().expires_at >= session.expires_at
    let_pass(timedelta(days=14))
    assert who(client) is None


def test_no_cookie_lasts_longer_than_any_session(browser: Browser, alice: User) -> None:
    client = browser(alice)
    let_pass(timedelta(days=85))
    Session.objects.update(expires_at=Session.objects.get().created_at + timedelta(days=86))
    assert client.post(SESSION).status_code == 204
    session = Session.objects.get()
    assert session.expires_at - session.created_at == django_settings.SESSION_LASTS_AT_MOST
    assert session.expires_at - session.rotated_at < tokens.CookieToken.lifetime


def test_it_costs_one_query_as_a_token_does(browser: Browser, alice: User) -> None:
    client = browser(alice)
    with queries_at_most(1):
        client.get(ME)
    with queries_at_most(1):
        client.get(SESSION)
    with queries_at_most(0):
        with_cookie("x" * 200).get(SESSION)


def test_no_cache_keeps_what_a_cookie_was_sent_for(browser: Browser, alice: User) -> None:
    client = browser(alice)
    for path in (ME, SESSION, "/api/v1/bookings/"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    assert client.get("/api/v1/movies/").headers["Cache-Control"] == "no-cache"


def test_a_second_factor_is_required_of_cookies_too(
    browser: Browser, olga: User, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = browser(olga)
    assert who(client) == "olga@example.com"
    problem(client.get("/api/v1/bookings/"), 403, "second_factor_required")


def test_a_guest_may_have_one(anyone: APIClient) -> None:
    access = anyone.post(f"{AUTH}guest/").json()["access"]
    answer = anyone.post(SESSION, HTTP_AUTHORIZATION=f"Bearer {access}")
    user = with_cookie(answer.cookies[NAME].value).get(SESSION).json()["user"]
    assert user["is_guest"] is True
