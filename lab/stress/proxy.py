"""A proxy before the database that delays, resets, refuses, drops or cuts connections."""

import asyncio
import socket
import struct
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from lab.stress.commits import ClientStream

NO_LINGER = struct.pack("ii", 1, 0)


class Link:
    """A connection from the program to the database."""

    def __init__(self, client: StreamWriter, server: StreamWriter) -> None:
        self.client = client
        self.server = server
        self.stream = ClientStream()
        self.is_cut = False
        self.lost_data = False

    def reset(self) -> None:
        """End it with a TCP reset, as a crash or a firewall would."""
        for writer in (self.client, self.server):
            _abort(writer)


class Proxy:
    """Listens on `port` and connects to the database: a socket's path, or host and port.

    The attributes are its faults.
    """

    def __init__(self, upstream: Callable[[], str | tuple[str, int]]) -> None:
        self.delay = 0.0
        self.commit_delay = 0.0
        self.refuses = False
        self.swallows = False
        self.commits_to_cut = 0
        self.cuts_before = False
        self.cut = 0
        self._upstream = upstream
        self._links: set[Link] = set()
        self._loop = asyncio.new_event_loop()
        self._server = self._run(asyncio.start_server, self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]

    def _run(self, start: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Any:
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        return asyncio.run_coroutine_threadsafe(start(*args), self._loop).result(10)

    def reset(self, *, only_damaged: bool = False) -> int:
        """Reset all connections, or those that lost data; return how many."""
        return asyncio.run_coroutine_threadsafe(self._reset(only_damaged), self._loop).result(10)

    async def _reset(self, only_damaged: bool) -> int:
        links = [link for link in self._links if link.lost_data or not only_damaged]
        for link in links:
            link.reset()
        return len(links)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self.refuses:
            _abort(writer)
            return
        try:
            upstream = await _connect(self._upstream())
        except OSError:
            _abort(writer)
            return
        link = Link(writer, upstream[1])
        self._links.add(link)
        try:
            pumps = [
                asyncio.ensure_future(self._to_server(link, reader)),
                asyncio.ensure_future(self._to_client(link, upstream[0])),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
        finally:
            self._links.discard(link)
            for end in (link.client, link.server):
                end.close()

    async def _to_server(self, link: Link, reader: StreamReader) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if link.stream.sees_commit(data):
                    await asyncio.sleep(self.commit_delay)
                    if self._takes_a_commit():
                        if self.cuts_before:
                            link.reset()
                            return
                        link.is_cut = True
                await self._pass_on(link, link.server, data)

    async def _to_client(self, link: Link, reader: StreamReader) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if link.is_cut:
                    link.reset()
                    return
                await self._pass_on(link, link.client, data)

    def _takes_a_commit(self) -> bool:
        if self.commits_to_cut <= 0:
            return False
        self.commits_to_cut -= 1
        self.cut += 1
        return True

    async def _pass_on(self, link: Link, writer: StreamWriter, data: bytes) -> None:
        if self.swallows:
            link.lost_data = True
            return
        if self.delay:
            await asyncio.sleep(self.delay)
        writer.write(data)
        await writer.drain()


def _abort(writer: StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.family == socket.AF_INET:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    writer.transport.abort()


async def _connect(place: str | tuple[str, int]) -> tuple[StreamReader, StreamWriter]:
    if isinstance(place, str):
        return await asyncio.open_unix_connection(place)
    return await asyncio.open_connection(*place)
