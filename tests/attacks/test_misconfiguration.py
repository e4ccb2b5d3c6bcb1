"""The headers of every response, and what other origins, hosts and methods may not do."""

import pytest
from django.contrib import admin
from django.core import mail
from django.http.response import ResponseHeaders
from django.test import Client, override_settings
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.api import As
from tests.problems import problem
from theaters.models import Theater
from users.models import User
from users.tests.conftest import run_jobs

ME = "/api/v1/users/me/"
PAGES = ("/", "/health/live/", "/problems/busy/", "/api/v1/docs/", "/admin/login/", "/nothing")
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", [*PAGES, ME, "/api/v1/movies/"])
def test_every_answer_tells_browsers_to_be_careful(anyone: APIClient, path: str) -> None:
    headers = anyone.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith("frame-ancestors 'none'")
    assert "unsafe" not in policy
    assert ("script-src 'self'" in policy) is headers["Content-Type"].startswith("text/html")
    assert headers["Referrer-Policy"] == "same-origin"
    assert len(headers["X-Request-ID"]) == 32
    assert "Server" not in headers


def test_https_is_remembered_for_a_year() -> None:
    with override_settings(SECURE_HSTS_SECONDS=31536000, SECURE_SSL_REDIRECT=True):
        client = Client()
        assert client.get(ME).status_code == 301
        assert client.get("/health/live/").status_code == 200
        strict = client.get(ME, secure=True).headers["Strict-Transport-Security"]
    assert strict.startswith("max-age=31536000")


def test_private_answers_are_not_kept(as_: As, alice: User, anyone: APIClient) -> None:
    assert as_(alice).get(ME).headers["Cache-Control"] == "no-store"
    assert as_(alice).get("/nothing").headers["Cache-Control"] == "no-store"
    refused = anyone.get(ME)
    problem(refused, 401, "not_authenticated")
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "a b", "::1]", "a\0"]
)
@pytest.mark.parametrize("path", ["/health/live/", ME, "/nothing"])
def test_an_unknown_host_is_refused(anyone: APIClient, path: str, host: str) -> None:
    problem(anyone.get(path, HTTP_HOST=host), 400, "bad_request")


@pytest.mark.parametrize("developing", [True, False])
def test_the_refused_host_is_named(anyone: APIClient, settings: Settings, developing: bool) -> None:
    settings.DEVELOPMENT = developing
    detail = problem(anyone.get(ME, HTTP_HOST="10.0.2.2:8000"), 400)["detail"]
    assert "'10.0.2.2:8000'" in detail
    assert ("ALLOWED_HOSTS" in detail) is developing


@pytest.mark.parametrize("origin", ["http://localhost:5173", "https://127.0.0.1:3000"])
def test_in_development_pages_of_localhost_may_call(anyone: APIClient, origin: str) -> None:
    assert preflight(anyone, origin)["Access-Control-Allow-Origin"] == origin


def test_a_forwarded_host_is_not_believed(anyone: APIClient) -> None:
    answer = anyone.get("/admin/", HTTP_X_FORWARDED_HOST="evil.example")
    assert "evil" not in answer.headers["Location"]


def test_a_request_id_of_the_client_is_not_believed(anyone: APIClient) -> None:
    answer = anyone.get("/nothing", HTTP_X_REQUEST_ID="mine")
    assert problem(answer, 404)["request_id"] != "mine"


@pytest.mark.parametrize("path", [*PAGES[:-1], ME, "/api/v1/auth/login/"])
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "PROPFIND"])
def test_strange_methods_have_no_effect(anyone: APIClient, path: str, method: str) -> None:
    answer = anyone.generic(method, path)
    if path != "/admin/login/":
        assert answer.status_code in (401, 405)
        problem(answer, answer.status_code)


@pytest.mark.parametrize("path", ["/", "/health/live/", "/health/ready/", "/problems/busy/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_pages_only_read(path: str, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, path)
    problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_a_method_is_not_overridden(as_: As, alice: User) -> None:
    client = as_(alice)
    answer = client.post(ME + "?_method=DELETE", {}, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE")
    problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]
    assert client.get(ME).status_code == 200


def test_options_names_the_methods(as_: As, alice: User) -> None:
    answer = as_(alice).options(ME)
    assert answer.status_code == 200
    assert answer.headers["Allow"] == ", ".join(answer.json()["methods"])


def test_head_is_get_without_its_body(as_: As, alice: User) -> None:
    answer = as_(alice).head(ME)
    assert answer.status_code == 200
    assert answer.content == b""


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*;q=1", "nonsense"])
def test_another_format_cannot_be_had(anyone: APIClient, accept: str) -> None:
    problem(anyone.post("/api/v1/auth/login/", {}, HTTP_ACCEPT=accept), 406, "not_acceptable")


def test_a_bug_is_a_problem_without_a_trace(
    anyone: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret of the code")

    monkeypatch.setattr("core.server.health.JsonResponse", broken)
    anyone.raise_request_exception = False
    said = problem(anyone.get("/health/live/"), 500, "internal_error")
    assert "secret" not in str(said)


ORIGIN = "https://tickets.example.com"


def preflight(client: APIClient, origin: str) -> ResponseHeaders:
    asked = "authorization,content-type,idempotency-key,if-none-match"
    return client.options(
        "/api/v1/bookings/",
        HTTP_ORIGIN=origin,
        HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST",
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS=asked,
    ).headers


def test_a_page_of_a_configured_origin_may_call(anyone: APIClient, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    allowed = preflight(anyone, ORIGIN)
    assert allowed["Access-Control-Allow-Origin"] == ORIGIN
    for name in ("authorization", "content-type", "idempotency-key", "if-none-match"):
        assert name in allowed["Access-Control-Allow-Headers"]
    refusal = anyone.get(ME, HTTP_ORIGIN=ORIGIN)
    assert refusal.headers["Access-Control-Allow-Origin"] == ORIGIN
    for name in ("ETag", "Idempotent-Replayed", "Location", "Retry-After", "X-Request-ID"):
        assert name in refusal.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", ORIGIN + ".evil.example", "http://localhost.evil.example"],
)
def test_a_page_of_another_origin_may_not(
    anyone: APIClient, settings: Settings, origin: str
) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    assert "Access-Control-Allow-Origin" not in preflight(anyone, origin)
    headers = anyone.get(ME, HTTP_ORIGIN=origin).headers
    assert "Access-Control-Allow-Origin" not in headers
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize("query", ["version=a%0d%0aX-Evil:%20b", "format=yaml", "lang=xx"])
def test_the_schema_is_one_document_and_takes_no_wishes(anyone: APIClient, query: str) -> None:
    answer = anyone.get(f"/api/v1/schema/?{query}", HTTP_ACCEPT="application/json")
    problem(answer, 400, "unknown_parameter")
    assert "X-Evil" not in answer.headers
    plain = anyone.get("/api/v1/schema/", HTTP_ACCEPT="application/json")
    assert plain.json()["info"]["version"] == "0.2.0"


def test_neither_a_name_nor_a_host_gets_into_a_mail_as_more_than_text(anyone: APIClient) -> None:
    name = "<b>Eve</b>\r\nBcc: everybody@evil.example {{ code }}"
    body = {"email": "eve@example.com", "password": "purple monkey dishwasher", "name": name}
    hosts = {"Host": "localhost:666", "X-Forwarded-Host": "evil.example"}
    assert anyone.post("/api/v1/auth/register/", body, headers=hosts).status_code == 201
    run_jobs()
    (sent,) = mail.outbox
    assert isinstance(sent, mail.EmailMultiAlternatives)
    assert sent.recipients() == ["eve@example.com"]
    page = str(sent.alternatives[0][0])
    assert "<b>Eve</b>" not in page
    for part in (page, str(sent.body)):
        assert "localhost:666" not in part
    assert "Bcc" not in sent.message()


def test_what_people_are_called_is_text_in_the_admin_too(
    client: Client, ada: User, theater: Theater
) -> None:
    attack = "<script>alert(1)</script>"
    User.objects.create_user("eve@example.com", "purple monkey dishwasher", name=attack)
    Theater.objects.update(name=attack, city=attack)
    client.force_login(ada)
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        answer = client.get(path, follow=True)
        assert answer.status_code in {200, 403}, path
        assert attack not in answer.content.decode()
