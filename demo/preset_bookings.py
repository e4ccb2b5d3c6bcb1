"""What Alice and Bob have booked, so that whoever logs in as one of them has bookings to see."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from demo.audience import PresetBooking
from demo.plan import Days, Room
from shows.models import Show, ShowStatus

EVENING = 17


def preset_bookings(
    evenings: Sequence[Show], *, days: Days, alice: int, bob: int, rng: Random
) -> dict[int, PresetBooking]:
    """Returns bookings by show, past and upcoming, each on another day; one is cancelled."""
    tomorrow = days.midnight + timedelta(days=1)
    past = on_different_days([s for s in evenings if s.starts_at < days.midnight], rng)
    coming = on_different_days([s for s in evenings if s.starts_at >= tomorrow], rng)
    return {
        **{show.pk: PresetBooking(alice, is_cancelled=False) for show in past[:3] + coming[:3]},
        **{show.pk: PresetBooking(bob, is_cancelled=False) for show in past[3:4] + coming[3:4]},
        **{show.pk: PresetBooking(alice, is_cancelled=True) for show in coming[4:5]},
    }


def on_different_days(shows: Sequence[Show], rng: Random) -> list[Show]:
    """Returns one show of each day, in random order."""
    by_day: dict[date, list[Show]] = {}
    for show in shows:
        by_day.setdefault(show.local_date, []).append(show)
    chosen = [rng.choice(found) for found in by_day.values()]
    rng.shuffle(chosen)
    return chosen


def evenings_of(shows: Sequence[Show], rooms: Mapping[int, Room], city: str) -> list[Show]:
    """Returns the scheduled shows of one city that start in the evening."""
    return [
        show
        for show in shows
        if (room := rooms[show.screen_id]).city.name == city
        and show.status == ShowStatus.SCHEDULED
        and show.starts_at.astimezone(room.zone).hour >= EVENING
    ]
