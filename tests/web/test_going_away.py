"""Lost answers, reloads, the way back, second tabs, and no network at all."""

import re

import pytest
from playwright.sync_api import Route, expect

from bookings.models import Booking
from conftest import PASSWORD
from shows.models import Show
from tests.web.visitors import Visitor
from users.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium", "node")]
BOOK = re.compile("Book now")


def at_the_button(guest: Visitor, show: Show) -> None:
    guest.hold(show.pk, "E5", "E6")
    guest.say_who()
    expect(guest.page.get_by_role("button", name=BOOK)).to_be_visible()


def book(guest: Visitor, show: Show) -> None:
    at_the_button(guest, show)
    guest.press(BOOK)
    expect(guest.page.locator("img.qr")).to_have_count(2)


def lose_the_answer(route: Route) -> None:
    """The order arrives, the answer does not."""
    if route.request.method == "POST":
        route.fetch()
        route.abort()
    else:
        route.continue_()


@pytest.mark.parametrize("reloads", [False, True])
def test_an_answer_that_is_lost_makes_one_booking(
    guest: Visitor, show: Show, reloads: bool
) -> None:
    page = guest.page
    at_the_button(guest, show)
    page.route("**/api/v1/bookings/", lose_the_answer)
    guest.press(BOOK)
    expect(page.get_by_text("No answer yet. Your order may have arrived")).to_be_visible(
        timeout=60_000
    )
    guest.looks_good("no-answer")
    page.unroute("**/api/v1/bookings/")
    assert Booking.objects.count() == 1
    if reloads:
        page.reload()
        expect(
            page.get_by_text("You hold no seats for this show.").or_(page.locator("img.qr").first)
        ).to_be_visible()
        guest.open("/bookings")
        expect(page.get_by_role("link", name="Metropolis")).to_be_visible()
    else:
        guest.press(BOOK)
        expect(page.locator("img.qr")).to_have_count(2)
    assert Booking.objects.count() == 1
    guest.complaints[:] = [said for said in guest.complaints if "ERR_FAILED" not in said]


def test_a_reload_anywhere_stays_there(guest: Visitor, show: Show) -> None:
    page = guest.page
    book(guest, show)
    tickets = page.url.removeprefix(guest.url)
    guest.hold(show.pk, "A1")
    for path, heading in (
        ("/?city=Berlin", "What’s on in Berlin"),
        (f"/films/{show.movie_id}", "Metropolis"),
        (f"/shows/{show.pk}", "Metropolis"),
        (f"/checkout/{show.pk}", "Checkout"),
        (tickets, "Metropolis"),
        ("/bookings", "My tickets"),
        ("/login", "Log in"),
        ("/register", "Create an account"),
        ("/reset", "Reset your password"),
        ("/account", "Account"),
        ("/about", "Imprint and accessibility"),
    ):
        guest.open(path)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        if heading != "Metropolis" and not path.startswith(("/?", "/checkout", "/bookings")):
            guest.looks_good(path.strip("/"))


def test_who_logs_in_after_a_reload_takes_along_what_was_chosen(
    guest: Visitor, alice: User, show: Show
) -> None:
    guest.hold(show.pk, "E5", "E6")
    page = guest.page
    page.reload()
    page.get_by_label("Log in").check()
    page.get_by_label("E-mail").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    guest.press("Log in")
    expect(page.get_by_role("button", name=BOOK)).to_be_visible()
    expect(page.get_by_text("2 seats: E5 and E6")).to_be_visible()
    guest.looks_good("checkout-after-a-reload")
    guest.press(BOOK)
    expect(page.locator("img.qr")).to_have_count(2)
    assert Booking.objects.get().user == alice


def test_back_from_the_checkout_finds_the_seats_chosen(guest: Visitor, show: Show) -> None:
    guest.hold(show.pk, "E5", "E6")
    guest.page.go_back()
    for label in ("E5", "E6"):
        expect(guest.seat(label)).to_have_attribute("aria-selected", "true")
    guest.page.go_forward()
    expect(guest.page.get_by_text("2 seats: E5 and E6")).to_be_visible()


def test_back_from_the_tickets_books_nothing_again(guest: Visitor, show: Show) -> None:
    book(guest, show)
    guest.page.go_back()
    expect(guest.page.get_by_text("You hold no seats for this show.")).to_be_visible()
    assert Booking.objects.count() == 1


def test_two_tabs_buy_what_they_hold_once(guest: Visitor, show: Show) -> None:
    at_the_button(guest, show)
    other = guest.tab(f"/checkout/{show.pk}")
    other.get_by_label("Name").fill("Gwen")
    other.get_by_label("E-mail").fill("gwen@example.com")
    other.get_by_role("button", name="Continue").click()
    expect(other.get_by_role("button", name=BOOK)).to_be_visible()
    guest.press(BOOK)
    expect(guest.page.locator("img.qr")).to_have_count(2)
    # Who comes back to the other tab either sees at once that nothing is held, or presses.
    other.get_by_role("button", name=BOOK).click()
    expect(other.get_by_role("link", name=re.compile("Choose"))).to_be_visible()
    assert Booking.objects.count() == 1


def test_a_ticket_that_was_opened_is_there_without_a_network(guest: Visitor, show: Show) -> None:
    book(guest, show)
    page = guest.page
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    expect(page.locator("img.qr")).to_have_count(2)
    guest.context.set_offline(True)
    page.reload()
    expect(page.locator("img.qr")).to_have_count(2)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    guest.looks_good("offline")
    page.get_by_role("link", name="My tickets").last.click()
    expect(page.get_by_role("link", name="Metropolis")).to_be_visible()
    guest.complaints[:] = [said for said in guest.complaints if "ERR_INTERNET" not in said]
