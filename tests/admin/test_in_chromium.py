"""Logging in and a show's seats, in a real browser."""

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread

from bookings.booking import book_seats
from bookings.order import Order
from conftest import PASSWORD
from shows.holding import hold_seats
from shows.models import Show
from tests.browser import Browser, chromium
from theaters.models import Screen
from users.models import User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs("chromium", "chromedriver"),
]
FIRST_ROWS = """
return [...document.querySelectorAll("#result_list tbody tr:first-child th a")].map((a) => a.href)
"""
COLOUR = "return getComputedStyle(document.querySelector('{}')).backgroundColor"


class Server(ThreadedWSGIServer):
    """Ends with its last request, so that no connection to the database outlives it."""

    daemon_threads = False


@pytest.fixture
def site() -> Iterator[str]:
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.server_class = Server
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture
def window(site: str) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def sold_show(make_show: Any, screen: Screen, alice: User, bob: User) -> Show:
    screen.layout = ["ss__ss", "______", "pp__xw"]
    screen.save()
    show: Show = make_show(screen=screen, prices={"premium": str(Decimal("300.00"))})
    book_seats(user_id=alice.pk, order=Order(show.pk, ["A1", "A2"]))
    hold_seats(user_id=bob.pk, show_id=show.pk, labels=["B1"])
    return show


def log_in(window: Browser, address: str, email: str = "Olga@Example.com") -> None:
    window.open(address)
    window.run("localStorage.setItem('theme', 'light')")
    window.type("#id_username", email)
    window.type("#id_password", PASSWORD)
    window.click("[type=submit]")


def until(window: Browser, script: str) -> None:
    deadline = time.monotonic() + 30
    while not window.run(script):
        assert time.monotonic() < deadline, script
        time.sleep(0.1)


def test_an_owner_logs_in_and_sees_the_seats(
    window: Browser, site: str, sold_show: Show, olga: User
) -> None:
    log_in(window, f"{site}/admin/shows/show/")
    window.click("#result_list tbody th a")
    assert window.address().endswith(f"/{sold_show.pk}/change/")
    assert "2 of 8 sold, 500.00" in window.text("#seatmap-title")
    statuses = ("available", "selected", "booked", "blocked")
    light = [window.run(COLOUR.format(f".seat-{status}")) for status in statuses[:3]]
    assert len(set(light)) == 3
    assert window.run("return document.querySelectorAll('.seatmap tbody .seat').length") == 8
    window.run("localStorage.setItem('theme', 'dark')")
    window.open(window.address())
    dark = [window.run(COLOUR.format(f".seat-{status}")) for status in statuses[:3]]
    assert not set(light) & set(dark)
    window.click("a.seat-booked")
    assert "/admin/bookings/booking/" in window.address()
    assert window.complaints() == []


def test_on_a_phone_only_the_map_scrolls_sideways(
    window: Browser, site: str, screen: Screen, make_show: Any, olga: User
) -> None:
    screen.layout = ["s" * 40]
    screen.save()
    window.resize(400, 800)
    log_in(window, f"{site}/admin/shows/show/{make_show(screen=screen).pk}/change/")
    width, room = window.run("return [document.documentElement.scrollWidth, innerWidth]")
    assert width <= room
    assert window.text("#seatmap-title")


def test_no_page_asks_for_what_its_security_policy_refuses(
    window: Browser, site: str, sold_show: Show, ada: User
) -> None:
    log_in(window, f"{site}/admin/", ada.email)
    for model in admin.site._registry:
        name = model._meta.model_name
        address = f"{site}/admin/{model._meta.app_label}/{name}/"
        window.open(address)
        assert window.text("h1"), address
        for row in window.run(FIRST_ROWS):
            window.open(row)
        window.open(f"{address}add/")
        refused = [said for said in window.complaints() if "Content Security Policy" in said]
        assert refused == [], address


# The list is drawn anew when the answer comes.
FOUND = """
const marked = document.querySelector('.select2-results__option--highlighted');
return marked && marked.textContent.includes('Metropolis')
"""


def test_forms_complete_names_and_pick_dates(
    window: Browser, site: str, sold_show: Show, ada: User
) -> None:
    log_in(window, f"{site}/admin/shows/show/add/", ada.email)
    window.click(".field-movie .select2-selection")
    window.type(".select2-search__field", "Metro")
    until(window, FOUND)
    window.click(".select2-results__option--highlighted")
    assert "Metropolis" in window.text(".field-movie .select2-selection")
    window.open(f"{site}/admin/movies/movie/add/")
    window.click("#calendarlink0")
    window.click("#calendarin0 td a")
    assert window.run("return document.querySelector('#id_release_date').value")
    assert window.complaints() == []
