"""The bookings and holds of each show, as they might have been made.

They depend only on the arguments, and are made show by show, so that memory does not grow with
their number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random
from typing import Literal, NamedTuple

from demo.films import Film
from demo.plan import Days, Room, is_weekend
from demo.seating import PARTY_SIZES, Block, Seating, seating_of
from shows.models import Show, ShowStatus

PARTY_SHARES = (24, 47, 12, 12, 3, 2)
WHEELCHAIR_SHARE = 0.015
CANCELLED_SHARE = 0.04
SOLD_SHARE = 0.4
MOST_SOLD = 0.92
WEEKDAY_FACTORS = (0.7, 0.8, 0.8, 0.95, 1.2, 1.35, 1.05)
HELD_DAYS = 3
HELD_SHARE = 0.35
MEAN_LEAD_DAYS, LONGEST_LEAD_DAYS = 2.0, 20.0
LAST_CHANCE = timedelta(hours=1)


class Sale(NamedTuple):
    """Adjacent seats that one customer booked, cancelled or is holding now."""

    user_id: int
    show_id: int
    status: Literal["confirmed", "cancelled", "held"]
    created_at: datetime
    cancelled_at: datetime | None
    labels: list[str]


class PresetBooking(NamedTuple):
    """Two tickets of Alice or Bob, which may have been cancelled."""

    user_id: int
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Customers:
    """The customers of each city, those who hold seats now, and the preset bookings by show."""

    by_city: Mapping[str, Sequence[int]]
    holders: Iterator[int]
    preset_bookings: Mapping[int, PresetBooking]


@dataclass(slots=True)
class FillingShow:
    """A show while its seats are sold: `taken` is the mask of those that are taken."""

    show: Show
    seating: Seating
    days: Days
    rng: Random
    taken: int = 0

    @property
    def seats_taken(self) -> int:
        return self.taken.bit_count()

    def party(self) -> Block | None:
        """Returns the seats that the next party chooses, or None if there are none."""
        if self.rng.random() < WHEELCHAIR_SHARE:
            return self.seating.pick_wheelchair(taken=self.taken, rng=self.rng)
        (size,) = self.rng.choices(PARTY_SIZES, PARTY_SHARES)
        return self.pick(size)

    def pick(self, size: int) -> Block | None:
        return self.seating.pick(size, taken=self.taken, rng=self.rng)

    def sell(self, block: Block, user_id: int, *, is_cancelled: bool) -> Sale:
        """Sells these seats, which stay free if the booking was cancelled in time."""
        created_at, cancelled_at = self.times(is_cancelled=is_cancelled)
        if cancelled_at is None:
            self.taken |= block.mask
        status: Literal["confirmed", "cancelled"] = "cancelled" if cancelled_at else "confirmed"
        return Sale(user_id, self.show.pk, status, created_at, cancelled_at, block.labels)

    def times(self, *, is_cancelled: bool) -> tuple[datetime, datetime | None]:
        """Returns when it was booked and cancelled, both before midnight and the show's start."""
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
        """Holds these seats for a customer, from midnight on."""
        self.taken |= block.mask
        return Sale(user_id, self.show.pk, "held", self.days.midnight, None, block.labels)


def sales(
    show: Show, room: Room, film: Film, customers: Customers, *, days: Days, rng: Random
) -> Iterator[Sale]:
    """Yields all sales of a show. A seat is in at most one confirmed or held sale."""
    filling = FillingShow(show, seating_of(tuple(room.screen.layout)), days, rng)
    share = share_sold(show, room, film.appeal, days, rng)
    yield from make_sales(filling, share, customers, room.city.name)
    yield from make_holds(filling, customers.holders)


def share_sold(show: Show, room: Room, appeal: float, days: Days, rng: Random) -> float:
    """Returns the share of seats sold: more in the evening, at weekends, for popular films, and
    the sooner the show is."""
    starts_at = show.starts_at.astimezone(room.zone)
    days_ahead = (show.starts_at - days.midnight) / timedelta(days=1)
    nearness = 1.0 if days_ahead < 1 else max(0.1, 0.65 * exp(-days_ahead / 6))
    busy = hour_factor(starts_at) * WEEKDAY_FACTORS[starts_at.weekday()] * rng.uniform(0.6, 1.4)
    return min(MOST_SOLD, SOLD_SHARE * appeal * nearness * busy)


def hour_factor(starts_at: datetime) -> float:
    """Returns the factor of the hour: evenings sell best, afternoons mostly at weekends."""
    if starts_at.hour >= 18:
        return 1.35 if starts_at.hour < 21 else 0.75
    return 1.0 if is_weekend(starts_at.date()) else 0.55


def make_sales(
    filling: FillingShow, share: float, customers: Customers, city: str
) -> Iterator[Sale]:
    """Yields sales until that share of the seats is taken, first the preset booking, if any."""
    preset = customers.preset_bookings.get(filling.show.pk)
    if preset and (block := filling.pick(2)):
        yield filling.sell(block, preset.user_id, is_cancelled=preset.is_cancelled)
    crowd, wanted, parties = customers.by_city[city], share * filling.seating.seats, 0
    is_off = filling.show.status == ShowStatus.CANCELLED
    while (parties * 2 if is_off else filling.seats_taken) < wanted:
        parties += 1
        if block := filling.party():
            customer = filling.rng.choice(crowd)
            yield filling.sell(block, customer, is_cancelled=filling.rng.random() < CANCELLED_SHARE)


def make_holds(filling: FillingShow, holders: Iterator[int]) -> Iterator[Sale]:
    """Yields a few current holds of different customers."""
    days_ahead = (filling.show.starts_at - filling.days.midnight).days
    is_near = 0 <= days_ahead < HELD_DAYS and filling.show.status == ShowStatus.SCHEDULED
    if is_near and filling.rng.random() < HELD_SHARE:
        for _ in range(filling.rng.randint(1, 3)):
            block = filling.pick(filling.rng.choice((1, 2, 2, 3, 4)))
            if block and (holder := next(holders, None)):
                yield filling.hold(block, holder)
