"""A booking as an entry of a calendar (RFC 5545), which follows moves and cancelling.

The entry keeps its UID; each move and the cancelling raise its SEQUENCE, so that calendars that
have it change it. Times are UTC: one entry at one moment needs no rules of a time zone.
"""

from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from bookings.tickets.facts import Paper
from bookings.tickets.words import Words

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

MOST_MOVES = 1000  # of one show; after an exchange, the number is higher than before in any case
MEDIA_TYPE = "text/calendar; charset=utf-8"


def draw(paper: Paper) -> bytes:
    """Returns an iCalendar file: PUBLISH, or CANCEL if the booking is cancelled (RFC 5546)."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("PRODID", "-//MovieBooking//Tickets//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "CANCEL" if paper.is_cancelled else "PUBLISH")
    calendar.add_component(_event(paper))
    return bytes(calendar.to_ical())


def _event(paper: Paper) -> "Event":
    from icalendar import Event

    show, event = paper.show, Event()
    event.add("UID", f"booking-{paper.reference}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("SEQUENCE", paper.exchanges * MOST_MOVES + show.moves + paper.is_cancelled)
    event.add("STATUS", "CANCELLED" if paper.is_cancelled else "CONFIRMED")
    event.add("DTSTAMP", paper.read_at)
    event.add("DTSTART", show.starts_at.astimezone(paper.read_at.tzinfo))
    event.add("DTEND", show.ends_at.astimezone(paper.read_at.tzinfo))
    event.add("SUMMARY", show.title)
    event.add("LOCATION", ", ".join(filter(None, (paper.place.name, paper.place.address))))
    event.add("DESCRIPTION", _description(paper))
    event.add("TRANSP", "TRANSPARENT" if paper.is_cancelled else "OPAQUE")
    event.add("ORGANIZER", _organizer(paper))
    if paper.place.latitude is not None and paper.place.longitude is not None:
        event.add("GEO", (float(paper.place.latitude), float(paper.place.longitude)))
    if paper.link:
        event.add("URL", paper.link)
    return event


def _organizer(paper: Paper) -> "vCalAddress":
    from icalendar import vCalAddress

    address = paper.place.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = paper.place.name
    return organizer


def _description(paper: Paper) -> str:
    words = Words(paper.language)
    seats = ", ".join(ticket.label for ticket in paper.tickets)
    lines = [f"{words('screen')}: {paper.show.screen}", f"{words('reference')}: {paper.reference}"]
    if paper.is_cancelled:
        lines.insert(0, words("cancelled"))
    return "\n".join([*lines, f"{words('seats')}: {seats}"] if seats else lines)
