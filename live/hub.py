"""The hub: looks at all watched shows, and writes what has changed to all viewers, from one loop.

A viewer who reads slowly holds up nobody: while one write waits, the viewer is left out, and gets a
whole map when it is done. Whoever connects or comes back gets a whole map: nothing is kept of what
was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from datetime import timedelta
from typing import Any

import orjson
import psycopg
import structlog

from live.looking import PATIENCE, connected, letters, taken

log = structlog.get_logger(__name__)
Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

LOOK_EVERY = timedelta(milliseconds=250)
SHARE_OF_LOOKS = 5  # the database is asked at most a fifth of the time
ALIVE_EVERY = timedelta(seconds=15)  # proxies end connections that are silent
VIEWERS_AT_MOST = 20_000
SHOWS_AT_MOST = 2_000
FREE = ""


class Full(Exception):
    """No more viewers or shows fit."""


class Viewer:
    """A connection that reads events. One that `is_behind` needs a whole map; `is_over` is set when
    it shall end."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.is_over = asyncio.Event()
        self.writing: asyncio.Task[None] | None = None
        self.is_behind = False

    def write(self, event: bytes) -> bool:
        """Writes an event, without waiting; returns whether an earlier one still waits."""
        if self.writing is not None and not self.writing.done():
            self.is_behind = True
            return False
        message = {"type": "http.response.body", "body": event, "more_body": True}
        sending = self.send(message)
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return True
        self.writing = asyncio.create_task(_end(Started(waits_for, sending)))
        return True


async def _end(sending: "Started") -> None:
    await sending


class Started:
    """A coroutine that was run until it waits for something, to be awaited to its end."""

    def __init__(self, waits_for: Any, begun: Coroutine[Any, Any, None]) -> None:
        self.waits_for, self.begun = waits_for, begun

    def __await__(self) -> Generator[Any, Any, None]:
        yield self.waits_for
        yield from self.begun.__await__()


class Room:
    """A show that somebody watches: its last line of taken seats, None before the first look."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self.line: str | None = None
        self.looked: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()

    def update(self, line: str | None) -> None:
        """Tells the viewers what is different; None means that there is no such show."""
        if not self.looked.done():
            self.looked.set_result(line is not None)
        if line is None:
            for viewer in self.viewers:
                viewer.is_over.set()
            return
        before, self.line = self.line, line
        change = b"" if before in (None, line) else _event("change", difference(before or "", line))
        whole = (
            _event("map", letters(line)) if any(each.is_behind for each in self.viewers) else b""
        )
        for viewer in self.viewers:
            if viewer.is_behind:
                viewer.is_behind = False
                viewer.write(whole)
            elif change:
                viewer.write(change)


Seen = tuple[int, Room, str | None]  # a show, its room, and its line


class Hub:
    """All rooms, and the loop that looks. `run` it beside the application."""

    def __init__(self, open_database: Callable[[], Awaitable[Any]] = connected) -> None:
        self.rooms: dict[int, Room] = {}
        self.viewers = 0
        self._open_database = open_database
        self._database: psycopg.AsyncConnection[Any] | None = None
        self._somebody = asyncio.Event()
        self._alive_at = 0.0

    async def join(self, show: int, viewer: Viewer) -> bool | None:
        """Adds a viewer, who gets a map at the next look; returns whether the show exists, or None
        if the database does not answer. Raises Full."""
        is_new = show not in self.rooms
        if self.viewers >= VIEWERS_AT_MOST or (is_new and len(self.rooms) >= SHOWS_AT_MOST):
            raise Full
        room = self.rooms.setdefault(show, Room()) if is_new else self.rooms[show]
        room.viewers.add(viewer)
        self.viewers += 1
        self._somebody.set()
        return await asyncio.shield(room.looked)

    def leave(self, show: int, viewer: Viewer) -> None:
        """Removes a viewer, and the room with the last one."""
        room = self.rooms.get(show)
        if room is None or viewer not in room.viewers:
            return
        room.viewers.remove(viewer)
        self.viewers -= 1
        if viewer.writing is not None:
            viewer.writing.cancel()
        if not room.viewers:
            del self.rooms[show]
        if not self.rooms:
            self._somebody.clear()

    async def run(self) -> None:
        """Looks until it is cancelled. While the database does not answer, viewers are sent away:
        they poll."""
        loop = asyncio.get_running_loop()
        while True:
            await self._somebody.wait()
            began = loop.time()
            try:
                seen = await asyncio.wait_for(self._look(), PATIENCE.total_seconds())
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.warning("live map is away", failure=str(error))
                seen = []
                await self._send_away()
            looked = loop.time()
            self._tell(seen)
            await asyncio.sleep(pause(looked - began, loop.time() - looked))

    async def _look(self) -> list[Seen]:
        if self._database is None:
            self._database = await self._open_database()
        asked = dict(self.rooms)  # others may be made meanwhile, which the next look is for
        found = await taken(self._database, asked)
        return [(show, room, found.get(show)) for show, room in asked.items()]

    def _tell(self, seen: list[Seen]) -> None:
        for show, room, line in seen:
            if self.rooms.get(show) is room:
                room.update(line)
        self._stay_alive()

    def _stay_alive(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._alive_at < ALIVE_EVERY.total_seconds():
            return
        self._alive_at = now
        for room in self.rooms.values():
            for viewer in room.viewers:
                viewer.write(b":\n\n")

    async def _send_away(self) -> None:
        database, self._database = self._database, None
        for room in self.rooms.values():
            if not room.looked.done():
                room.looked.set_result(None)
            for viewer in room.viewers:
                viewer.is_over.set()
        if database is not None:
            await database.close()


def pause(looking: float, telling: float) -> float:
    """Returns the seconds until the next look, after one that took so long, and so long to tell of
    it. Meanwhile those are served who come and go, so it is a fourth of the telling at least."""
    every = max(LOOK_EVERY.total_seconds(), SHARE_OF_LOOKS * looking)
    return max(every - looking - telling, telling / 4)


def difference(before: str, now: str) -> dict[str, str]:
    """Returns the new letter of each seat that has another one; of those that are free, none."""
    then, new = letters(before), letters(now)
    changed = {label: letter for label, letter in new.items() if then.get(label) != letter}
    return changed | dict.fromkeys(then.keys() - new.keys(), FREE)


def _event(name: str, seats: Mapping[str, str]) -> bytes:
    """An event as the HTML standard's server-sent events are written."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps(seats))
