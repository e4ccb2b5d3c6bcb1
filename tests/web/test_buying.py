"""A customer buys, pays the demo bank, and sees the tickets, with and without a network."""

import re

import pytest
from playwright.sync_api import expect

from bookings.models import Booking
from shows.models import Show
from tests.web.visitors import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium", "node")]


def pay(guest: Visitor, show: Show) -> None:
    """Goes with two seats to the bank's page."""
    guest.hold(show.pk, "E5", "E6")
    guest.say_who()
    guest.press(re.compile("Buy now, pay"))
    expect(guest.page.get_by_role("heading", name="Confirm your payment")).to_be_visible()


def test_a_guest_finds_a_film_and_pays_for_its_best_seats(guest: Visitor, online: Show) -> None:
    page = guest.open(f"/?date={online.local_date}")
    expect(page.get_by_role("link", name="Metropolis").first).to_be_visible()
    guest.looks_good("programme")
    page.get_by_role("main").get_by_role("link", name="Metropolis", exact=True).first.click()
    expect(page.get_by_role("heading", name="Metropolis")).to_be_visible()
    guest.looks_good("film")
    page.locator("a.time").first.click()
    guest.press("Best available")
    expect(page.locator("[aria-selected=true]")).to_have_count(2)
    guest.looks_good("seats")
    guest.press("List")
    guest.looks_good("seats-list")
    guest.press("Continue")
    expect(page.get_by_role("heading", name="Checkout")).to_be_visible()
    guest.looks_good("checkout-who")
    guest.say_who()
    buy = page.get_by_role("button", name=re.compile("Buy now, pay €25.00"))
    expect(buy).to_be_visible()
    expect(page.get_by_text("until 1 hour before the start, 100 % comes back")).to_be_visible()
    guest.looks_good("checkout")
    buy.click()
    guest.press(re.compile("^Pay"))
    expect(page.get_by_text("All set. See you there!")).to_be_visible()
    expect(page.locator("img.qr")).to_have_count(2)
    guest.looks_good("tickets")
    page.get_by_role("link", name="My tickets").last.click()
    expect(page.get_by_role("link", name="Metropolis")).to_be_visible()
    guest.looks_good("my-tickets")
    assert Booking.objects.get().status == "confirmed"


def test_who_is_declined_keeps_the_seats_and_may_pay_again(guest: Visitor, online: Show) -> None:
    pay(guest, online)
    guest.looks_good("bank")
    guest.press("Decline")
    expect(guest.page.get_by_text("Your bank declined this payment")).to_be_visible()
    reference = Booking.objects.get().reference
    guest.open(f"/bookings/{reference}?paid")
    expect(guest.page.get_by_text("The payment did not go through")).to_be_visible()
    guest.looks_good("declined")
    guest.press(re.compile("^Pay"))
    guest.press(re.compile("^Pay"))
    expect(guest.page.get_by_text("All set. See you there!")).to_be_visible()


def test_a_late_payment_is_not_called_paid(guest: Visitor, online: Show) -> None:
    pay(guest, online)
    guest.page.get_by_text("Other things that happen at banks").click()
    guest.press("Pay after the time is over")
    expect(guest.page.get_by_text("Waiting for the bank’s word")).to_be_visible()
    guest.looks_good("waiting")
    expect(guest.page.get_by_text("All set")).to_have_count(0)
    assert Booking.objects.get().status == "pending"


def test_who_pays_twice_has_one_booking(guest: Visitor, online: Show) -> None:
    pay(guest, online)
    guest.page.get_by_text("Other things that happen at banks").click()
    guest.press("Pay twice")
    expect(guest.page.get_by_text("All set. See you there!")).to_be_visible()
    expect(guest.page.locator("img.qr")).to_have_count(2)
    assert Booking.objects.get().status == "confirmed"
