"""Many shows at once: what a plan would make and where it clashes, then all of it or nothing.

Locks are taken in the order theaters, screens, movies, each by id. A plan that is made is judged
under these locks, so nobody else schedules on its screens meanwhile; the constraint against
overlapping shows stands behind that.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from core.failures import DoesNotExist, Failure, InvalidInput, NotFound
from core.postgres.clock import local_time
from core.postgres.rows import execute, rows_of
from movies.models import Movie
from shows.models import Show, ShowStatus
from shows.scheduling import Pricing, ScreenOverlap, price_columns
from shows.seats import make_seats
from shows.start_times import Window, start_of_show
from theaters.models import Screen, Theater
from theaters.policy import Action
from users.models import User

MOST_SHOWS = 600
LONGEST_COPY = 31  # days


class TooManyShows(InvalidInput):
    """A plan has more shows than are made at once."""

    title = "Too many shows at once"
    remedy = f"Plan at most {MOST_SHOWS} shows at once."


class PlanClashes(Failure):
    """Some shows of the plan cannot be made, so none was."""

    title = "The plan clashes with other shows"
    remedy = "Look at the plan again, and change or leave out the shows that clash."


class Wish(NamedTuple):
    """A show that is wanted; without an offset, `starts_at` is the theater's local time. An empty
    `language` is the movie's."""

    movie: int
    screen: int
    starts_at: datetime
    pricing: Pricing
    language: str = ""
    format: str = "2D"


@dataclass(frozen=True, slots=True)
class Planned:
    """A show that would be made; `clash` says why not, in words for people, if it cannot be. A time
    that cannot be has no `starts_at`."""

    wish: Wish
    movie: Movie
    screen: Screen
    starts_at: datetime | None = None
    free_at: datetime | None = None
    clash: str = ""

    @property
    def times(self) -> dict[str, Any]:
        """The columns of a show that can be made."""
        length = timedelta(minutes=self.movie.duration_minutes)
        ends_at = self.starts_at and self.starts_at + length
        return {"starts_at": self.starts_at, "ends_at": ends_at, "free_at": self.free_at}

    @property
    def local(self) -> datetime:
        """The start on the clock of the theater, without a zone."""
        zone = ZoneInfo(self.screen.theater.timezone)
        if self.starts_at:
            return self.starts_at.astimezone(zone).replace(tzinfo=None)
        return self.wish.starts_at.replace(tzinfo=None)


class _Taken(NamedTuple):
    starts_at: datetime
    free_at: datetime
    words: str


LOCK_THEATERS = """
SELECT FROM theaters_theater WHERE id IN (
  SELECT theater_id FROM theaters_screen WHERE id = ANY(%(screens)s::bigint[]))
ORDER BY id FOR KEY SHARE
"""
LOCK_SCREENS = """
SELECT FROM theaters_screen WHERE id = ANY(%(screens)s::bigint[])
ORDER BY id FOR NO KEY UPDATE
"""
LOCK_MOVIES = """
SELECT FROM movies_movie WHERE id = ANY(%(movies)s::bigint[]) ORDER BY id FOR KEY SHARE
"""
WINDOW = "SELECT statement_timestamp(), statement_timestamp() + interval '2 years'"


def plan_shows(*, user: User, wishes: Sequence[Wish]) -> list[Planned]:
    """Returns what `schedule_shows` would make now, by screen and time, and changes nothing.

    Of two wishes that clash with each other, the later one has the clash. Raises TooManyShows, or
    NotFound or DoesNotExist if the user may not schedule on a screen, or a movie is gone.
    """
    if len(wishes) > MOST_SHOWS:
        raise TooManyShows(field="shows")
    screens = _screens(user, {wish.screen for wish in wishes})
    movies = Movie.objects.in_bulk({wish.movie for wish in wishes})
    if len(movies) < len({wish.movie for wish in wishes}):
        raise DoesNotExist("A movie of the plan has just been deleted.")
    window = Window(*rows_of(WINDOW)[0])
    timed = [_timed(wish, movies[wish.movie], screens[wish.screen], window) for wish in wishes]
    timed.sort(key=lambda each: (each.wish.screen, each.local))
    taken = _taken(timed)
    return [_judged(each, taken[each.wish.screen]) for each in timed]


def _screens(user: User, ids: set[int]) -> dict[int, Screen]:
    mine = Screen.objects.where_may(user, Action.SCHEDULE).select_related("theater")
    screens = mine.in_bulk(ids)
    if len(screens) < len(ids):
        raise NotFound
    return screens


def _timed(wish: Wish, movie: Movie, screen: Screen, window: Window) -> Planned:
    try:
        start = start_of_show(wish.starts_at, ZoneInfo(screen.theater.timezone), window)
    except InvalidInput as failure:
        return Planned(wish, movie, screen, clash=failure.title)
    busy = timedelta(minutes=movie.duration_minutes + screen.turnaround_minutes)
    return Planned(wish, movie, screen, start, start + busy)


def _taken(timed: Sequence[Planned]) -> dict[int, list[_Taken]]:
    """Returns the times at which the screens are taken, as far as it concerns the plan, in one
    query."""
    spans = [(each.starts_at, each.free_at) for each in timed if each.starts_at and each.free_at]
    found: dict[int, list[_Taken]] = defaultdict(list)
    if not spans:
        return found
    shows = Show.objects.filter(
        screen__in={each.wish.screen for each in timed},
        status=ShowStatus.SCHEDULED,
        starts_at__lt=max(free for _, free in spans),
        free_at__gt=min(start for start, _ in spans),
    ).select_related("movie", "screen__theater")
    for show in shows:
        zone = show.screen.theater.timezone
        start, free = (local_time(moment, zone) for moment in (show.starts_at, show.free_at))
        words = f"The screen is taken by {show.movie.title} from {start} until {free}."
        found[show.screen_id].append(_Taken(show.starts_at, show.free_at, words))
    return found


def _judged(planned: Planned, taken: list[_Taken]) -> Planned:
    start, free = planned.starts_at, planned.free_at
    if start is None or free is None:
        return planned
    for other in taken:
        if other.starts_at < free and other.free_at > start:
            return Planned(planned.wish, planned.movie, planned.screen, start, free, other.words)
    words = f"It overlaps another show of this plan: {planned.movie.title}, {planned.local:%H:%M}."
    taken.append(_Taken(start, free, words))
    return planned


def digest_of(plan: Iterable[Planned]) -> str:
    """Returns a digest of what the plan would make, by which one sees that it has changed."""
    made = [each.wish for each in plan if not each.clash]
    return sha256(repr(made).encode()).hexdigest()[:32]


@transaction.atomic
def schedule_shows(*, user: User, wishes: Sequence[Wish]) -> list[int]:
    """Makes all shows and their seats, or none, and returns their ids.

    Raises PlanClashes, NotWhole, and what `plan_shows` raises.
    """
    _lock(wishes)
    plan = plan_shows(user=user, wishes=wishes)
    if clashes := sum(bool(each.clash) for each in plan):
        raise PlanClashes(clashes=clashes)
    shows = [_show(each) for each in plan]
    try:
        with transaction.atomic():
            Show.objects.bulk_create(shows)
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise ScreenOverlap(show=None) from None
    by_screen: dict[int, list[int]] = defaultdict(list)
    for show in shows:
        by_screen[show.screen_id].append(show.pk)
    layouts = {each.wish.screen: each.screen.layout for each in plan}
    for screen, ids in by_screen.items():
        make_seats(shows=ids, layout=layouts[screen])
    return [show.pk for show in shows]


def _lock(wishes: Sequence[Wish]) -> None:
    ids = {
        "screens": sorted({wish.screen for wish in wishes}),
        "movies": sorted({wish.movie for wish in wishes}),
    }
    for statement in (LOCK_THEATERS, LOCK_SCREENS, LOCK_MOVIES):
        execute(statement, ids)


def _show(planned: Planned) -> Show:
    """Returns the row of a show that can be made."""
    wish, screen = planned.wish, planned.screen
    return Show(
        movie_id=wish.movie,
        screen_id=wish.screen,
        **planned.times,
        local_date=planned.local.date(),
        language=wish.language or planned.movie.language,
        format=wish.format,
        rows=screen.rows,
        columns=screen.columns,
        **price_columns(wish.pricing, screen.theater.currency),
    )


def wishes_to_copy(*, user: User, theater_id: int, first: date, days: int, to: date) -> list[Wish]:
    """Returns the scheduled shows of some of a theater's days as wishes for as many days from
    another one on, at the same times of day.

    Raises NotFound, TooManyShows.
    """
    theater = Theater.objects.where_may(user, Action.SCHEDULE).filter(pk=theater_id).first()
    if theater is None or not 1 <= days <= LONGEST_COPY:
        raise NotFound
    shows = Show.objects.filter(
        screen__theater=theater,
        status=ShowStatus.SCHEDULED,
        local_date__gte=first,
        local_date__lt=first + timedelta(days=days),
    )
    if len(shows) > MOST_SHOWS:
        raise TooManyShows(field="shows")
    return [_copy(show, ZoneInfo(theater.timezone), to - first) for show in shows]


def _copy(show: Show, zone: ZoneInfo, later: timedelta) -> Wish:
    local = show.starts_at.astimezone(zone).replace(tzinfo=None)
    prices: dict[str, Any] = {name: Decimal(cost) for name, cost in show.prices.items()}
    pricing = Pricing(show.price, prices)
    return Wish(show.movie_id, show.screen_id, local + later, pricing, show.language, show.format)
