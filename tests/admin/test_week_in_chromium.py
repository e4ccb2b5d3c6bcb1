"""A manager's week in a real browser: few clicks, the own scripts only, usable on a phone."""

from datetime import date, timedelta
from typing import Any

import pytest

from movies.models import Movie
from shows.models import Show
from tests.admin.test_in_chromium import log_in, site, until, window
from tests.browser import Browser
from theaters.models import Screen
from users.models import User

__all__ = ["site", "window"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs("chromium", "chromedriver"),
]
MOST_CLICKS = 30
MARKED = """
const marked = document.querySelector('.select2-results__option--highlighted');
return marked && marked.textContent.includes('{}')
"""
WIDTHS = "return [document.documentElement.scrollWidth, innerWidth]"
RIGHT, ENTER = "\ue014", "\ue007"  # WebDriver, section 17.4.2
WIDE = """return [...document.querySelectorAll("*")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth).map((each) => each.outerHTML)
"""
FIRST = ".timeline-room a[data-move]"
IS_DRAWN = f"return document.querySelector('{FIRST}') !== null"
DRAG = """
const block = document.querySelector('.timeline-room a[data-move]');
const box = block.getBoundingClientRect();
const at = (type, dx) => block.dispatchEvent(new PointerEvent(type, {
  bubbles: true, cancelable: true, button: 0, pointerId: 1, pointerType: 'mouse',
  clientX: box.x + 20 + dx, clientY: box.y + 20 }));
block.setPointerCapture = () => {};
at('pointerdown', 0); at('pointermove', 60); at('pointermove', 120); at('pointerup', 120);
"""


class Hand:
    """Counts what somebody clicks."""

    def __init__(self, window: Browser) -> None:
        self.window, self.clicks = window, 0

    def click(self, selector: str) -> None:
        self.window.click(selector)
        self.clicks += 1

    def write(self, selector: str, text: str) -> None:
        """Clicks a field and types."""
        self.click(selector)
        self.window.type(selector, text)


@pytest.fixture
def screens(screen: Screen) -> list[Screen]:
    others = [Screen(theater=screen.theater, name=f"Screen {n}") for n in (2, 3, 4)]
    return [screen, *Screen.objects.bulk_create(others)]


def plan_film(hand: Hand, line: int, title: str, screen: Screen) -> None:
    form = f".plan-line:nth-of-type({line + 1})"
    if line:
        hand.click(f"{form} > summary")
    hand.click(f"{form} .select2-selection")
    hand.window.type(".select2-search__field", title)
    until(hand.window, MARKED.format(title))
    hand.click(".select2-results__option--highlighted")
    hand.click(f"{form} input[value='{screen.pk}'][name$=screens]")
    hand.write(f"#id_line{line}-times", "11:00 14:00 17:00 20:15")
    hand.write(f"#id_line{line}-price", "12.50")


def test_112_shows_of_four_films_take_less_than_30_clicks(
    window: Browser, site: str, screens: list[Screen], olga: User
) -> None:
    titles = ["Alien", "Brazil", "Casablanca", "Dune"]
    for title in titles:
        Movie.objects.create(title=title, duration_minutes=120)
    window.resize(1280, 1000)
    log_in(window, f"{site}/admin/")
    hand = Hand(window)
    hand.click(".today header nav a:last-child")
    for line, (title, screen) in enumerate(zip(titles, screens, strict=True)):
        plan_film(hand, line, title, screen)
    hand.click(".plan-buttons input[type=submit]")
    assert "112 shows would be made" in window.text("#result-title")
    hand.click("button[name=make]")
    assert "Shows made: 112." in window.text(".messagelist")
    assert Show.objects.count() == 112
    assert hand.clicks == 26 < MOST_CLICKS
    assert window.complaints() == []


@pytest.fixture
def tomorrow(make_show: Any) -> Show:
    day = date.today() + timedelta(days=2)  # noqa: DTZ011
    show: Show = make_show(starts_at=f"{day}T12:00Z", ends_at=f"{day}T14:00Z",
                           free_at=f"{day}T14:15Z", local_date=day)  # fmt: skip
    return show


def timeline_of(site: str, show: Show) -> str:
    return f"{site}/admin/shows/show/timeline/?day={show.local_date}"


def test_a_show_is_dragged_to_the_page_that_says_what_that_means(
    window: Browser, site: str, tomorrow: Show, olga: User
) -> None:
    window.resize(1280, 900)
    log_in(window, timeline_of(site, tomorrow))
    until(window, IS_DRAWN)
    window.run(DRAG)
    until(window, "return location.pathname.endsWith('/move/')")
    assert "Nobody has booked it." in window.text("#content-main")
    assert "starts_at=" in window.address()
    window.click("[type=submit].default")
    before = tomorrow.local_date
    tomorrow.refresh_from_db()
    assert (tomorrow.starts_at.hour, tomorrow.local_date) != (12, before)
    assert window.complaints() == []


def test_keys_move_it_as_well(window: Browser, site: str, tomorrow: Show, olga: User) -> None:
    window.resize(1280, 900)
    log_in(window, timeline_of(site, tomorrow))
    until(window, IS_DRAWN)
    window.type(FIRST, 3 * RIGHT)
    until(window, "return document.querySelector('#timeline-said').textContent.includes('To ')")
    window.type(FIRST, ENTER)
    until(window, "return location.pathname.endsWith('/move/')")
    assert "starts_at=" in window.address()


@pytest.mark.parametrize(
    "path", ["", "shows/show/plan/", "shows/show/copy/", "shows/show/timeline/"]
)
def test_on_a_phone_no_page_scrolls_sideways(
    window: Browser, site: str, tomorrow: Show, olga: User, path: str
) -> None:
    window.resize(390, 844)
    log_in(window, f"{site}/admin/{path}")
    until(window, "return document.readyState === 'complete'")
    width, room = window.run(WIDTHS)
    assert width <= room, window.run(WIDE)
