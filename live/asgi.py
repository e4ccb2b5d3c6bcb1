"""The live map for gunicorn's ASGI worker, of which one is enough (docs/deploy.md).

`GET /shows/{id}/` answers with server-sent events: a `map` of the seats that are not free, then
each `change`. It is public, as the seat map is, and reads no cookie.
"""

import asyncio
import os
import re
from contextlib import suppress
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
django.setup()

from live.hub import Full, Hub, Viewer  # noqa: E402  # settings first

PATH = re.compile(r"/shows/([0-9]{1,18})/")
EVENTS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"access-control-allow-origin", b"*"),
    (b"x-accel-buffering", b"no"),  # nginx passes each event on at once
]
PLAIN = [(b"content-type", b"text/plain; charset=utf-8"), (b"access-control-allow-origin", b"*")]
NOT_THERE = 404, b"There is no such show.\n"
AWAY = 503, b"The database is away: poll the seat map.\n"
RETRY = b"retry: 3000\n\n"


class Application:
    """An ASGI application; the hub runs as long as it does."""

    def __init__(self) -> None:
        self.hub: Hub | None = None
        self.running: asyncio.Task[None] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        elif scope["type"] == "http":
            await self.answer(scope, receive, send)

    async def live(self, receive: Any, send: Any) -> None:
        """Starts and ends the hub with the server."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.hub = Hub()
                self.running = asyncio.create_task(self.hub.run())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.running:
                    self.running.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def answer(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answers one request; of a watched show when the viewer leaves or is sent away."""
        found = PATH.fullmatch(scope["path"])
        if scope["path"] == "/health/live/":
            await refuse(send, 200, b"live\n")
        elif found is None or scope["method"] != "GET":
            await refuse(send, 404, b"Events are at /shows/{id}/.\n")
        elif self.hub is None:
            await refuse(send, 503, b"Not started yet.\n")
        else:
            await self.watch(self.hub, int(found[1]), Viewer(send), receive)

    async def watch(self, hub: Hub, show: int, viewer: Viewer, receive: Any) -> None:
        """Lets the viewer read events until it leaves or is sent away."""
        try:
            is_there = await hub.join(show, viewer)
            if not is_there:
                status, why = NOT_THERE if is_there is False else AWAY
                await refuse(viewer.send, status, why)
                return
            await viewer.send({"type": "http.response.start", "status": 200, "headers": EVENTS})
            viewer.write(RETRY)
            viewer.is_behind = True
            await until_either(viewer.is_over.wait(), disconnected(receive))
            with suppress(OSError):
                await viewer.send({"type": "http.response.body", "body": b""})
        except Full:
            await refuse(viewer.send, 503, b"Too many are watching: poll the seat map.\n")
        finally:
            hub.leave(show, viewer)


async def disconnected(receive: Any) -> None:
    """Returns when the viewer has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def until_either(*waits: Any) -> None:
    """Returns when one of them is done, and cancels the others."""
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def refuse(send: Any, status: int, why: bytes) -> None:
    """Answers with a line of text."""
    await send({"type": "http.response.start", "status": status, "headers": PLAIN})
    await send({"type": "http.response.body", "body": why})


application = Application()
