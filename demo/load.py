"""Fills an empty database with the demo: few statements for each step, all in one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from django.db import transaction

from core.postgres.rows import execute, rows_of
from demo import selling
from demo.audience import Customers, Sale, sales
from demo.cinemas import cinemas
from demo.cities import BERLIN
from demo.films import FILMS
from demo.money import sell_for_money
from demo.people import People, employ, make_people
from demo.plan import Days, Room, Title, programme
from demo.preset_bookings import evenings_of, preset_bookings
from demo.progress import Progress
from movies.models import Movie
from shows.models import Show
from shows.seats import make_seats
from theaters.layout import places
from theaters.models import Screen, Theater
from users.models import User

SHOWS_AT_ONCE = 200
T = TypeVar("T")


class NotEmpty(Exception):
    """The database has data already, with which the demo must not mix."""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of the demo, its days and its seed, which together determine its data."""

    theaters: int
    users: int
    days: Days
    seed: int


def size_from_today(*, theaters: int, users: int, days: int, seed: int) -> Size:
    """Returns the size of a demo with `days` of shows from today (UTC), and half as many before."""
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
    """Lifts timeouts, locks out another demo and new accounts. Raises NotEmpty if there is data."""
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
    """The steps after the accounts. Shows are kept in memory; seats and sales are streamed."""

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
        """Makes movies, theaters and screens."""
        movies = Movie.objects.bulk_create(film.movie(self.size.days.today) for film in FILMS)
        self.titles = [Title(film, movie) for film, movie in zip(FILMS, movies, strict=True)]
        found, owners = cinemas(self.size.theaters), (self.people.olga, self.people.otto)
        theaters = Theater.objects.bulk_create(
            cinema.theater(owners[number // 2 % 2]) for number, cinema in enumerate(found)
        )
        sell_for_money(theaters)
        olgas = [theater for theater in theaters if theater.owner_id == self.people.olga.pk]
        employ(self.people.staff, olgas)
        self.rooms = [
            Room(screen, number, cinema.city)
            for cinema, theater in zip(found, theaters, strict=True)
            for number, screen in enumerate(cinema.screens(theater))
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
        by_layout: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for show in self.shows:
            by_layout[layouts[show.screen_id]].append(show.pk)
        seats = {layout: len(list(places(layout))) for layout in by_layout}
        total = sum(seats[layout] * len(shows) for layout, shows in by_layout.items())
        with self.progress.step("seats", total):
            for layout, shows in by_layout.items():
                for batch in batches(shows, SHOWS_AT_ONCE):
                    make_seats(shows=batch, layout=layout)
                    self.progress.advance(seats[layout] * len(batch))

    def sell(self) -> None:
        """Makes bookings, tickets and holds."""
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
        """Yields all sales, show by show, for the sake of the progress bar."""
        rooms = {room.screen.pk: room for room in self.rooms}
        titles = {title.movie.pk: title for title in self.titles}
        customers = self.customers(rooms)
        for number, show in enumerate(self.shows):
            rng = Random(f"{self.size.seed}/audience/{number}")
            room, film = rooms[show.screen_id], titles[show.movie_id].film
            yield from sales(show, room, film, customers, days=self.size.days, rng=rng)
            self.progress.advance(1)

    def customers(self, rooms: dict[int, Room]) -> Customers:
        """Distributes the customers among the cities; the preset bookings are in Berlin."""
        cities = sorted({room.city.name for room in self.rooms})
        everybody, days = self.people.customers, self.size.days
        evenings = evenings_of(self.shows, rooms, BERLIN.name)
        presets = preset_bookings(
            evenings,
            days=days,
            alice=self.people.alice.pk,
            bob=self.people.bob.pk,
            rng=Random(f"{self.size.seed}/preset bookings"),
        )
        by_city = {city: everybody[i :: len(cities)] or everybody for i, city in enumerate(cities)}
        return Customers(by_city, iter(everybody), presets)


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yields the items in their order, `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
