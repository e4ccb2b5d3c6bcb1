"""When a show can start, in the local time of its theater."""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.failures import InvalidInput


class NonexistentLocalTime(InvalidInput):
    """The clocks of the theater skip that time of day."""

    code = "nonexistent_local_time"
    title = "The clock skips that time"
    remedy = "Choose another time, or send it with an offset such as `+02:00`."
    example = {"field": "starts_at"}


class AmbiguousLocalTime(InvalidInput):
    """The clocks of the theater show that time of day twice."""

    code = "ambiguous_local_time"
    title = "The clock shows that time twice"
    remedy = "Send it with an offset such as `+02:00`, which says which of the two."
    example = {"field": "starts_at"}


class InThePast(InvalidInput):
    """A show cannot start before now."""

    code = "in_the_past"
    title = "That time has passed"
    remedy = "Choose a time in the future."
    example = {"field": "starts_at"}


class TooFarAhead(InvalidInput):
    """A show cannot start more than two years from now."""

    code = "too_far_ahead"
    title = "That is more than two years ahead"
    remedy = "Choose a time within two years."
    example = {"field": "starts_at"}


class Window(NamedTuple):
    """The period in which a show may start, by the database's clock."""

    now: datetime
    horizon: datetime


def to_utc(moment: datetime, zone: ZoneInfo, *, field: str = "starts_at") -> datetime:
    """Returns the moment in UTC; without an offset, it is in the theater's local time.

    Raises NonexistentLocalTime or AmbiguousLocalTime when the clock is put forward or back.
    """
    if moment.tzinfo:
        return moment.astimezone(UTC)
    candidates = (moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    matching = {each for each in candidates if each.astimezone(zone).replace(tzinfo=None) == moment}
    if not matching:
        raise NonexistentLocalTime(field=field)
    if len(matching) == 2:
        raise AmbiguousLocalTime(field=field)
    return matching.pop()


def start_of_show(moment: datetime, zone: ZoneInfo, window: Window) -> datetime:
    """Returns the start in UTC. Raises InThePast or TooFarAhead, and what `to_utc` raises."""
    if moment.year < window.now.year - 1:
        raise InThePast(field="starts_at")
    if moment.year > window.horizon.year + 1:
        raise TooFarAhead(field="starts_at")
    starts_at = to_utc(moment, zone)
    if starts_at <= window.now:
        raise InThePast(field="starts_at")
    if starts_at > window.horizon:
        raise TooFarAhead(field="starts_at")
    return starts_at
