"""Who sits where: the sales of each show, as they could have come in.

A function of its arguments alone, one show at a time, so that memory does not grow with them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random
from typing import Literal, NamedTuple

from demo.films import Film
from demo.halls import PARTY_SIZES, Block, Hall, hall
from demo.plan import Days, Room, is_weekend
from shows.models import Show, ShowStatus

PARTY_SHARES = (24, 47, 12, 12, 3, 2)
WHEELCHAIR_SHARE = 0.015
CANCELLED_SHARE = 0.04
SOLD_SHARE = 0.4
MOST_SOLD = 0.92
OF_WEEKDAY = (0.7, 0.8, 0.8, 0.95, 1.2, 1.35, 1.05)
HELD_DAYS = 3
HELD_SHARE = 0.35
MEAN_LEAD_DAYS, LONGEST_LEAD_DAYS = 2.0, 20.0
LAST_CHANCE = timedelta(hours=1)


class Sale(NamedTuple):
    """Adjacent seats that one customer bought, gave back or is holding at this moment."""

    user_id: int
    show_id: int
    status: Literal["confirmed", "cancelled", "held"]
    created_at: datetime
    cancelled_at: datetime | None
    labels: list[str]


class Outing(NamedTuple):
    """A show for which somebody we know bought two tickets, and maybe gave them back."""

    user_id: int
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Public:
    """The customers of each city, those who hold seats now, and the outings by show."""

    crowds: Mapping[str, Sequence[int]]
    holders: Iterator[int]
    outings: Mapping[int, Outing]


@dataclass(slots=True)
class Sold:
    """One show while it fills: `taken` is the mask of the seats that are gone."""

    show: Show
    hall: Hall
    days: Days
    rng: Random
    taken: int = 0

    @property
    def seats_taken(self) -> int:
        return self.taken.bit_count()

    def party(self) -> Block | None:
        """The seats that the next party chooses."""
        if self.rng.random() < WHEELCHAIR_SHARE:
            return self.hall.pick_wheelchair(taken=self.taken, rng=self.rng)
        (size,) = self.rng.choices(PARTY_SIZES, PARTY_SHARES)
        return self.pick(size)

    def pick(self, size: int) -> Block | None:
        return self.hall.pick(size, taken=self.taken, rng=self.rng)

    def sell(self, block: Block, user_id: int, *, is_cancelled: bool) -> Sale:
        """The sale of these seats, which stay free if it was cancelled in time."""
        created_at, cancelled_at = self.times(is_cancelled=is_cancelled)
        if cancelled_at is None:
            self.taken |= block.mask
        status: Literal["confirmed", "cancelled"] = "cancelled" if cancelled_at else "confirmed"
        return Sale(user_id, self.show.pk, status, created_at, cancelled_at, block.labels)

    def times(self, *, is_cancelled: bool) -> tuple[datetime, datetime | None]:
        """When it was bought, and when given back: never after midnight or the show's start."""
        end = self.show.cancelled_at or min(self.show.starts_at, self.days.midnight)
        lead = min(LONGEST_LEAD_DAYS, self.rng.expovariate(1 / MEAN_LEAD_DAYS))
        created_at = end - timedelta(days=lead, seconds=1)
        if self.show.cancelled_at:
            return created_at, self.show.cancelled_at
        left = min(self.show.starts_at - LAST_CHANCE, self.days.midnight) - created_at
        if not is_cancelled or left <= timedelta():
            return created_at, None
        return created_at, created_at + left * self.rng.random()

    def hold(self, block: Block, user_id: int) -> Sale:
        """These seats, selected by a customer at this moment."""
        self.taken |= block.mask
        return Sale(user_id, self.show.pk, "held", self.days.midnight, None, block.labels)


def sales(
    show: Show, room: Room, film: Film, public: Public, *, days: Days, rng: Random
) -> Iterator[Sale]:
    """All sales of a show. A seat is in one confirmed or held sale at most."""
    sold = Sold(show, hall(tuple(room.screen.layout)), days, rng)
    share = share_sold(show, room, film.appeal, days, rng)
    yield from bought(sold, share, public, room.town.city)
    yield from held(sold, public.holders)


def share_sold(show: Show, room: Room, appeal: float, days: Days, rng: Random) -> float:
    """How full it is: more in the evening, at the weekend, for a draw, and the nearer it is."""
    starts_at = show.starts_at.astimezone(room.zone)
    days_ahead = (show.starts_at - days.midnight) / timedelta(days=1)
    nearness = 1.0 if days_ahead < 1 else max(0.1, 0.65 * exp(-days_ahead / 6))
    busy = of_hour(starts_at) * OF_WEEKDAY[starts_at.weekday()] * rng.uniform(0.6, 1.4)
    return min(MOST_SOLD, SOLD_SHARE * appeal * nearness * busy)


def of_hour(starts_at: datetime) -> float:
    """How the hour matters: afternoons are for weekends, evenings for everyone."""
    if starts_at.hour >= 18:
        return 1.35 if starts_at.hour < 21 else 0.75
    return 1.0 if is_weekend(starts_at.date()) else 0.55


def bought(sold: Sold, share: float, public: Public, city: str) -> Iterator[Sale]:
    """Parties come until that share of the seats is gone; somebody we know comes first."""
    outing = public.outings.get(sold.show.pk)
    if outing and (block := sold.pick(2)):
        yield sold.sell(block, outing.user_id, is_cancelled=outing.is_cancelled)
    crowd, wanted, parties = public.crowds[city], share * sold.hall.seats, 0
    is_off = sold.show.status == ShowStatus.CANCELLED
    while (parties * 2 if is_off else sold.seats_taken) < wanted:
        parties += 1
        if block := sold.party():
            customer = sold.rng.choice(crowd)
            yield sold.sell(block, customer, is_cancelled=sold.rng.random() < CANCELLED_SHARE)


def held(sold: Sold, holders: Iterator[int]) -> Iterator[Sale]:
    """A few people at their screens right now, each with one hold."""
    days_ahead = (sold.show.starts_at - sold.days.midnight).days
    is_near = 0 <= days_ahead < HELD_DAYS and sold.show.status == ShowStatus.SCHEDULED
    if is_near and sold.rng.random() < HELD_SHARE:
        for _ in range(sold.rng.randint(1, 3)):
            block = sold.pick(sold.rng.choice((1, 2, 2, 3, 4)))
            if block and (holder := next(holders, None)):
                yield sold.hold(block, holder)
