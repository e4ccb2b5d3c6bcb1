"""What is attached to mails about bookings: tickets as PDF, and an entry for calendars.

Other apps attach more: each registers its functions in a module that its AppConfig imports. A file
that cannot be drawn is left out and logged, because the mail matters more: it has the ticket's
codes and the link.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import structlog

from bookings.models import Booking, BookingStatus
from bookings.tickets import calendar, pdf
from bookings.tickets.facts import Paper
from bookings.tickets.reading import paper_of
from core.mail.files import File

log = structlog.get_logger(__name__)
LARGEST = 2_000_000  # bytes: mail servers refuse much more; a hundred tickets are 1.2 million
ENCLOSING = frozenset(
    {
        "booking_confirmed",
        "booking_reserved",
        "booking_exchanged",
        "booking_cancelled",
        "show_cancelled",
        "show_moved",
    }
)
Enclosure = Callable[[Booking], File | None]

_enclosures: dict[str, list[Enclosure]] = defaultdict(list)


def encloses(template: str) -> Callable[[Enclosure], Enclosure]:
    """Registers the decorated function, whose file is attached to mails of this template."""

    def register(enclosure: Enclosure) -> Enclosure:
        _enclosures[template].append(enclosure)
        return enclosure

    return register


def files_for(booking: Booking, template: str, *, language: str) -> list[File]:
    """Returns what is attached to a mail: of a confirmed booking, its valid tickets and their entry
    for calendars; of a cancelled one, what removes that entry.

    People share these files, so their link has no guest's key.
    """
    drawn: list[File | None] = []
    if template in ENCLOSING and booking.status == BookingStatus.CONFIRMED:
        paper = _paper(booking, language)
        drawn = [attempt(_tickets, paper), attempt(_entry, paper, "PUBLISH")]
    elif template in ENCLOSING and booking.status == BookingStatus.CANCELLED:
        paper = _paper(booking, language)
        drawn = [attempt(_entry, paper, "CANCEL")]
    drawn += [attempt(enclosure, booking) for enclosure in _enclosures[template]]
    return [file for file in drawn if file]


def attempt(draw: Callable[..., File | None], *about: object) -> File | None:
    """Returns what `draw` makes, unless that fails or is too large for a mail."""
    try:
        file = draw(*about)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # typst is written in Rust, whose panics are no Exception
        log.exception("attachment failed")
        return None
    if file and len(file.content) > LARGEST:
        log.warning("attachment too large", size=len(file.content))
        return None
    return file


def _paper(booking: Booking, language: str) -> Paper:
    return replace(paper_of(booking), language=language)


def _tickets(paper: Paper) -> File:
    return File(f"tickets-{paper.reference}.pdf", pdf.draw(paper), pdf.MEDIA_TYPE)


def _entry(paper: Paper, method: str) -> File:
    media_type = f"{calendar.MEDIA_TYPE}; method={method}"
    return File(f"{paper.reference}.ics", calendar.draw(paper), media_type)
