"""The filters of the list of shows."""

import re
from datetime import date, datetime

from core.http.filters import A_DAY, DAY, ID, TEXT, Filter, Kind, one_of, read_day
from shows.models import ShowStatus

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
