"""Puts the demo into an empty database: one statement for each step, all in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from django.db import transaction

from core.postgres.rows import execute, rows_of
from demo import selling
from demo.audience import Public, Sale, sales
from demo.films import FILMS
from demo.houses import houses
from demo.outings import evenings_of, outings
from demo.people import People, make_people
from demo.plan import Days, Room, Title, programme
from demo.progress import Progress
from demo.towns import BERLIN
from movies.models import Movie
from shows.models import Show
from shows.seats import make_seats
from theaters.layout import places
from theaters.models import Screen, Theater
from users.models import User

SHOWS_AT_ONCE = 200
T = TypeVar("T")


class NotEmpty(Exception):
    """The database has data of its own, which the demo must not mix with."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the demo is, and the days and the seed that it is a function of."""

    theaters: int
    users: int
    days: Days
    seed: int


def size_from_today(*, theaters: int, users: int, days: int, seed: int) -> Size:
    """The size of a demo with so many days of shows from today (UTC), and half as many before."""
    ((today,),) = rows_of("SELECT (statement_timestamp() AT TIME ZONE 'UTC')::date", [])
    return Size(theaters, users, Days(today, past=(days + 1) // 2, coming=days), seed)


@transaction.atomic
def fill(size: Size, *, password: str, progress: Progress) -> None:
    """Fills the database, or leaves it as it was. Raises NotEmpty."""
    prepare()
    progress.say("Filling the empty database with demo data …")
    with progress.step("users", size.users):
        people = make_people(count=size.users, password=password, joined=size.days.sale_opens)
        progress.advance(size.users)
    Load(size, people, progress).run()
    execute("ANALYZE")


def prepare() -> None:
    """Keeps a second demo and new accounts out until the end; a long load may take its time."""
    execute("SET LOCAL statement_timeout = 0")
    execute("SET LOCAL lock_timeout = 0")
    execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    execute("SET LOCAL work_mem = '64MB'")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("LOCK TABLE users_user IN SHARE ROW EXCLUSIVE MODE")
    for model, name in ((User, "users"), (Movie, "movies"), (Theater, "theaters")):
        if model.objects.exists():
            raise NotEmpty(f"This database has {name} already. The demo fills only an empty one.")


class Load:
    """The steps after the accounts. They hold the shows in memory; seats and sales pass through."""

    def __init__(self, size: Size, people: People, progress: Progress) -> None:
        self.size, self.people, self.progress = size, people, progress
        self.titles: list[Title] = []
        self.rooms: list[Room] = []
        self.shows: list[Show] = []

    def run(self) -> None:
        self.make_catalogue()
        self.make_shows()
        self.make_seats()
        self.sell()

    def make_catalogue(self) -> None:
        """Films, theaters and their screens."""
        movies = Movie.objects.bulk_create(film.movie(self.size.days.today) for film in FILMS)
        self.titles = [Title(film, movie) for film, movie in zip(FILMS, movies, strict=True)]
        found, owners = houses(self.size.theaters), (self.people.olga, self.people.otto)
        theaters = Theater.objects.bulk_create(
            house.theater(owners[number // 2 % 2]) for number, house in enumerate(found)
        )
        self.rooms = [
            Room(screen, number, house.town)
            for house, theater in zip(found, theaters, strict=True)
            for number, screen in enumerate(house.screens(theater))
        ]
        Screen.objects.bulk_create(room.screen for room in self.rooms)

    def make_shows(self) -> None:
        shows = list(programme(self.rooms, self.titles, days=self.size.days, seed=self.size.seed))
        with self.progress.step("shows", len(shows)):
            for batch in batches(shows, 1000):
                self.shows += Show.objects.bulk_create(batch)
                self.progress.advance(len(batch))

    def make_seats(self) -> None:
        layouts = {room.screen.pk: tuple(room.screen.layout) for room in self.rooms}
        alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for show in self.shows:
            alike[layouts[show.screen_id]].append(show.pk)
        seats = {layout: len(list(places(layout))) for layout in alike}
        total = sum(seats[layout] * len(shows) for layout, shows in alike.items())
        with self.progress.step("seats", total):
            for layout, shows in alike.items():
                for batch in batches(shows, SHOWS_AT_ONCE):
                    make_seats(shows=batch, layout=layout)
                    self.progress.advance(seats[layout] * len(batch))

    def sell(self) -> None:
        """Bookings, tickets and holds."""
        progress, seed = self.progress, self.size.seed
        with progress.step("sales", len(self.shows)):
            selling.stage(self.sales(), seed=seed)
        with progress.step("bookings"):
            progress.advance(selling.make_bookings())
        with progress.step("tickets"):
            progress.advance(selling.make_tickets(seed=seed))
        with progress.step("taken"):
            progress.advance(selling.take_seats())

    def sales(self) -> Iterator[Sale]:
        """Show by show, so that the bar can follow."""
        rooms = {room.screen.pk: room for room in self.rooms}
        titles = {title.movie.pk: title for title in self.titles}
        public = self.public(rooms)
        for number, show in enumerate(self.shows):
            rng = Random(f"{self.size.seed}/audience/{number}")
            room, film = rooms[show.screen_id], titles[show.movie_id].film
            yield from sales(show, room, film, public, days=self.size.days, rng=rng)
            self.progress.advance(1)

    def public(self, rooms: dict[int, Room]) -> Public:
        """Each city has its share of the crowd; those whom we know go out in Berlin."""
        cities = sorted({room.town.city for room in self.rooms})
        crowd, days = self.people.crowd, self.size.days
        evenings = evenings_of(self.shows, rooms, BERLIN.city)
        known = outings(
            evenings,
            days=days,
            alice=self.people.alice.pk,
            bob=self.people.bob.pk,
            rng=Random(f"{self.size.seed}/outings"),
        )
        crowds = {city: crowd[i :: len(cities)] or crowd for i, city in enumerate(cities)}
        return Public(crowds, iter(crowd), known)


def batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The things in their order, so many at a time."""
    return (things[start : start + size] for start in range(0, len(things), size))
