"""The filters of the list of shows."""

import re
from datetime import date, datetime

from django.conf import settings

from core.http.filters import A_DAY, DAY, FLAG, ID, TEXT, Filter, Kind, one_of, read_day
from shows.models import ShowStatus
from theaters.layout import CATEGORY_NAMES

A_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+ -][0-9]{2}:[0-9]{2})",
    re.IGNORECASE,
)


def read_moment(text: str) -> datetime:
    """Reads an RFC 3339 date-time; a plus sign that was not escaped in the URL is a space here."""
    if not A_MOMENT.fullmatch(text):
        raise ValueError("Write a day, or a time with its offset, as 2026-12-31T20:15:00+01:00.")
    moment = datetime.fromisoformat(text.upper().replace(" ", "+"))
    if not 1 < moment.year < 9999:
        raise ValueError("Choose a year from 2 to 9998.")
    return moment


def read_day_or_moment(text: str) -> date | datetime:
    """Reads an RFC 3339 full-date or date-time."""
    return read_day(text) if A_DAY.fullmatch(text) else read_moment(text)


DAY_OR_MOMENT = Kind(
    {"type": "string", "pattern": f"^({A_DAY.pattern}|{A_MOMENT.pattern})$"}, read_day_or_moment
)
USUAL_PARTY = 2


def read_party(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text) <= SEATS_AT_MOST:
        raise ValueError(f"Write how many seats, from 1 to {SEATS_AT_MOST}.")
    return int(text)


SEATS_AT_MOST = settings.HOLD_SEATS_AT_MOST
PARTY = Kind(
    {"type": "integer", "minimum": 1, "maximum": SEATS_AT_MOST, "default": USUAL_PARTY},
    read_party,
)
BEST_FILTERS = {
    "seats": Filter(PARTY, "How many, side by side."),
    "category": Filter(one_of(CATEGORY_NAMES), "All of this category, but for wheelchair places."),
    "accessible": Filter(FLAG, "With a wheelchair place; without it, none is offered."),
}
FILTERS = {
    "movie": Filter(ID, "Id of a movie."),
    "theater": Filter(ID, "Id of a theater."),
    "screen": Filter(ID, "Id of a screen."),
    "city": Filter(TEXT, "The theater's city; case and accents are ignored."),
    "date": Filter(DAY, "The theater's local day of the start."),
    "from": Filter(
        DAY_OR_MOMENT,
        "Starts on that local day (`2026-12-31`), or at that moment "
        "(`2026-12-31T20:15:00+01:00`), or later; "
        "lifts the default of shows that have not started.",
    ),
    "to": Filter(
        DAY_OR_MOMENT,
        "Starts on that local day (`2026-12-31`), or at that moment "
        "(`2026-12-31T20:15:00+01:00`), or earlier; "
        "lifts the default of shows that have not started.",
    ),
    "language": Filter(TEXT, "Spoken language; case is ignored."),
    "format": Filter(TEXT, "Such as `IMAX`."),
    "status": Filter(one_of(ShowStatus.values), "`scheduled` when left out."),
}
