"""Purchases by keyboard, in German, from another time zone; an account; what is not there."""

import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from bookings.models import Booking
from conftest import PASSWORD
from shows.models import Show
from tests.web import axe
from tests.web.visitors import Visit, Visitor
from theaters.models import Theater
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium", "node")]
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
NAMED = "document.activeElement.name || ''"
MOST_TABS = 60


def tab_to(page: Page, wanted: str, expression: str = FOCUSED) -> None:
    """Presses Tab until something with this name has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if re.search(wanted, str(page.evaluate(expression))):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def test_a_keyboard_is_enough_to_buy(guest: Visitor, show: Show) -> None:
    page = guest.open(f"/?date={show.local_date}")
    keyboard = page.keyboard
    expect(page.locator("a.time")).to_be_visible()
    tab_to(page, r"\d\d:\d\d")
    keyboard.press("Enter")
    expect(guest.seat("A1")).to_be_visible()
    tab_to(page, "Row A, seat 1,")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "Space", "ArrowRight"):
        keyboard.press(key)
    keyboard.press("Enter")
    expect(page.locator("[aria-selected=true]")).to_have_count(2)
    guest.looks_good("keyboard")
    tab_to(page, "^Continue$")
    keyboard.press("Enter")
    expect(page.get_by_text("2 seats: C3 and C4")).to_be_visible()
    tab_to(page, "^name$", NAMED)
    keyboard.type("Gwen")
    keyboard.press("Tab")
    keyboard.type("gwen@example.com")
    keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Book now"))).to_be_visible()
    tab_to(page, "^Book now")
    keyboard.press("Enter")
    expect(page.locator("img.qr")).to_have_count(2)
    assert Booking.objects.get().tickets.count() == 2


def test_a_german_buys_in_german(visit: Visit, show: Show) -> None:
    guest = visit(locale="de-DE")
    page = guest.open(f"/shows/{show.pk}")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    guest.press("Beste freie Plätze")
    guest.press("Weiter")
    expect(page.get_by_role("heading", name="Bestellung")).to_be_visible()
    page.get_by_label("Name").fill("Gwen")
    page.get_by_label("E-Mail").fill("gwen@example.com")
    guest.press("Weiter")
    expect(page.get_by_text("25,00 €").first).to_be_visible()
    guest.looks_good("checkout-german")
    page.get_by_role("button", name=re.compile("Zahlungspflichtig bestellen")).click()
    expect(page.locator("img.qr")).to_have_count(2)
    page.get_by_role("combobox").last.select_option("en")
    expect(
        page.get_by_text("Your tickets").or_(page.get_by_text("Confirmed")).first
    ).to_be_visible()


def test_times_in_new_york_are_new_yorks_for_who_is_in_berlin(visit: Visit, show: Show) -> None:
    zone = ZoneInfo("America/New_York")
    Theater.objects.filter(pk=show.screen.theater_id).update(
        city="New York", timezone=zone.key, currency="USD"
    )
    start = show.starts_at.astimezone(zone)
    page = visit(timezone_id="Europe/Berlin").open(f"/shows/{show.pk}")
    expect(
        page.get_by_text(re.compile(rf"{start:%H:%M} \((EST|EDT|GMT-[45]|New York)"))
    ).to_be_visible()
    home = visit(timezone_id="America/New_York").open(f"/shows/{show.pk}")
    expect(home.locator(".show-facts strong")).to_have_text(re.compile(rf"{start:%H:%M}$"))


def test_who_has_an_account_sees_and_cancels_tickets(
    guest: Visitor, alice: User, show: Show
) -> None:
    page = guest.page
    guest.log_in(alice.email, PASSWORD)
    guest.looks_good("no-tickets")
    guest.hold(show.pk, "E5", "E6")
    page.get_by_role("button", name=re.compile("Book now")).click()
    expect(page.locator("img.qr")).to_have_count(2)
    guest.press("Cancel …")
    expect(page.get_by_role("dialog")).to_be_visible()
    guest.looks_good("cancelling")
    page.get_by_role("dialog").get_by_role("button", name="Cancel the tickets").click()
    expect(page.get_by_text("This booking is cancelled")).to_be_visible()
    guest.looks_good("cancelled")
    guest.open("/account")
    expect(page.get_by_role("heading", name="Your details")).to_be_visible()
    guest.looks_good("account-of-alice")


def test_what_is_refused_or_not_there_says_so(guest: Visitor, show: Show) -> None:
    page = guest.open("/login")
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password").fill("wrong-horse-battery")
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()
    guest.looks_good("wrong-password")
    guest.open("/shows/999999999")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("It does not exist any more")).to_be_visible()
    guest.looks_good("no-such-show")
    guest.open("/bookings")
    expect(page.get_by_text("Log in to see your tickets")).to_be_visible()
    guest.looks_good("nobody")


def test_axe_finds_what_is_wrong(guest: Visitor, show: Show) -> None:
    """The twin of all pictures: a page with a mistake is found."""
    page = guest.open(f"/shows/{show.pk}")
    expect(guest.seat("A1")).to_be_visible()
    assert axe.violations(page) == []
    guest.seat("A1").evaluate("it => it.removeAttribute('role')")
    assert axe.violations(page) != []
