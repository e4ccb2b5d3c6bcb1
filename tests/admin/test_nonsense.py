"""Whatever is in a URL of the admin, the answer is a page and never a 500."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

from bookings.models import Booking
from users.models import User

Desk = Callable[[User], Client]
WORDS = ("0", "-1", "abc", "1e3", "_2F", "١", str(2**63), "9" * 900, "'\"🎬\x1f")
DATES = (
    "year=99999", "year=9999", "year=9999&month=12&day=31", "year=0", "year=-1", "year=1", "year=x",
    "year=2026&month=13", "year=2026&month=2&day=30", "year=2026&day=31", "month=x", "month=99",
    "day=" + "9" * 40, "year=" + "9" * 900, "year=", "year=2026.5", "year=2026&year=x",
)  # fmt: skip
QUERIES = (
    "p=-1", f"p={10**30}", "p=" + "9" * 900, "o=xx", "o=--1", "o=99.-99",
    "o=" + "1." * 400, "o=²", "q=%22", "q=%F0%9F%8E%AC", "q=" + "a" * 900,
    "q=%20%09%C2%A0",
    "q=" + "a+" * 400, "e=1", "e=1&o=xx", "all=1", "_to_field=",
    "_to_field=x", "theater=", "theater=1&theater=x", "status__exact=", "is_active__exact=7",
    "show__id__exact=0", "movie__id__exact=x", "city=%F0%9F%8E%AC", "when=past&when=x",
    "=", "&&", "%3D=1",
    "_changelist_filters=%25%00%zz", "_changelist_filters=p%3D-1", "_changelist_filters==%26",
)  # fmt: skip
FIELDS = ("movie", "screen", "theater", "owner", "starts_at", "price", "layout", "genres", "id")


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    """The address of every page of the admin, with its parameters in angle brackets."""
    for each in patterns:
        if isinstance(each.pattern, RoutePattern):
            here = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield here
            elif isinstance(each, URLResolver):
                yield from routes(each.url_patterns, here)


@pytest.fixture
def rows(olgas_booking: Booking, ottos_booking: Booking) -> Booking:
    return olgas_booking


def answers(client: Client, address: str) -> None:
    for answer in (client.get(address), client.post(address, {"post": "yes"})):
        assert answer.status_code < 500, address


@pytest.mark.parametrize("name", ["ada", "olga"])
def test_every_page_with_every_id(
    at_desk: Desk, request: pytest.FixtureRequest, rows: Booking, name: str
) -> None:
    client = at_desk(request.getfixturevalue(name))
    found = list(routes(admin.site.get_urls()))
    assert len(found) > 40
    for route in found:
        if route.startswith("logout"):
            continue
        for word in WORDS if "<" in route else ("",):
            answers(client, "/admin/" + re.sub(r"<[^>]*>", quote(word, safe=""), route))


def test_a_nul_or_a_broken_character_in_an_address(at_desk: Desk, ada: User, rows: Booking) -> None:
    client = at_desk(ada)
    for path in ("shows/show/%00/change/", "shows/show/?q=%00", "shows/show/%FF/", "%00/"):
        assert client.get(f"/admin/{path}").status_code in {302, 400, 404}
    assert client.get("/admin/shows/show/", QUERY_STRING="q=%FF").status_code in {200, 302, 400}


def test_every_list_with_every_query(
    at_desk: Desk, ada: User, rows: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = at_desk(ada)
    for page in admin.site._registry.values():
        monkeypatch.setattr(page, "list_per_page", 1)
        address = f"/admin/{page.opts.app_label}/{page.opts.model_name}/"
        dates = [
            "&".join(f"{page.date_hierarchy}__{part}" for part in date.split("&"))
            for date in (DATES if page.date_hierarchy else ())
        ]
        for query in (*QUERIES, *dates):
            answer = client.get(f"{address}?{query}", follow=True)
            assert answer.status_code in {200, 400}, (address, query)
            assert b"database installation" not in answer.content


@pytest.mark.parametrize("name", ["ada", "olga"])
def test_every_form_with_every_field_in_its_address(
    at_desk: Desk, request: pytest.FixtureRequest, rows: Booking, name: str
) -> None:
    client = at_desk(request.getfixturevalue(name))
    for path in ("movies/movie", "theaters/theater", "theaters/screen", "shows/show"):
        for step in ("add", f"{rows.show_id}/change"):
            for word in ("abc", "9" * 40, "🎬"):
                query = "&".join(f"{field}={quote(word)}" for field in FIELDS)
                answers(client, f"/admin/{path}/{step}/?{query}")


def test_what_a_list_cannot_show_is_said_and_the_rest_is_shown(
    at_desk: Desk, olga: User, rows: Booking
) -> None:
    for query in ("local_date__year=99999", "local_date__year=9999", "e=1&local_date__month=x"):
        answer = at_desk(olga).get(f"/admin/shows/show/?{query}", follow=True)
        assert "This list cannot show what the address asked for" in answer.content.decode()
        assert answer.context["cl"].result_count == 1


@pytest.mark.parametrize("term", ["'", "%22", "a" * 3000, "🎬", "%20", "%C2%A0"])
def test_suggestions_for_every_term(at_desk: Desk, olga: User, rows: Booking, term: str) -> None:
    for field in ("movie", "screen"):
        query = f"app_label=shows&model_name=show&field_name={field}&term={term}"
        for page in ("", "&page=0", "&page=x", f"&page={10**30}", "&page=last"):
            answer = at_desk(olga).get(f"/admin/autocomplete/?{query}{page}")
            assert answer.status_code in {200, 404}, page
