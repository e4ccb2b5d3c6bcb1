"""Visitors of the web client: a browser's window of a size, and what they do in it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.server import BASE_DIR
from tests.web import axe

PICTURES = BASE_DIR / "var" / "screens"
HEIGHTS = {390: 844, 1280: 900}
# A refusal is an answer that the client shows; Chromium notes each in the console.
REFUSALS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Visitor:
    """Somebody with a browser of their own: nothing in it is known to others."""

    def __init__(self, context: BrowserContext, url: str, width: int) -> None:
        self.context, self.url, self.width = context, url, width
        self.complaints: list[str] = []
        context.on("console", self._note)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page = context.new_page()

    def _note(self, message: Any) -> None:
        if message.type in ("error", "warning") and not REFUSALS.match(message.text):
            self.complaints.append(message.text)

    def open(self, path: str, page: Page | None = None) -> Page:
        page = page or self.page
        page.goto(self.url + path)
        return page

    def tab(self, path: str) -> Page:
        return self.open(path, self.context.new_page())

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).click()

    def seat(self, label: str, page: Page | None = None) -> Any:
        return (page or self.page).locator(f"[data-seat={label}]")

    def looks_good(self, name: str) -> None:
        """Takes a picture; no rule of accessibility is broken, light or dark, and nothing is
        wider than the window."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        found = {}
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            shade = "" if scheme == "light" else "-dark"
            path = PICTURES / f"{name}-{self.width}{shade}.png"
            self.page.screenshot(path=path, animations="disabled", full_page=True)
            # Nothing but colors differs in the dark.
            rules = axe.RULES if scheme == "light" else ["color-contrast"]
            if broken := axe.violations(self.page, rules):
                found[scheme] = broken
        self.page.emulate_media(color_scheme="light")
        assert not found, found
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width

    def choose(self, show: int, *labels: str) -> None:
        self.open(f"/shows/{show}")
        for label in labels:
            self.seat(label).click()
            expect(self.seat(label)).to_have_attribute("aria-selected", "true")

    def hold(self, show: int, *labels: str) -> None:
        """Chooses seats and goes on with them."""
        self.choose(show, *labels)
        self.press("Continue")
        expect(self.page.get_by_role("heading", name="Checkout")).to_be_visible()

    def say_who(self, name: str = "Gwen") -> None:
        """Goes on as a guest."""
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("E-mail").fill(f"{name.lower()}@example.com")
        self.press("Continue")

    def log_in(self, email: str, password: str) -> None:
        self.open("/login")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("main").get_by_role("button", name="Log in").click()
        expect(self.page.get_by_role("heading", name="My tickets")).to_be_visible()


Visit = Callable[..., Visitor]


@contextmanager
def visiting(browser: Browser, url: str, width: int, **more: Any) -> Iterator[Visitor]:
    """A visitor who leaves at the end."""
    settings = {"locale": "en-GB", "timezone_id": "Europe/Berlin"} | more
    size: Any = {"width": width, "height": HEIGHTS[width]}
    context = browser.new_context(viewport=size, **settings)
    try:
        yield Visitor(context, url, width)
    finally:
        context.close()
