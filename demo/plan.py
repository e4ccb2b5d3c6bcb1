"""The programme: which film starts when on which screen, as somebody who runs a cinema would plan.

It depends only on its arguments, neither on a database nor on a clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from demo.cities import City
from demo.films import Film
from movies.models import Movie
from shows.models import Show, ShowStatus
from theaters.models import Screen

THURSDAY, FRIDAY, SATURDAY = 3, 4, 5
QUARTER = timedelta(minutes=15)
TITLES_OF_A_SCREEN = 4
PRICE_FACTORS = {"premium": ("p", Decimal("1.25")), "recliner": ("r", Decimal("1.5"))}
CANCELLED_SHARE = 0.004
REASONS = ("The projector has to be repaired", "The heating has failed", "Water damage")


@dataclass(frozen=True, slots=True)
class Title:
    """A film and its row in the catalogue."""

    film: Film
    movie: Movie

    def fits(self, starts_at: datetime) -> bool:
        """Returns whether it would be shown at this local time."""
        first, last = self.film.hours
        return first <= starts_at.hour <= last

    def is_out(self, day: date) -> bool:
        released = self.movie.release_date
        return released is None or released <= day

    @property
    def weight(self) -> float:
        """How likely it is chosen: more likely if it can start only at few hours of the day."""
        first, last = self.film.hours
        return self.film.appeal / (last - first + 1)


@dataclass(frozen=True, slots=True)
class Room:
    """A screen, its number in its theater (0 is the largest) and its city."""

    screen: Screen
    number: int
    city: City

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.city.timezone)


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the programme: `past` days before `today`, and `coming` days from it on."""

    today: date
    past: int
    coming: int

    def __iter__(self) -> Iterator[date]:
        return (self.today + timedelta(days=n) for n in range(-self.past, self.coming))

    @property
    def midnight(self) -> datetime:
        """The start of today, in UTC. The data of the past are from before it."""
        return datetime.combine(self.today, time(), UTC)

    @property
    def sale_opens(self) -> datetime:
        """When all shows were scheduled: three weeks before the first."""
        return self.midnight - timedelta(days=self.past + 21)


def programme(
    rooms: Sequence[Room], titles: Sequence[Title], *, days: Days, seed: int
) -> Iterator[Show]:
    """Yields the unsaved shows of all rooms on all days, by room and time."""
    for room in rooms:
        for day in days:
            yield from shows_of(room, titles, day=day, days=days, seed=seed)


def shows_of(
    room: Room, titles: Sequence[Title], *, day: date, days: Days, seed: int
) -> Iterator[Show]:
    """Yields one room's shows of one day. Working days of a week, from Thursday on, are alike, and
    so are the days of its weekend."""
    theater = room.screen.theater.name
    week = (day.toordinal() - 1 - THURSDAY) // 7
    ranked = titles_for(room, titles, day, Random(f"{seed}/{theater}/{week}"))
    weekly = Random(f"{seed}/{theater}/{room.number}/{week}/{is_weekend(day)}")
    cancelling = Random(f"{seed}/{theater}/{room.number}/{day}")
    starts_at, shown = opening(room, day, weekly), list[Title]()
    while starts_at <= last_start(room, day):
        shown.append(choose(ranked, starts_at, shown=shown, rng=weekly))
        show = show_of(room, shown[-1], starts_at, days=days, rng=weekly)
        if cancelling.random() < CANCELLED_SHARE:
            cancel(show, days=days, reason=cancelling.choice(REASONS))
        yield show
        starts_at = next_quarter(show.free_at, room.zone)


def is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def opening(room: Room, day: date, rng: Random) -> datetime:
    """Returns the first start: in the morning at weekends, else after lunch."""
    first, quarters = (time(10, 30), 6) if is_weekend(day) else (time(13, 30), 8)
    return datetime.combine(day, first, room.zone) + QUARTER * rng.randrange(quarters)


def last_start(room: Room, day: date) -> datetime:
    """Returns the last possible start, which is later before a day off."""
    late = day.weekday() in {FRIDAY, SATURDAY}
    return datetime.combine(day, time(23, 0) if late else time(22, 0), room.zone)


def next_quarter(moment: datetime, zone: ZoneInfo) -> datetime:
    """Returns the next quarter of an hour in local time. Shows follow each other in absolute time,
    so a change of the clocks in between does no harm."""
    local = moment.astimezone(zone).replace(second=0, microsecond=0)
    return (moment + timedelta(minutes=-local.minute % 15)).astimezone(zone)


def titles_for(room: Room, titles: Sequence[Title], day: date, rng: Random) -> list[Title]:
    """Returns all released titles, beginning with those that the room shows this week; the largest
    room gets the most popular ones."""
    ranked = sorted(titles, key=lambda title: -title.film.appeal * (0.3 + rng.random()))
    out = [title for title in ranked if title.is_out(day)]
    first = room.number * TITLES_OF_A_SCREEN % len(out)
    return out[first:] + out[:first]


def choose(
    ranked: Sequence[Title], starts_at: datetime, *, shown: Sequence[Title], rng: Random
) -> Title:
    """Returns a title of the room that fits the hour, else any that fits; never the previous one.
    Each time it was shown today makes a title a third as likely."""
    fitting = [title for title in ranked if title not in shown[-1:] and title.fits(starts_at)]
    own = [title for title in fitting if title in ranked[:TITLES_OF_A_SCREEN]] or fitting[:2]
    weights = [title.weight / 3 ** shown.count(title) for title in own]
    return rng.choices(own, weights)[0]


def show_of(room: Room, title: Title, starts_at: datetime, *, days: Days, rng: Random) -> Show:
    """Returns the unsaved show that starts at this local time."""
    start = starts_at.astimezone(UTC)
    ends_at = start + timedelta(minutes=title.movie.duration_minutes)
    price = price_at(room.city, starts_at)
    return Show(
        movie=title.movie,
        screen=room.screen,
        starts_at=start,
        ends_at=ends_at,
        free_at=ends_at + timedelta(minutes=room.screen.turnaround_minutes),
        local_date=starts_at.date(),
        language=room.city.language if title.film.children else title.film.language,
        format=rng.choice(title.film.formats if room.number == 0 else ("2D",)),
        price=price,
        prices=category_prices(room, price),
        rows=room.screen.rows,
        columns=room.screen.columns,
        created_at=days.sale_opens,
    )


def price_at(city: City, starts_at: datetime) -> Decimal:
    """Returns the price: lower on afternoons of working days, higher on Friday evenings and at
    weekends."""
    is_evening = starts_at.hour >= 17
    if is_weekend(starts_at.date()) or (starts_at.weekday() == FRIDAY and is_evening):
        return rounded(city, city.price * Decimal("1.1"))
    return rounded(city, city.price * Decimal("1.0" if is_evening else "0.8"))


def category_prices(room: Room, price: Decimal) -> dict[str, str]:
    """Returns the prices of the better categories that the room has."""
    seats = "".join(room.screen.layout)
    return {
        category: str(rounded(room.city, price * factor))
        for category, (character, factor) in PRICE_FACTORS.items()
        if character in seats
    }


def rounded(city: City, price: Decimal) -> Decimal:
    """Returns a multiple of the city's step."""
    return ((price / city.step).to_integral_value() * city.step).quantize(Decimal("0.01"))


def cancel(show: Show, *, days: Days, reason: str) -> None:
    """Cancels the show five hours before it starts, or before today."""
    show.status = ShowStatus.CANCELLED
    show.cancel_reason = reason
    show.cancelled_at = min(show.starts_at, days.midnight) - timedelta(hours=5)
