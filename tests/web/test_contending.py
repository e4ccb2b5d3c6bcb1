"""Two people want the same seats; a hold lapses; the live map dies and comes back."""

import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core.postgres.clock import StatementTime
from shows.models import Seat, Show
from tests.web.system import System
from tests.web.visitors import Visit, Visitor
from theaters.models import Theater

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium", "node")]
POLLED_WITHIN_SECONDS = 5
LEEWAY_SECONDS = 3  # for a busy machine


def test_who_loses_a_seat_is_told_which_keeps_the_others_and_gets_the_nearest(
    visit: Visit, show: Show
) -> None:
    quick, slow = visit(), visit()
    slow.choose(show.pk, "E4", "E5", "E6")
    quick.choose(show.pk, "E6", "E7")
    heard = slow.page.get_by_text("Somebody else has just taken E6. Your other seats")
    with quick.page.expect_response("**/hold/") as held:
        quick.press("Continue")
    assert held.value.ok
    began = time.monotonic()
    expect(heard).to_be_visible()
    took = time.monotonic() - began
    assert took < 1 + LEEWAY_SECONDS, took
    for label, look in (("E4", "true"), ("E5", "true"), ("E6", "false")):
        expect(slow.seat(label)).to_have_attribute("aria-selected", look)
    expect(slow.seat("E6")).to_have_attribute("aria-disabled", "true")
    slow.looks_good("lost-a-seat")
    slow.press("Take E3, E4, and E5 instead")
    slow.press("Continue")
    expect(slow.page.get_by_text("3 seats: E3, E4, and E5")).to_be_visible()


def test_two_who_press_at_once_have_no_seat_in_common(visit: Visit, show: Show) -> None:
    """The pages see nothing of each other: neither the live map nor the polls arrive."""
    both = [visit(), visit()]
    for each in both:
        each.choose(show.pk, "E4", "E5")
    with both[0].page.expect_response("**/hold/") as first:
        both[0].page.get_by_role("button", name="Continue").evaluate("it => it.click()")
        both[1].page.get_by_role("button", name="Continue").evaluate("it => it.click()")
    won = first.value.ok
    winner, loser = both if won else both[::-1]
    expect(winner.page.get_by_role("heading", name="Checkout")).to_be_visible()
    expect(loser.page.get_by_text("Somebody else has just taken E4 and E5.")).to_be_visible()
    assert Seat.objects.filter(show=show, status="selected").count() == 2


def test_who_would_leave_a_single_seat_takes_the_proposed_ones(guest: Visitor, show: Show) -> None:
    Theater.objects.update(no_single_seats=True)
    guest.choose(show.pk, "E2", "E3")
    guest.press("Continue")
    expect(guest.page.get_by_text("This theater lets no seat be left alone.")).to_be_visible()
    guest.looks_good("single-seat-left")
    guest.press("Take E1 and E2 instead")
    guest.press("Continue")
    expect(guest.page.get_by_text("2 seats: E1 and E2")).to_be_visible()


def test_a_hold_that_lapses_says_so_and_is_made_again(guest: Visitor, show: Show) -> None:
    guest.hold(show.pk, "E5", "E6")
    soon = StatementTime() + timedelta(seconds=4)
    Seat.objects.filter(show=show, label__in=["E5", "E6"]).update(held_until=soon)
    page = guest.page
    page.reload()
    expect(page.get_by_text("Your time is up")).to_be_visible()
    guest.looks_good("lapsed")
    page.get_by_role("link", name="Choose them again").click()
    expect(guest.seat("E5")).to_have_attribute("aria-selected", "true")
    guest.press("Continue")
    expect(page.get_by_text("2 seats: E5 and E6")).to_be_visible()


def test_without_the_live_map_pages_poll_and_return_to_it(
    guest: Visitor, visit: Visit, show: Show, system: System
) -> None:
    other = visit()
    guest.choose(show.pk, "A1")
    guest.page.wait_for_timeout(1500)
    system.kill_live()
    other.choose(show.pk, "E5")
    with other.page.expect_response("**/hold/"):
        other.press("Continue")
    began = time.monotonic()
    expect(guest.seat("E5")).to_have_attribute("aria-disabled", "true")
    assert time.monotonic() - began < POLLED_WITHIN_SECONDS + LEEWAY_SECONDS
    with guest.page.expect_response(
        lambda found: (
            f"/shows/{show.pk}/" in found.url and ":" + str(system.live_port) in found.url
        ),
        timeout=60_000,
    ):
        system.start_live()
    began = time.monotonic()
    other.choose(show.pk, "F5")
    with other.page.expect_response("**/hold/"):
        other.press("Continue")
    expect(guest.seat("F5")).to_have_attribute("aria-disabled", "true")
    # Both the browser's own network messages and nothing else.
    for each in (guest, other):
        each.complaints[:] = [said for said in each.complaints if "ERR_" not in said]


def test_the_seventh_tab_polls(guest: Visitor, visit: Visit, show: Show) -> None:
    """A browser opens six connections to the live map and keeps the seventh waiting."""
    tabs = [guest.tab(f"/shows/{show.pk}") for _ in range(7)]
    for tab in tabs:
        expect(guest.seat("E5", tab)).to_be_visible()
    other = visit()
    other.choose(show.pk, "E5")
    with other.page.expect_response("**/hold/"):
        other.press("Continue")
    for tab in tabs:
        expect(guest.seat("E5", tab)).to_have_attribute("aria-disabled", "true")
