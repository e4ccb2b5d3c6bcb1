"""The programme: which film starts when on which screen, as somebody who runs a cinema would plan.

A function of its arguments alone: it reads neither a database nor a clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from demo.films import Film
from demo.towns import Town
from movies.models import Movie
from shows.models import Show, ShowStatus
from theaters.models import Screen

THURSDAY, FRIDAY, SATURDAY = 3, 4, 5
QUARTER = timedelta(minutes=15)
TITLES_OF_A_SCREEN = 4
DEARER = {"premium": ("p", Decimal("1.25")), "recliner": ("r", Decimal("1.5"))}
CANCELLED_SHARE = 0.004
REASONS = ("The projector has to be repaired", "The heating has failed", "Water damage")


@dataclass(frozen=True, slots=True)
class Title:
    """A film and its row in the catalogue."""

    film: Film
    movie: Movie

    def fits(self, starts_at: datetime) -> bool:
        """Whether it would be shown at this local time."""
        first, last = self.film.hours
        return first <= starts_at.hour <= last

    def is_out(self, day: date) -> bool:
        released = self.movie.release_date
        return released is None or released <= day

    @property
    def weight(self) -> float:
        """How likely it is chosen: one with few hours to start at goes first when they come."""
        first, last = self.film.hours
        return self.film.appeal / (last - first + 1)


@dataclass(frozen=True, slots=True)
class Room:
    """A screen, its number in its theater (0 is the largest) and the town that it stands in."""

    screen: Screen
    number: int
    town: Town

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.town.timezone)


@dataclass(frozen=True, slots=True)
class Days:
    """What is planned: `past` days before `today`, and `coming` days from it on."""

    today: date
    past: int
    coming: int

    def __iter__(self) -> Iterator[date]:
        return (self.today + timedelta(days=n) for n in range(-self.past, self.coming))

    @property
    def midnight(self) -> datetime:
        """The start of today, in UTC. All that is told of the past happened before it."""
        return datetime.combine(self.today, time(), UTC)

    @property
    def sale_opens(self) -> datetime:
        """When all shows were entered: three weeks before the first."""
        return self.midnight - timedelta(days=self.past + 21)


def programme(
    rooms: Sequence[Room], titles: Sequence[Title], *, days: Days, seed: int
) -> Iterator[Show]:
    """The unsaved shows of all rooms on all days, by room and time."""
    for room in rooms:
        for day in days:
            yield from shows_of(room, titles, day=day, days=days, seed=seed)


def shows_of(
    room: Room, titles: Sequence[Title], *, day: date, days: Days, seed: int
) -> Iterator[Show]:
    """One room's shows of one day. The days of a week, from Thursday on, are alike."""
    theater = room.screen.theater.name
    week = (day.toordinal() - 1 - THURSDAY) // 7
    bill = bill_of(room, titles, day, Random(f"{seed}/{theater}/{week}"))
    alike = Random(f"{seed}/{theater}/{room.number}/{week}/{is_weekend(day)}")
    fate = Random(f"{seed}/{theater}/{room.number}/{day}")
    starts_at, shown = opening(room, day, alike), list[Title]()
    while starts_at <= last_start(room, day):
        shown.append(choose(bill, starts_at, shown=shown, rng=alike))
        show = show_of(room, shown[-1], starts_at, days=days, rng=alike)
        if fate.random() < CANCELLED_SHARE:
            cancel(show, days=days, reason=fate.choice(REASONS))
        yield show
        starts_at = next_quarter(show.free_at, room.zone)


def is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def opening(room: Room, day: date, rng: Random) -> datetime:
    """Weekends begin in the morning, other days after lunch."""
    first, quarters = (time(10, 30), 6) if is_weekend(day) else (time(13, 30), 8)
    return datetime.combine(day, first, room.zone) + QUARTER * rng.randrange(quarters)


def last_start(room: Room, day: date) -> datetime:
    """The late show is later when the next day is free."""
    late = day.weekday() in {FRIDAY, SATURDAY}
    return datetime.combine(day, time(23, 0) if late else time(22, 0), room.zone)


def next_quarter(moment: datetime, zone: ZoneInfo) -> datetime:
    """The next local quarter of an hour. Shows follow each other in absolute time, so that a
    change of the clocks in between shifts nothing."""
    local = moment.astimezone(zone).replace(second=0, microsecond=0)
    return (moment + timedelta(minutes=-local.minute % 15)).astimezone(zone)


def bill_of(room: Room, titles: Sequence[Title], day: date, rng: Random) -> list[Title]:
    """All that are out, those that the room plays this week first; the largest gets the draws."""
    ranked = sorted(titles, key=lambda title: -title.film.appeal * (0.3 + rng.random()))
    out = [title for title in ranked if title.is_out(day)]
    first = room.number * TITLES_OF_A_SCREEN % len(out)
    return out[first:] + out[:first]


def choose(
    bill: Sequence[Title], starts_at: datetime, *, shown: Sequence[Title], rng: Random
) -> Title:
    """A title of the room that fits the hour, else any that fits. The one just shown waits, and
    one that was shown today is a third as likely each time."""
    fitting = [title for title in bill if title not in shown[-1:] and title.fits(starts_at)]
    own = [title for title in fitting if title in bill[:TITLES_OF_A_SCREEN]] or fitting[:2]
    weights = [title.weight / 3 ** shown.count(title) for title in own]
    return rng.choices(own, weights)[0]


def show_of(room: Room, title: Title, starts_at: datetime, *, days: Days, rng: Random) -> Show:
    """The unsaved show that starts at this local time."""
    start = starts_at.astimezone(UTC)
    ends_at = start + timedelta(minutes=title.movie.duration_minutes)
    price = price_at(room.town, starts_at)
    return Show(
        movie=title.movie,
        screen=room.screen,
        starts_at=start,
        ends_at=ends_at,
        free_at=ends_at + timedelta(minutes=room.screen.turnaround_minutes),
        local_date=starts_at.date(),
        language=room.town.language if title.film.children else title.film.language,
        format=rng.choice(title.film.formats if room.number == 0 else ("2D",)),
        price=price,
        prices=dearer_prices(room, price),
        rows=room.screen.rows,
        columns=room.screen.columns,
        created_at=days.sale_opens,
    )


def price_at(town: Town, starts_at: datetime) -> Decimal:
    """Cheaper on the afternoon of a working day, dearer on Friday evening and the weekend."""
    is_evening = starts_at.hour >= 17
    if is_weekend(starts_at.date()) or (starts_at.weekday() == FRIDAY and is_evening):
        return rounded(town, town.price * Decimal("1.1"))
    return rounded(town, town.price * Decimal("1.0" if is_evening else "0.8"))


def dearer_prices(room: Room, price: Decimal) -> dict[str, str]:
    """The prices of the better categories that the room has."""
    seats = "".join(room.screen.layout)
    return {
        category: str(rounded(room.town, price * factor))
        for category, (character, factor) in DEARER.items()
        if character in seats
    }


def rounded(town: Town, price: Decimal) -> Decimal:
    """A price as one would write it on a board."""
    return ((price / town.step).to_integral_value() * town.step).quantize(Decimal("0.01"))


def cancel(show: Show, *, days: Days, reason: str) -> None:
    """It will not take place, and that was known some hours before, yesterday at the latest."""
    show.status = ShowStatus.CANCELLED
    show.cancel_reason = reason
    show.cancelled_at = min(show.starts_at, days.midnight) - timedelta(hours=5)
