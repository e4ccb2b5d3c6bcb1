"""The hub writes to each viewer without waiting for any."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from live.hub import Hub, Room, Viewer, difference, pause


class Wire:
    """What a server gives an application to send with; it waits while it is `full`."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.has_room = asyncio.Event()
        self.has_room.set()

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message["body"])
        if not self.has_room.is_set():
            await self.has_room.wait()


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(test())

    return run


def a_room(*wires: Wire) -> Room:
    room = Room()
    room.update("A1s")
    for wire in wires:
        viewer = Viewer(wire.send)
        viewer.is_behind = True
        room.viewers.add(viewer)
    room.update("A1s")
    return room


MAP = b'event: map\ndata: {"A1":"s"}\n\n'


@in_a_loop
async def test_a_write_that_does_not_wait_needs_no_task() -> None:
    wire = Wire()
    room = a_room(wire)
    assert wire.sent == [MAP]
    (viewer,) = room.viewers
    assert viewer.writing is None


@in_a_loop
async def test_a_viewer_that_cannot_read_is_left_out_and_then_gets_a_map() -> None:
    slow, quick = Wire(), Wire()
    room = a_room(slow, quick)
    slow.has_room.clear()
    for line in ("A1b", "A1b A2s", "A1b A2b"):
        room.update(line)
    assert slow.sent[1:] == [b'event: change\ndata: {"A1":"b"}\n\n']
    assert len(quick.sent) == 4
    slow.has_room.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    room.update("A1b A2b")
    assert slow.sent[2:] == [b'event: map\ndata: {"A1":"b","A2":"b"}\n\n']


@in_a_loop
async def test_where_nothing_changes_nothing_is_written() -> None:
    wire = Wire()
    a_room(wire).update("A1s")
    assert wire.sent == [MAP]


@in_a_loop
async def test_viewers_of_a_show_that_is_deleted_are_sent_away() -> None:
    room = a_room(Wire())
    room.update(None)
    assert all(viewer.is_over.is_set() for viewer in room.viewers)


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ("A1s A2b", "A2b A3x", {"A1": "", "A3": "x"}),
        ("A1s", "A1b", {"A1": "b"}),
        ("A1s", "A1s", {}),
        ("", "", {}),
    ],
)
def test_only_what_differs_is_a_change(before: str, now: str, changed: dict[str, str]) -> None:
    assert difference(before, now) == changed


def test_who_joins_during_a_look_waits_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    @in_a_loop
    async def joins() -> None:
        hub = Hub(open_database=_no_database)
        viewer = Viewer(Wire().send)

        async def look(_: Any, shows: dict[int, Room]) -> dict[int, str]:
            asked = dict.fromkeys(shows, "A1s")
            if 2 not in hub.rooms:
                hub.rooms[2] = Room()
                hub.rooms[2].viewers.add(viewer)
            return asked

        monkeypatch.setattr("live.hub.taken", look)
        hub.rooms[1] = Room()
        hub._tell(await hub._look())
        assert not hub.rooms[2].looked.done()
        hub._tell(await hub._look())
        assert hub.rooms[2].looked.result() is True
        assert not viewer.is_over.is_set()

    joins()


@pytest.mark.parametrize(
    ("looking", "telling", "seconds"),
    [(0.01, 0.0, 0.24), (0.1, 0.0, 0.4), (0.01, 0.1, 0.14), (0.01, 0.4, 0.1)],
    ids=["at-ease", "slow-database", "many-viewers", "very-many-viewers"],
)
def test_the_database_rests_and_who_comes_is_served(
    looking: float, telling: float, seconds: float
) -> None:
    assert pause(looking, telling) == pytest.approx(seconds)


async def _no_database() -> None:
    """Nothing is asked of it."""
