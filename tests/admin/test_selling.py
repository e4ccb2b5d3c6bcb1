"""Cancelling bookings and shows, releasing holds, roles: confirmed first, done once, recorded."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from bookings.cancelling import cancel_booking
from bookings.cancelling_shows import cancel_show
from bookings.models import Booking
from shows.holding import hold_seats
from shows.models import Seat, Show
from tests.admin.conftest import page
from tests.clock import let_pass
from theaters.models import Screen
from users.models import Role, User

Desk = Callable[[User], Client]


def test_a_booking_is_cancelled_after_a_question(
    at_desk: Desk, olga: User, olgas_booking: Booking
) -> None:
    client = at_desk(olga)
    path = f"bookings/booking/{olgas_booking.pk}/"
    assert f"/admin/{path}cancel/" in page(client, f"{path}change/")
    assert "Alice" in page(client, f"{path}cancel/")
    olgas_booking.refresh_from_db()
    assert olgas_booking.status == "confirmed"
    assert "was cancelled" in page(client, f"{path}cancel/", really="yes")
    olgas_booking.refresh_from_db()
    assert olgas_booking.status == "cancelled"
    assert not Seat.objects.filter(status="booked").exists()
    assert f"/admin/{path}cancel/" not in page(client, f"{path}change/")
    assert "was cancelled" in LogEntry.objects.get(user=olga).change_message
    assert "It is already cancelled" in page(client, f"{path}cancel/", really="yes")
    assert LogEntry.objects.count() == 1


def test_a_booking_of_a_show_that_has_started_stays(
    at_desk: Desk, olga: User, olgas_booking: Booking
) -> None:
    let_pass(timedelta(days=2))
    said = page(at_desk(olga), f"bookings/booking/{olgas_booking.pk}/cancel/", really="yes")
    assert "It is too late" in said
    olgas_booking.refresh_from_db()
    assert olgas_booking.status == "confirmed"


def test_no_page_tells_a_tickets_code(at_desk: Desk, ada: User, olgas_booking: Booking) -> None:
    said = page(at_desk(ada), f"bookings/booking/{olgas_booking.pk}/change/")
    assert "C3" in said
    for ticket in olgas_booking.tickets.all():
        assert ticket.code not in said


def test_a_show_is_cancelled_with_a_reason(
    at_desk: Desk, olga: User, olgas_booking: Booking
) -> None:
    client = at_desk(olga)
    path = f"shows/show/{olgas_booking.show_id}/"
    assert "cancelled with it: 1." in page(client, f"{path}cancel/")
    assert "This field is required" in page(client, f"{path}cancel/", reason=" ")
    assert "at most 300" in page(client, f"{path}cancel/", reason="x" * 301)
    assert Show.objects.get().status == "scheduled"
    assert "The show was cancelled" in page(client, f"{path}cancel/", reason="Projector broke")
    show = Show.objects.get()
    assert (show.status, show.cancel_reason) == ("cancelled", "Projector broke")
    assert Booking.objects.get().status == "cancelled"
    assert "Projector broke" in LogEntry.objects.get(user=olga).change_message
    assert "already cancelled" in page(client, f"{path}cancel/", reason="Again")
    assert 'name="price"' not in page(client, f"{path}change/")


def test_a_cancelled_show_is_told_in_the_time_of_its_theater(
    at_desk: Desk, olga: User, show: Show
) -> None:
    cancel_show(user=olga, show_id=show.pk, reason="Flood")
    local = show.starts_at.astimezone(ZoneInfo(show.screen.theater.timezone))
    for step in ("change", "history", "delete"):
        said = page(at_desk(olga), f"shows/show/{show.pk}/{step}/")
        told = said.replace("\N{NO-BREAK SPACE}", " ")
        assert f"{local:%a %d %b %Y, %H:%M %Z}" in told
        assert f"{show.starts_at:%H:%M} UTC" not in told
        assert ".m." not in told


def test_a_show_tells_for_each_category_the_price_that_counts(
    at_desk: Desk, olga: User, make_show: Callable[..., Show]
) -> None:
    show = make_show(prices={"premium": "300.00"})
    path = f"shows/show/{show.pk}/change/"
    assert page(at_desk(olga), path).count('placeholder="250.00"') == 4
    cancel_show(user=olga, show_id=show.pk, reason="Flood")
    told = page(at_desk(olga), path).replace("\N{NO-BREAK SPACE}", " ")
    assert "standard 250.00 EUR, premium 300.00 EUR, recliner 250.00 EUR" in told
    assert "None" not in told


def test_a_show_is_named_without_a_query_for_its_theater(
    show: Show, django_assert_num_queries: Any
) -> None:
    bare = Show.objects.select_related("movie").get(pk=show.pk)
    with django_assert_num_queries(0):
        assert str(bare).endswith("UTC")


def test_a_hold_is_released_by_staff(at_desk: Desk, olga: User, show: Show, bob: User) -> None:
    hold_seats(user_id=bob.pk, show_id=show.pk, labels=["B1", "B2"])
    client = at_desk(olga)
    path = f"shows/show/{show.pk}/release/{bob.pk}/"
    drawn = page(client, f"shows/show/{show.pk}/change/")
    assert f"/admin/{path}" in drawn
    assert "bob@example.com" not in drawn
    assert "The hold of B1, B2 was released" in page(client, path, really="yes")
    assert not Seat.objects.filter(status="selected").exists()
    assert "That hold is over" in page(client, path)
    assert LogEntry.objects.count() == 1


def test_an_admin_is_told_who_holds(at_desk: Desk, ada: User, show: Show, bob: User) -> None:
    hold_seats(user_id=bob.pk, show_id=show.pk, labels=["B1"])
    assert "bob@example.com" in page(at_desk(ada), f"shows/show/{show.pk}/change/")


def test_the_map_draws_every_seat_with_status_and_price(
    at_desk: Desk, olga: User, screen: Screen, make_show: Callable[..., Show], bob: User
) -> None:
    Screen.objects.update(layout=["s_p", "___", "xrw"])
    screen.refresh_from_db()
    show = make_show(screen=screen)
    hold_seats(user_id=bob.pk, show_id=show.pk, labels=["A1"])
    client = at_desk(olga)
    said = page(client, f"shows/show/{show.pk}/change/").replace("\N{NO-BREAK SPACE}", " ")
    texts = re.findall(r'<span class="visually-hidden">([A-Z]\d, [^<]*)<', said)
    assert texts == [
        "A1, standard, 250.00 EUR, selected",
        "A2, premium, 250.00 EUR, available",
        "B1, standard, 250.00 EUR, blocked",
        "B2, recliner, 250.00 EUR, available",
        "B3, wheelchair, 250.00 EUR, available",
    ]
    assert said.count('class="seatmap-after-aisle"') == 1
    let_pass(timedelta(minutes=9))
    Screen.objects.update(layout=["sss"])
    said = page(client, f"shows/show/{show.pk}/change/")
    assert said.count('class="seatmap-after-aisle"') == 1
    assert "seat-selected seat-standard" not in said
    assert "Held now" not in said


def test_a_booked_seat_leads_to_its_booking_and_a_freed_one_does_not(
    at_desk: Desk, olga: User, olgas_booking: Booking, alice: User
) -> None:
    path = f"shows/show/{olgas_booking.show_id}/change/"
    link = f"/admin/bookings/booking/{olgas_booking.pk}/change/"
    client = at_desk(olga)
    assert page(client, path).count(link) == 2
    cancel_booking(user=alice, reference=olgas_booking.reference)
    assert link not in page(client, path)


def test_the_map_needs_no_inline_style(at_desk: Desk, olga: User, show: Show) -> None:
    said = page(at_desk(olga), f"shows/show/{show.pk}/change/")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", said)


def test_an_admin_changes_a_role_on_record(at_desk: Desk, ada: User, alice: User) -> None:
    client = at_desk(ada)
    data = {"role": "owner", "is_active": "on", "email": "evil@example.com", "name": "Evil"}
    page(client, f"users/user/{alice.pk}/change/", **data)
    alice.refresh_from_db()
    assert (alice.role, alice.email, alice.name) == (Role.OWNER, "alice@example.com", "Alice")
    assert LogEntry.objects.get().change_message == "role: user → owner"
    page(client, f"users/user/{alice.pk}/change/", role="owner")
    alice.refresh_from_db()
    assert not alice.is_active


@pytest.mark.parametrize("data", [{"role": "user", "is_active": "on"}, {"role": "admin"}])
def test_the_last_admin_stays(at_desk: Desk, ada: User, data: dict[str, str]) -> None:
    said = page(at_desk(ada), f"users/user/{ada.pk}/change/", **data)
    assert "This is the last active admin" in said
    ada.refresh_from_db()
    assert ada.may("administer")
    assert ada.is_active
