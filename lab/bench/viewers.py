"""Browsers that watch a show on the live map: raw sockets, in a process of their own.

`python -m lab.bench.viewers PORT SHOW` reads commands as lines of JSON and answers each with one:
`{"join": 3000}`, `{"leave": true}`, `{"acknowledged": {"A1": seconds}}`, `{"wait_for_end": true}`.
Times are those of `time.monotonic`, which all processes share.
"""

import io
import json
import re
import select
import socket
import sys
import time
from collections import defaultdict
from typing import Any

REQUEST = b"GET /shows/%d/ HTTP/1.1\r\nHost: cinema.example\r\nAccept: text/event-stream\r\n\r\n"
AT_ONCE = 20  # gunicorn lets 100 wait to be accepted; others try again after a second
PATIENCE = 120.0
HELD = re.compile(rb'"(\w+)":"s"')


class Viewers:
    """All of them, read by one loop that only notes what came when."""

    def __init__(self, port: int, show: int) -> None:
        self.port, self.request = port, REQUEST % show
        self.poll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.waiting: set[int] = set()  # for their first map
        self.came: dict[bytes, list[float]] = defaultdict(list)

    def join(self, count: int) -> dict[str, Any]:
        """Connect so many, a few at a time; return how long it took until each had a map."""
        began = time.monotonic()
        missing = count
        while missing or self.waiting:
            for _ in range(min(missing, AT_ONCE)):
                self.connect()
                missing -= 1
            self.read(0.01)
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"{len(self.waiting)} viewers have no map.")
        self.came.clear()
        return {"seconds": time.monotonic() - began}

    def connect(self) -> None:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        made.sendall(self.request)
        made.setblocking(False)
        self.sockets[made.fileno()] = made
        self.waiting.add(made.fileno())
        self.poll.register(made.fileno(), select.EPOLLIN)

    def read(self, seconds: float) -> None:
        """Note what comes within these seconds."""
        for number, _ in self.poll.poll(seconds, 4096):
            try:
                data = self.sockets[number].recv(65536)
            except OSError:
                data = b""
            if not data:
                self.drop(number)
            elif b"event: change" in data:
                self.came[data].append(time.monotonic())
            elif number in self.waiting and b"event: map" in data:
                self.waiting.discard(number)

    def drop(self, number: int) -> None:
        self.poll.unregister(number)
        self.sockets.pop(number).close()
        self.waiting.discard(number)

    def leave(self) -> dict[str, Any]:
        """Disconnect all."""
        for number in list(self.sockets):
            self.drop(number)
        return {}

    def wait_for_end(self) -> dict[str, Any]:
        """Return how many there were, and when the last of them was disconnected."""
        count, began = len(self.sockets), time.monotonic()
        while self.sockets and time.monotonic() - began < PATIENCE:
            self.read(0.05)
        return {"count": count, "at": time.monotonic()}

    def told(self, acknowledged: dict[str, float]) -> dict[str, Any]:
        """Return how long after the acknowledgment of each hold the viewers were told of it."""
        took = sorted(
            1000 * (at - acknowledged[label.decode()])
            for data, times in self.came.items()
            for label in HELD.findall(data)
            if label.decode() in acknowledged
            for at in times
        )
        missed = len(acknowledged) * len(self.sockets) - len(took)
        self.came.clear()
        if not took:
            return {"missed": missed, "p50_ms": None, "p99_ms": None, "max_ms": None}
        p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
        return {"missed": missed, "p50_ms": p50, "p99_ms": p99, "max_ms": took[-1]}

    def answer(self, command: dict[str, Any]) -> dict[str, Any]:
        match command:
            case {"join": int(count)}:
                return self.join(count)
            case {"acknowledged": dict(acknowledged)}:
                return self.told(acknowledged)
            case {"wait_for_end": _}:
                return self.wait_for_end()
        return self.leave()


def main() -> None:
    """Read events until the next command comes, to the end of the input."""
    viewers = Viewers(int(sys.argv[1]), int(sys.argv[2]))
    commands = io.FileIO(0)
    while True:
        if select.select([0], [], [], 0)[0]:
            line = commands.readline()
            if not line:
                return
            print(json.dumps(viewers.answer(json.loads(line))), flush=True)
        viewers.read(0.1)


if __name__ == "__main__":
    main()
