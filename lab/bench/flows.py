"""What clients do: generators that yield calls and receive the replies, round after round.

Each works with the program and with the twin, which have the same paths.
"""

import itertools
import json
import uuid
from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote_plus

COMMON = (
    "Host: cinema.example\r\nX-Forwarded-Proto: https\r\nAccept: application/json\r\n"
    "X-Forwarded-For: {address}\r\n"
)


class Call(NamedTuple):
    """A request as bytes, and the statuses that are right."""

    raw: bytes
    expected: tuple[int, ...] = (200,)
    is_first: bool = False
    pause: float = 0.0


class Reply(NamedTuple):
    """An answer."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


Flow = Generator[Call, Reply, None]


class World:
    """The ids, labels and tokens of the data that lab.bench.data made."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.shows: list[int] = facts["shows"]
        self.labels: list[str] = facts["labels"]
        self.days: list[str] = facts["days"]
        self.city: str = facts["city"]
        self.searches: list[str] = facts["searches"]
        self.emails: list[str] = facts["emails"]
        self.password: str = facts["password"]
        self.access: list[str] = facts["access"]
        self.refresh: list[str] = facts["refresh"]

    def share(self, number: int, of: int) -> Iterator[tuple[int, int, list[str]]]:
        """Yield users, shows and three seats that only this one of `of` clients uses."""
        users = itertools.cycle(range(number, len(self.access), of))
        blocks = [self.labels[i : i + 3] for i in range(0, len(self.labels) - 2, 3)]
        places = itertools.cycle(range(number, len(self.shows) * len(blocks), of))
        for user, place in zip(users, places, strict=False):
            show, block = divmod(place, len(blocks))
            yield user, self.shows[show], blocks[block]


def raw(
    method: str,
    path: str,
    token: str = "",
    body: Any = None,
    *,
    address: str = "192.0.2.1",
    **more: str,
) -> bytes:
    """Return a complete HTTP/1.1 request."""
    head = f"{method} {path} HTTP/1.1\r\n" + COMMON.format(address=address)
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    for name, value in more.items():
        head += f"{name.replace('_', '-')}: {value}\r\n"
    if body is None:
        return f"{head}\r\n".encode()
    content = json.dumps(body)
    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return f"{head}\r\n{content}".encode()


def constant(world: World, number: int, of: int) -> Flow:
    """Get the view that does nothing."""
    call = Call(raw("GET", "/api/v1/constant/"), is_first=True)
    while True:
        yield call


def seat_map(world: World, number: int, of: int) -> Flow:
    """Get the seats of a show."""
    for show in itertools.cycle(world.shows[number::of]):
        yield Call(raw("GET", f"/api/v1/shows/{show}/seats/"), is_first=True)


def seat_map_again(world: World, number: int, of: int) -> Flow:
    """Get the same seat map again: 304."""
    path = f"/api/v1/shows/{world.shows[number % len(world.shows)]}/seats/"
    reply = yield Call(raw("GET", path), is_first=True)
    call = Call(raw("GET", path, If_None_Match=reply.headers[b"ETag"].decode()), (304,), True)
    while True:
        yield call


def show_list(world: World, number: int, of: int) -> Flow:
    """Get the first page of the shows of a city on a day."""
    days = world.days[number % len(world.days) :] + world.days[: number % len(world.days)]
    for day in itertools.cycle(days):
        yield Call(raw("GET", f"/api/v1/shows/?city={world.city}&date={day}"), is_first=True)


def movie_search(world: World, number: int, of: int) -> Flow:
    """Search for movies; each client begins with another search."""
    start = number * len(world.searches) // of
    for text in itertools.cycle([*world.searches[start:], *world.searches[:start]]):
        yield Call(raw("GET", f"/api/v1/movies/?search={quote_plus(text)}"), is_first=True)


def hold_and_release(world: World, number: int, of: int) -> Flow:
    """Hold three seats, release them."""
    for user, show, seats in world.share(number, of):
        path, token = f"/api/v1/shows/{show}/hold/", world.access[user]
        yield Call(raw("PUT", path, token, {"seats": seats}), is_first=True)
        yield Call(raw("DELETE", path, token), (204,))


def book_and_cancel(world: World, number: int, of: int) -> Flow:
    """Book three seats in one step, with an idempotency key; cancel."""
    for user, show, seats in world.share(number, of):
        token, body = world.access[user], {"show": show, "seats": seats}
        reply = yield booking(token, body)._replace(expected=(201,), is_first=True)
        yield from cancel(token, reply)


def hold_then_book(world: World, number: int, of: int) -> Flow:
    """Hold three seats, book them with an idempotency key; cancel."""
    for user, show, seats in world.share(number, of):
        token = world.access[user]
        yield Call(
            raw("PUT", f"/api/v1/shows/{show}/hold/", token, {"seats": seats}), is_first=True
        )
        reply = yield booking(token, {"show": show})._replace(expected=(201,))
        yield from cancel(token, reply)


def booking(token: str, body: dict[str, Any]) -> Call:
    """Return a booking with an idempotency key; 409 if others were faster."""
    key = str(uuid.uuid4())
    call = raw("POST", "/api/v1/bookings/", token, body, Idempotency_Key=key)
    return Call(call, (201, 409))


def cancel(token: str, booked: Reply) -> Flow:
    """Cancel what was just booked."""
    if booked.status != 201:
        return
    path = f"/api/v1/bookings/{json.loads(booked.body)['reference']}/cancel/"
    yield Call(raw("POST", path, token, {}))


def login(world: World, number: int, of: int) -> Flow:
    """Log in, each user from an address of their own."""
    for user in itertools.cycle(range(number, len(world.emails), of)):
        yield login_call(world, user)


def log_in_once(world: World, number: int, of: int) -> Flow:
    """Log in, and if the server is busy try again after as long as it says."""
    status, pause = 503, 0.0
    while status == 503:
        call = login_call(world, number)._replace(expected=(200, 503), pause=pause, is_first=False)
        reply = yield call
        status, pause = reply.status, float(reply.headers.get(b"Retry-After", b"0"))


def login_call(world: World, user: int) -> Call:
    """Return one user's login."""
    body = {"email": world.emails[user], "password": world.password}
    address = f"10.{user >> 16}.{user >> 8 & 255}.{user & 255}"
    return Call(raw("POST", "/api/v1/auth/login/", body=body, address=address), is_first=True)


def refresh(world: World, number: int, of: int) -> Flow:
    """Exchange a refresh token for the next pair."""
    for user in itertools.cycle(range(number, len(world.refresh), of)):
        body = {"refresh": world.refresh[user]}
        reply = yield Call(raw("POST", "/api/v1/auth/refresh/", body=body), is_first=True)
        world.refresh[user] = json.loads(reply.body).get("refresh", world.refresh[user])


FLOWS: dict[str, Callable[[World, int, int], Flow]] = {
    flow.__name__: flow
    for flow in (
        constant,
        seat_map,
        seat_map_again,
        show_list,
        movie_search,
        hold_and_release,
        book_and_cancel,
        hold_then_book,
        login,
        log_in_once,
        refresh,
    )
}
