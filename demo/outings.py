"""What Alice and Bob have booked, so that whoever logs in as one of them finds something."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from demo.audience import Outing
from demo.plan import Days, Room
from shows.models import Show, ShowStatus

EVENING = 17


def outings(
    evenings: Sequence[Show], *, days: Days, alice: int, bob: int, rng: Random
) -> dict[int, Outing]:
    """Some past and some to come, each on a day of its own. Alice gave one of hers back."""
    tomorrow = days.midnight + timedelta(days=1)
    past = on_different_days([s for s in evenings if s.starts_at < days.midnight], rng)
    coming = on_different_days([s for s in evenings if s.starts_at >= tomorrow], rng)
    return {
        **{show.pk: Outing(alice, is_cancelled=False) for show in past[:3] + coming[:3]},
        **{show.pk: Outing(bob, is_cancelled=False) for show in past[3:4] + coming[3:4]},
        **{show.pk: Outing(alice, is_cancelled=True) for show in coming[4:5]},
    }


def on_different_days(shows: Sequence[Show], rng: Random) -> list[Show]:
    """One show of each day, in a mixed order."""
    by_day: dict[date, list[Show]] = {}
    for show in shows:
        by_day.setdefault(show.local_date, []).append(show)
    chosen = [rng.choice(found) for found in by_day.values()]
    rng.shuffle(chosen)
    return chosen


def evenings_of(shows: Sequence[Show], rooms: Mapping[int, Room], city: str) -> list[Show]:
    """The shows of one city that start in its evening and take place."""
    return [
        show
        for show in shows
        if (room := rooms[show.screen_id]).town.city == city
        and show.status == ShowStatus.SCHEDULED
        and show.starts_at.astimezone(room.zone).hour >= EVENING
    ]
