"""How the list of shows can be narrowed.

The list is the most read path beside the seat map, hence plain filters.
"""

import re
from datetime import date, datetime

from core.http.plain_filters import DAY, FORMS, Filter, a_day, a_text, an_id
from shows.models import ShowStatus

MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+ -][0-9]{2}:[0-9]{2})",
    re.IGNORECASE,
)


def a_moment(text: str) -> datetime:
    """RFC 3339 date-time; a plus sign that was not escaped in the address arrives as a space."""
    if not MOMENT.fullmatch(text):
        raise ValueError("Write a day, or a time with its offset, as 2026-12-31T20:15:00+01:00.")
    moment = datetime.fromisoformat(text.upper().replace(" ", "+"))
    if not 1 < moment.year < 9999:
        raise ValueError("Choose a year from 2 to 9998.")
    return moment


def a_day_or_moment(text: str) -> date | datetime:
    """RFC 3339, either of the two."""
    return a_day(text) if DAY.fullmatch(text) else a_moment(text)


def a_status(text: str) -> str:
    if text not in ShowStatus.values:
        raise ValueError(f"Choose one of: {', '.join(ShowStatus.values)}.")
    return text


FORMS_OF_SHOWS = FORMS | {
    a_day_or_moment: {
        "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
    },
    a_status: {"type": "string", "enum": ShowStatus.values},
}
FILTERS = {
    "movie": Filter(an_id, "Id of a movie."),
    "theater": Filter(an_id, "Id of a theater."),
    "screen": Filter(an_id, "Id of a screen."),
    "city": Filter(a_text, "The theater's city, in any case, with or without accents."),
    "date": Filter(a_day, "The theater's local day of the start."),
    "from": Filter(
        a_day_or_moment,
        "Starts on that local day, or at that moment, or later; "
        "lifts the default of shows that have not started.",
    ),
    "to": Filter(
        a_day_or_moment,
        "Starts on that local day, or at that moment, or earlier; "
        "lifts the default of shows that have not started.",
    ),
    "language": Filter(a_text, "Spoken language, in any case."),
    "format": Filter(a_text, "Such as `IMAX`."),
    "status": Filter(a_status, "`scheduled` when left out."),
}
