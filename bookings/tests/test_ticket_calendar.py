"""Bookings in calendars: one entry, which follows moves and cancelling."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from icalendar import Calendar

from bookings.tests.ticket_papers import NOW, SHOW, paper
from bookings.tickets import calendar
from bookings.tickets.facts import Paper, Place


def entry(of: Paper) -> tuple[Any, Any]:
    """Returns the calendar as a program reads it, and its one entry."""
    read: Any = Calendar.from_ical(calendar.draw(of))
    (event,) = read.walk("VEVENT")
    return read, event


def test_a_booking_is_one_entry_in_universal_time() -> None:
    read, event = entry(paper(count=2))
    assert read["METHOD"] == "PUBLISH"
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "Metropolis"
    assert event["DTSTART"].dt == datetime(2030, 7, 2, 18, 15, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2030, 7, 2, 20, 48, tzinfo=UTC)
    assert b"DTSTART:20300702T181500Z" in calendar.draw(paper())
    assert event["DTSTAMP"].dt == NOW
    assert event["LOCATION"] == "Babylon, Rosa-Luxemburg-Straße 30, Berlin"
    assert event["URL"] == "https://www.example.com/bookings/K7M2QX9WRT"
    for words in ("Screen 1", "K7M2QX9WRT", "H7, H8"):
        assert words in event["DESCRIPTION"]


def test_a_move_keeps_the_uid_and_counts_on() -> None:
    later = SHOW.starts_at + timedelta(hours=2)
    _, before = entry(paper())
    _, after = entry(paper(show=replace(SHOW, starts_at=later, ends_at=later, moves=1)))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTART"].dt == later


def test_cancelling_keeps_the_uid_and_counts_on() -> None:
    _, before = entry(paper(show=replace(SHOW, moves=3)))
    read, after = entry(paper(show=replace(SHOW, moves=3), tickets=[], is_cancelled=True))
    assert read["METHOD"] == "CANCEL"
    assert after["STATUS"] == "CANCELLED"
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DESCRIPTION"].startswith("Cancelled\n")


def test_a_theater_with_a_place_and_an_address_for_mail_is_shown() -> None:
    place = Place(3, "Babylon", "", "box@babylon.example", Decimal("52.5"), Decimal("13.25"))
    _, event = entry(paper(place=place))
    assert event["GEO"].to_ical() == "52.5;13.25"
    assert event["ORGANIZER"] == "mailto:box@babylon.example"


def test_texts_cannot_add_lines() -> None:
    read, event = entry(paper("Alien\r\nSTATUS:CANCELLED;\\n,x", link=""))
    assert event["STATUS"] == "CONFIRMED"
    assert "URL" not in event
    assert len(read.walk("VEVENT")) == 1


def test_it_is_german_for_who_reads_german() -> None:
    _, event = entry(paper(language="de"))
    assert "Plätze: H7" in event["DESCRIPTION"]
