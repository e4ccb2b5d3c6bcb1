"""Scheduling, changing and deleting shows.

Locks are taken in the order theater, screen, show, seats by id. Changing a show locks its row FOR
UPDATE and booking locks it FOR KEY SHARE, so one of them waits for the other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from core.failures import DoesNotExist, Failure, NotFound
from core.postgres.clock import local_time
from core.postgres.documents import ID
from core.postgres.rows import execute, rows_of
from core.versions import require_version
from movies.models import Movie
from shows.models import DETAILS, Seat, Show, ShowStatus
from shows.seats import IS_SOLD, delete_seats, make_seats, release_holds, reprice_seats
from shows.start_times import Window, start_of_show
from theaters.currencies import WITHOUT_DECIMALS, NotWhole
from theaters.models import Screen


class HasStarted(Failure):
    """The show has begun."""

    code = "has_started"
    title = "The show has begun"
    remedy = "A show can be moved until it starts; after that, it can be cancelled."


class ScreenOverlap(Failure):
    """Another scheduled show, with its turnaround, occupies the screen at that time."""

    code = "screen_overlap"
    title = "The screen is taken at that time"
    remedy = "Choose another time or another screen."
    example = {"show": 41}
    members = {
        "show": ID
        | {
            "type": ["integer", "null"],
            "description": "The other show; null if it has gone in the meantime.",
        }
    }


class HasBookings(Failure):
    """People have booked seats of the show."""

    code = "has_bookings"
    title = "The show has bookings"
    remedy = "Cancel the show instead; its customers are notified."


class AlreadyCancelled(Failure):
    """It has been cancelled before; that cannot be undone or repeated."""

    code = "already_cancelled"
    title = "It is already cancelled"
    remedy = "There is nothing left to do: it stays cancelled."


class Pricing(NamedTuple):
    """The prices of seats: `price`, unless `prices` has one for the category."""

    price: Decimal
    prices: Mapping[str, Decimal] = {}


@dataclass(frozen=True, slots=True)
class _LockedScreen:
    """What a show on a screen depends on, as it is while the screen is locked."""

    timezone: str
    currency: str
    layout: list[str]
    turnaround_minutes: int
    duration_minutes: int
    window: Window


LOCK_THEATER = """
SELECT FROM theaters_theater
WHERE id = (SELECT theater_id FROM theaters_screen WHERE id = %(screen)s) FOR KEY SHARE
"""
# Locking the screen serializes scheduling on it: two overlapping INSERTs would otherwise wait for
# each other in the exclusion constraint, until one of them fails as a deadlock.
LOCK_SCREEN = """
SELECT theater.timezone, theater.currency, screen.layout, screen.turnaround_minutes,
       movie.duration_minutes,
       statement_timestamp(), statement_timestamp() + interval '2 years'
FROM theaters_screen screen
     JOIN theaters_theater theater ON theater.id = screen.theater_id, movies_movie movie
WHERE screen.id = %(screen)s AND movie.id = %(movie)s
FOR NO KEY UPDATE OF screen FOR KEY SHARE OF movie
"""


def _lock_screen(*, screen_id: int, movie_id: int) -> _LockedScreen:
    """Locks the screen, and the theater and the movie against changes of what the show depends on,
    until the transaction ends."""
    ids = {"screen": screen_id, "movie": movie_id}
    execute(LOCK_THEATER, ids)
    found = rows_of(LOCK_SCREEN, ids)
    if not found:
        raise DoesNotExist("The movie or the screen has just been deleted.")
    timezone, currency, layout, turnaround, duration, *window = found[0]
    return _LockedScreen(timezone, currency, layout, turnaround, duration, Window(*window))


def _times(starts_at: datetime, locked: _LockedScreen) -> dict[str, Any]:
    zone = ZoneInfo(locked.timezone)
    start = start_of_show(starts_at, zone, locked.window)
    end = start + timedelta(minutes=locked.duration_minutes)
    return {
        "starts_at": start,
        "ends_at": end,
        "free_at": end + timedelta(minutes=locked.turnaround_minutes),
        "local_date": start.astimezone(zone).date(),
    }


def price_columns(pricing: Pricing, currency: str) -> dict[str, Any]:
    """Returns the columns of a show with its prices. Raises NotWhole."""
    named = {"price": pricing.price} | {f"prices.{k}": v for k, v in pricing.prices.items()}
    for field, amount in named.items():
        if currency in WITHOUT_DECIMALS and amount % 1:
            raise NotWhole(field=field)
    return {
        "price": pricing.price,
        "prices": {category: f"{amount:.2f}" for category, amount in pricing.prices.items()},
    }


def _save(show: Show, zone: str) -> None:
    """Saves the show. Raises ScreenOverlap, which names the other show."""
    try:
        with transaction.atomic():
            show.save()
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise _overlap(show, zone) from None


def _overlap(show: Show, zone: str) -> ScreenOverlap:
    other = (
        Show.objects.filter(screen=show.screen_id, status=ShowStatus.SCHEDULED)
        .filter(starts_at__lt=show.free_at, free_at__gt=show.starts_at)
        .exclude(pk=show.pk)
        .select_related("movie")
        .first()
    )
    if other is None:
        return ScreenOverlap(show=None)
    start, end = (local_time(moment, zone) for moment in (other.starts_at, other.free_at))
    detail = f"The screen is taken by {other.movie.title} from {start} until {end}."
    return ScreenOverlap(detail, show=other.pk)


@transaction.atomic
def schedule_show(
    *,
    movie: Movie,
    screen: Screen,
    starts_at: datetime,
    pricing: Pricing,
    layout: Sequence[str] | None = None,
    **details: str,
) -> Show:
    """Makes a show and its seats; `layout` replaces the screen's, `details` are DETAILS.

    Raises ScreenOverlap, NotWhole, DoesNotExist, and what `start_of_show` raises.
    """
    locked = _lock_screen(screen_id=screen.pk, movie_id=movie.pk)
    layout = layout or locked.layout
    show = Show(
        movie=movie,
        screen=screen,
        rows=len(layout),
        columns=len(layout[0]),
        **{"language": movie.language, **details},
        **_times(starts_at, locked),
        **price_columns(pricing, locked.currency),
    )
    _save(show, locked.timezone)
    make_seats(shows=[show.pk], layout=layout)
    return show


def _lock_show(show_id: int) -> Show:
    show = Show.objects.select_for_update().filter(pk=show_id).first()
    if show is None:
        raise NotFound
    return show


def _is_booked(show: Show) -> bool:
    """Returns whether anybody has booked seats, paid or not. Call it once the show is locked."""
    return Seat.objects.filter(IS_SOLD, show=show).exists()


@transaction.atomic
def change_show(
    *, show: Show, changes: Mapping[str, Any], expected: Collection[str] | None = None
) -> Show:
    """Changes the given ones of `movie`, `starts_at`, `price`, `prices` and DETAILS.

    New prices apply at once to all unsold seats. Another movie or time is refused once somebody has
    booked, and ends all holds, which were for the old one. Values that do not change break no rule.

    Raises NotFound, AlreadyCancelled, HasBookings, PreconditionFailed unless the show's version is
    one of the `expected`, and what `schedule_show` raises.
    """
    movie = changes.get("movie")
    locked = _lock_screen(screen_id=show.screen_id, movie_id=movie.pk if movie else show.movie_id)
    show = _lock_show(show.pk)
    require_version(show, expected)
    if show.status == ShowStatus.CANCELLED:
        raise AlreadyCancelled("A cancelled show cannot be changed.")
    _move(show, changes, locked)
    _reprice(show, changes, locked)
    for name in changes.keys() & DETAILS:
        setattr(show, name, changes[name])
    _save(show, locked.timezone)
    if changes.keys() & {"price", "prices"}:
        reprice_seats(show=show.pk)
    return show


@transaction.atomic
def move_show(*, show: Show, starts_at: datetime) -> timedelta:
    """Moves a show to another time, though seats of it are booked, and returns by how much.

    Its holds end, its bookings stay. Raises NotFound, AlreadyCancelled, HasStarted, or what
    `schedule_show` raises for its time.
    """
    locked = _lock_screen(screen_id=show.screen_id, movie_id=show.movie_id)
    show = _lock_show(show.pk)
    _require_movable(show, locked.window.now)
    before = show.starts_at
    for name, value in _times(starts_at, locked).items():
        setattr(show, name, value)
    show.moves += show.starts_at != before
    _save(show, locked.timezone)
    release_holds(show=show.pk, kept_too=False)
    return show.starts_at - before


def _require_movable(show: Show, now: datetime) -> None:
    if show.status == ShowStatus.CANCELLED:
        raise AlreadyCancelled("A cancelled show cannot be moved.")
    if show.starts_at <= now:
        raise HasStarted


@transaction.atomic
def change_screen(*, show: Show, screen: Screen, starts_at: datetime) -> Show:
    """Moves a show that nobody has ever booked to another screen of its theater, whose seats it
    then has at the same prices, and to that time. Its holds end.

    Raises NotFound, AlreadyCancelled, HasStarted, HasBookings, or what `schedule_show` raises.
    """
    locked = {
        pk: _lock_screen(screen_id=pk, movie_id=show.movie_id)
        for pk in sorted({show.screen_id, screen.pk})
    }[screen.pk]
    before, show = show.screen_id, _lock_show(show.pk)
    if show.screen_id != before or show.screen.theater_id != screen.theater_id:
        raise NotFound
    _require_movable(show, locked.window.now)
    show.screen, show.rows, show.columns = screen, len(locked.layout), len(locked.layout[0])
    for name, value in _times(starts_at, locked).items():
        setattr(show, name, value)
    release_holds(show=show.pk)
    try:
        with transaction.atomic():
            execute("SET CONSTRAINTS ALL IMMEDIATE")  # tickets, void ones too, refer to seats
            delete_seats(show=show.pk)
    except IntegrityError:
        raise HasBookings("Seats of it were booked, so it keeps its screen.") from None
    _save(show, locked.timezone)
    make_seats(shows=[show.pk], layout=locked.layout)
    return show


def _move(show: Show, changes: Mapping[str, Any], locked: _LockedScreen) -> None:
    if not changes.keys() & {"movie", "starts_at"}:
        return
    movie, starts_at = changes.get("movie", show.movie), changes.get("starts_at", show.starts_at)
    if movie.pk == show.movie_id and _is_start(starts_at, show, locked):
        return
    times = _times(starts_at, locked)
    if _is_booked(show):
        raise HasBookings("Seats of it are booked, so it cannot be moved.")
    show.movie = movie
    for name, value in times.items():
        setattr(show, name, value)
    release_holds(show=show.pk)


def _is_start(moment: datetime, show: Show, locked: _LockedScreen) -> bool:
    """Returns whether the show starts then; without an offset, in the theater's local time."""
    if moment.tzinfo:
        return moment == show.starts_at
    return moment == show.starts_at.astimezone(ZoneInfo(locked.timezone)).replace(tzinfo=None)


def _reprice(show: Show, changes: Mapping[str, Any], locked: _LockedScreen) -> None:
    if not changes.keys() & {"price", "prices"}:
        return
    prices = {category: Decimal(amount) for category, amount in show.prices.items()}
    pricing = Pricing(changes.get("price", show.price), changes.get("prices", prices))
    for name, value in price_columns(pricing, locked.currency).items():
        setattr(show, name, value)


def delete_show(*, show: Show, expected: Collection[str] | None = None) -> None:
    """Deletes the show and its seats. Raises NotFound, PreconditionFailed, or HasBookings if it was
    ever booked, even if all its bookings are cancelled."""
    try:
        with transaction.atomic():
            show = _lock_show(show.pk)
            require_version(show, expected)
            delete_seats(show=show.pk)
            show.delete()
    except IntegrityError:  # ProtectedError is one
        raise HasBookings("Seats of it were booked, so it is kept for accounting.") from None
