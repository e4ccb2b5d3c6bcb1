"""The times of a week's shows: the same ones on many days, or as many as a day has room for."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

MINUTES = timedelta(minutes=1)
STEP = 5  # minutes: shows that fill a day start at 20:15 rather than at 20:13


class Filling(NamedTuple):
    """A day from opening to closing, in minutes after midnight; closing may be after the next."""

    opens: int
    closes: int

    def starts(self, *, duration: int, turnaround: int) -> list[int]:
        """Returns when shows of that length start, in minutes after midnight: the first at the
        opening, each next one when the screen is free again, the last so that it ends in time."""
        starts, at = [], self.opens
        while at + duration <= self.closes:
            starts.append(at)
            at = _rounded_up(at + duration + turnaround)
        return starts


def _rounded_up(minutes: int) -> int:
    return -(-minutes // STEP) * STEP


def filling(opens: time, closes: time) -> Filling:
    """Returns the day between two times of day; closing not after opening is on the next day."""
    first, last = (each.hour * 60 + each.minute for each in (opens, closes))
    return Filling(first, last if last > first else last + 24 * 60)


def days_of_week(first: date, weekdays: Iterable[int]) -> list[date]:
    """Returns those of the seven days from the first on that are one of the weekdays; 0 is
    Monday."""
    wanted = set(weekdays)
    week = (first + timedelta(days=n) for n in range(7))
    return [day for day in week if day.weekday() in wanted]


def moments(days: Sequence[date], minutes: Sequence[int]) -> Iterator[datetime]:
    """Yields the local time of each day so many minutes after midnight; 1,470 is half past midnight
    of the next day, and belongs to the evening before."""
    for day in days:
        for each in minutes:
            yield datetime.combine(day, time()) + each * MINUTES
