"""Bodies, paths and headers that nobody sends by accident are refused with a 4xx."""

import json
import time

import pytest
from rest_framework.test import APIClient

from tests.problems import problem

LOGIN = "/api/v1/auth/login/"
pytestmark = pytest.mark.django_db


def send(client: APIClient, body: bytes | str, kind: str = "application/json") -> object:
    data = body.encode() if isinstance(body, str) else body
    return client.generic("POST", LOGIN, data, content_type=kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "Expecting"),
        ("{'email': 1}", "Expecting"),
        ('{"email": "a",}', "Expecting"),
        ("{} {}", "Extra data"),
        ("// no\n{}", "Expecting"),
        (b'\xef\xbb\xbf{"email": "a"}', "BOM"),
        (b'{"email": "\xff"}', "byte 11 is not UTF-8"),
        (b'{"email": "\xed\xa0\x80"}', "not UTF-8"),
        ('{"email": "a"}'.encode("utf-16"), "not UTF-8"),
        ('{"email": "a", "email": "b"}', "same key twice"),
        ('{"x": {"a": 1, "\\u0061": 2}}', "same key twice"),
        ('{"email": NaN}', "NaN is not"),
        ('{"email": -Infinity}', "-Infinity is not"),
        ('{"email": 1e400}', "out of range"),
        ('{"email": "a\\u0000b"}', "NUL"),
        ('{"a\\u0000b": 1}', "NUL"),
        ('{"email": "a\tb"}', "control character"),
        ('{"email": "\\ud800"}', "surrogate"),
        ('{"x": [["\\udfff"]]}', "surrogate"),
        (f'{{"email": {"9" * 5000}}}', "digits"),
        (f'{{"email": -{"9" * 5000}}}', "digits"),
        (f'{{"email": {"[" * 1000}1{"]" * 1000}}}', "nested"),
        (f'{{"email": {"[" * 17}1{"]" * 17}}}', "nested"),
        ('{"a":' * 1000 + "1" + "}" * 1000, "nested"),
        ("[" * 500_000, "nested"),
    ],
)
def test_what_is_not_json_is_refused_with_the_reason(
    anyone: APIClient, body: bytes | str, reason: str
) -> None:
    began = time.process_time()
    said = problem(send(anyone, body), 400, "malformed_json")
    assert reason in said["detail"]
    assert time.process_time() - began < 1


@pytest.mark.parametrize("body", ["[]", "[{}]", "1", '"text"', "null", "true"])
def test_a_body_that_is_not_an_object_is_refused(anyone: APIClient, body: str) -> None:
    said = problem(send(anyone, body), 400, "validation_failed")
    assert said["errors"][0]["field"] is None


@pytest.mark.parametrize("body", ["", " ", "{}"])
def test_an_empty_body_misses_the_fields(anyone: APIClient, body: str) -> None:
    said = problem(send(anyone, body), 400)
    assert {row["field"] for row in said["errors"]} == {"email", "password"}


@pytest.mark.parametrize("value", [1, 1.5, True, None, [], {}, ["a"], {"a": 1}, 10**30])
def test_a_text_of_another_type_is_refused_by_name(anyone: APIClient, value: object) -> None:
    body = json.dumps({"email": value, "password": "correct-horse-battery"})
    said = problem(send(anyone, body), 400)
    assert [row["field"] for row in said["errors"]] == ["email"]


def test_escaped_text_within_the_rules_is_read(anyone: APIClient) -> None:
    body = '{"email": "\\ud83c\\udfac@example.com", "password": "\\u00e9t\\u00e9 in the city"}'
    assert send(anyone, body).status_code in (400, 401)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json; charset=latin-1",
        "application/json; charset=nonsense",
        "nonsense",
        "a/" + "b" * 5000,
        "",
    ],
)
def test_a_body_of_another_kind_is_refused(anyone: APIClient, kind: str) -> None:
    problem(send(anyone, '{"email": "a"}', kind), 415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", "application/json;"])
def test_the_usual_ways_to_write_json_are_read(anyone: APIClient, kind: str) -> None:
    problem(send(anyone, "{}", kind), 400, "validation_failed")


def test_a_body_of_more_than_a_megabyte_is_refused(anyone: APIClient) -> None:
    body = json.dumps({"email": "a" * 3_000_000})
    problem(send(anyone, body), 413, "payload_too_large")


@pytest.mark.parametrize(
    "query", ["search=%00", "search=a%00b", "%00=1", "search=%ff", "search=%ed%a0%80", "x=%C0%80"]
)
def test_a_query_that_is_not_text_is_refused(anyone: APIClient, query: str) -> None:
    problem(anyone.get("/api/v1/movies/", QUERY_STRING=query), 400, "bad_request")


def test_an_incomplete_escape_is_just_text(anyone: APIClient) -> None:
    query = "search=%&genre=%zz&city=%C3%A9"
    assert anyone.get("/api/v1/movies/", QUERY_STRING=query).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/movies/%00/",
        "/api/v1/users/me/%00",
        "/static/%00",
        "/%00",
    ],
)
def test_a_path_with_nul_is_refused(anyone: APIClient, path: str) -> None:
    problem(anyone.get(path), 400, "bad_request")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/users/me",
        "/api/v1/nothing/",
        "/api/v1//users/me/",
        "/api/v1/movies/-1/",
        "/api/v1/movies/1e3/",
        "/api/v1/movies/%D9%A1/x",
        "/api/v1/movies/%FF/",
        "/api/v1/../../etc/passwd",
        "/static/../core/settings.py",
        "/static/nothing.css",
        "/problems/nothing/",
        "/problems/%2e%2e/",
    ],
)
def test_an_address_that_leads_nowhere_is_404(anyone: APIClient, path: str) -> None:
    problem(anyone.get(path), 404, "not_found")
