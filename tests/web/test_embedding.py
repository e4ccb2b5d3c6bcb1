"""A theater's own site shows the client in a frame; who chooses seats there buys at the top."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, expect

from shows.models import Show
from tests.web.visitors import Visit, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium", "node")]
SNIPPET = '<iframe src="{}" title="Tickets" width="100%" height="800"></iframe>'
SITE = "<!doctype html><html lang=en><title>Kino</title><main><h1>Kino</h1>{}</main>"


@contextmanager
def framed(guest: Visitor, path: str) -> Iterator[FrameLocator]:
    """Opens a site of somebody else with the snippet of docs/selling.md."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(SITE.format(SNIPPET.format(guest.url + path)).encode())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        guest.page.goto(f"http://localhost:{server.server_port}/")  # another site than 127.0.0.1
        yield guest.page.frame_locator("iframe")
        server.shutdown()


def test_a_choice_in_a_frame_is_bought_at_the_top(guest: Visitor, show: Show) -> None:
    asked: list[Any] = []
    # Playwright cannot take a method of a list.
    guest.page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    theater = show.screen.theater_id
    with framed(guest, f"/embed/theaters/{theater}/?date={show.local_date}") as frame:
        frame.locator("a.time").click()
        frame.locator("[data-seat=C3]").click()
        frame.locator("[data-seat=C4]").click()
        assert not guest.context.cookies()
        assert {each.method for each in asked} == {"GET"}
        assert not [each.url for each in asked if "/session/" in each.url or "/hold/" in each.url]
        frame.get_by_role("link", name="Continue").click()
    expect(guest.page).to_have_url(re.compile(rf"^{guest.url}/shows/{show.pk}\?seats=C3,C4$"))
    expect(guest.page.locator("[aria-selected=true]")).to_have_count(2)
    guest.press("Continue")
    expect(guest.page.get_by_role("heading", name="Checkout")).to_be_visible()


def test_nothing_is_chosen_by_going_on_without_seats(guest: Visitor, show: Show) -> None:
    path = f"/embed/theaters/{show.screen.theater_id}/shows/{show.pk}"
    with framed(guest, path) as frame:
        frame.get_by_role("link", name="Continue").click()
        expect(frame.get_by_role("status").get_by_text("seat").first).to_be_visible()
        assert guest.page.url.startswith("http://localhost:")


def test_it_speaks_the_language_of_the_site_around_it(visit: Visit, show: Show) -> None:
    guest = visit()
    page = guest.open(f"/embed/theaters/{show.screen.theater_id}/?lang=de&date={show.local_date}")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("a.time")).to_be_visible()
    guest.looks_good("embedded-programme-german")
    page.locator("a.time").click()
    page.locator("[data-seat=C3]").click()
    expect(page.get_by_role("link", name="Weiter")).to_be_visible()
    guest.looks_good("embedded-seats-german")
