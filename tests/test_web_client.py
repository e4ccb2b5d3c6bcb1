"""The web client: one file at its addresses, where it was built, under a policy of its own."""

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from core.http.middleware import Files
from core.urls import CLIENT, EMBEDDED

PAGES = [
    "/",
    *(f"/{route.replace('<int:film>', '1').replace('<int:show>', '1')}" for route in CLIENT),
]
PAGES = [page.replace("<slug:reference>", "K7M2QX9RTA") for page in PAGES]

FRAMED = [
    f"/{route}".replace("<int:theater>", "3").replace("<int:film>", "1").replace("<int:show>", "1")
    for route in EMBEDDED
]


@pytest.fixture
def built(tmp_path: Path, settings: Any) -> Path:
    """A client as Vite builds it."""
    settings.CLIENT_DIST = tmp_path / "dist"
    (tmp_path / "dist/assets").mkdir(parents=True)
    (tmp_path / "dist/index.html").write_text("<!doctype html><title>Tickets</title>")
    (tmp_path / "dist/sw.js").write_text("// for times without a network")
    (tmp_path / "dist/assets/index-1a2b3c.js").write_text("export {};")
    return tmp_path / "dist"


@pytest.fixture
def missing(tmp_path: Path, settings: Any) -> None:
    settings.CLIENT_DIST = tmp_path / "none"


@pytest.mark.parametrize("page", [*PAGES, *FRAMED])
def test_each_address_answers_the_same_page(built: Path, client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert answer.content == (built / "index.html").read_bytes()
    assert answer["Cache-Control"] == "no-cache"
    assert client.get(page, headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("page", ["/", "/shows/1", "/sw.js", *FRAMED])
def test_its_policy_lets_only_its_own_scripts_run(built: Path, client: Client, page: str) -> None:
    answer = client.get(page)
    for policy in (answer, client.get(page, headers={"If-None-Match": answer["ETag"]})):
        said = policy["Content-Security-Policy"]
        assert "script-src 'self';" in said
        assert "require-trusted-types-for 'script'" in said
        assert "unsafe" not in said


@pytest.mark.parametrize("page", FRAMED)
def test_only_programme_and_map_of_a_theater_are_framed_by_other_sites(
    built: Path, client: Client, page: str
) -> None:
    answer = client.get(page)
    for framed in (answer, client.get(page, headers={"If-None-Match": answer["ETag"]})):
        assert framed["Content-Security-Policy"].endswith("frame-ancestors *")
        assert "X-Frame-Options" not in framed
        assert not framed.cookies


@pytest.mark.parametrize("page", [*PAGES, "/sw.js", "/embed/theaters/3/checkout/1", "/embed/"])
def test_nothing_else_is_framed(built: Path, client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert answer["X-Frame-Options"] == "DENY"


def test_its_policy_lets_it_hear_the_live_map(built: Path, client: Client, settings: Any) -> None:
    settings.LIVE_URL = "https://live.tickets.example.com/seats"
    policy = client.get("/shows/1")["Content-Security-Policy"]
    assert "connect-src 'self' https://live.tickets.example.com;" in policy


def test_a_head_has_no_body(built: Path, client: Client) -> None:
    assert client.head("/").content == b""
    assert client.post("/shows/1").status_code == 405


def test_an_address_that_it_does_not_know_is_a_problem(built: Path, client: Client) -> None:
    answer = client.get("/films/metropolis")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_without_it_the_start_leads_to_the_documentation(missing: None, client: Client) -> None:
    assert client.get("/")["Location"] == "/api/v1/docs/"
    assert client.get("/shows/1").status_code == 404
    assert client.get("/sw.js").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "is_kept"), [("/client/assets/index-1a2b3c.js", True), ("/client/sw.js", False)]
)
def test_only_files_with_a_hash_in_their_names_are_kept_for_ever(
    built: Path, rf: RequestFactory, address: str, is_kept: bool
) -> None:
    answer = Files(lambda request: HttpResponse(status=404))(rf.get(address))
    answer.close()
    assert ("immutable" in answer["Cache-Control"]) is is_kept
