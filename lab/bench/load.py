"""The load generator: keep-alive connections that play flows, in a process of its own.

It reads plans as lines of JSON and answers each with a line of figures. With uvloop and httptools
(which uvicorn uses) it costs a tenth of what the server does; its own share of the CPU is in the
figures as `generator_cpu`.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

import httptools
import uvloop

from lab.bench import crowds, flows

FLOWS = flows.FLOWS | crowds.FLOWS
Flow = Generator[flows.Call, flows.Reply, None]


class Plan(NamedTuple):
    """Which flow to play on which port, on how many connections, for how many seconds at most."""

    port: int
    flow: str
    connections: int = 16
    seconds: float = 2.0


class Connection(asyncio.Protocol):
    """A client: sends what its flow yields, and passes the reply to it."""

    def __init__(self, flow: Flow, port: int, until: float) -> None:
        self.flow, self.port, self.until = flow, port, until
        self.waiting: flows.Reply | None = None
        self.took: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.wrong: Counter[str] = Counter()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.parser = httptools.HttpResponseParser(self)
        reply, self.waiting = self.waiting, None
        self.step(reply)

    def step(self, reply: flows.Reply | None) -> None:
        """Send the next call; end with the flow, or between two rounds when the time is up."""
        try:
            self.call = self.flow.send(reply)  # type: ignore[arg-type]
        except StopIteration:
            self.end()
            return
        if self.call.is_first and time.perf_counter() >= self.until:
            self.end()
        elif self.call.pause:
            asyncio.get_running_loop().call_later(self.call.pause, self.send)
        else:
            self.send()

    def send(self) -> None:
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.started = time.perf_counter()
        self.transport.write(self.call.raw)

    def end(self) -> None:
        self.transport.close()
        if not self.ended.done():
            self.ended.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name] = value

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.took.append(time.perf_counter() - self.started)
        status = self.parser.get_status_code()
        self.statuses[status] += 1
        if status not in self.call.expected:
            self.wrong[f"{status} {self.body[:300].decode(errors='replace')}"] += 1
        reply = flows.Reply(status, self.headers, self.body)
        keeps_alive = self.parser.should_keep_alive()
        self.parser = httptools.HttpResponseParser(self)
        if keeps_alive:
            self.step(reply)
        else:  # as gunicorn's sync worker does after each answer
            self.waiting = reply
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.ended.done():
            return
        if self.waiting is None:
            self.wrong["the connection was lost"] += 1
            self.ended.set_result(None)
        else:
            self.again = asyncio.ensure_future(connect(self, self.port))


async def connect(client: Connection, port: int) -> None:
    """Connect, for the first time or again."""
    await asyncio.get_running_loop().create_connection(lambda: client, "127.0.0.1", port)


async def play(plan: Plan, made: list[Flow]) -> dict[str, Any]:
    """Play one flow per connection, at once, and count."""
    started, cpu = time.perf_counter(), time.process_time()
    until = started + plan.seconds
    clients = [Connection(flow, plan.port, until) for flow in made]
    for client in clients:
        await connect(client, plan.port)
    await asyncio.gather(*(client.ended for client in clients))
    seconds = time.perf_counter() - started
    return figures(clients, seconds) | {"generator_cpu": (time.process_time() - cpu) / seconds}


def figures(clients: list[Connection], seconds: float) -> dict[str, Any]:
    """Return requests a second, latencies in milliseconds, statuses, and unexpected answers."""
    took = sorted(second for client in clients for second in client.took)
    statuses = sum((client.statuses for client in clients), Counter[int]())
    wrong = sum((client.wrong for client in clients), Counter[str]())
    return {
        "requests": len(took),
        "seconds": seconds,
        "rate": len(took) / seconds,
        "p50_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[int(len(took) * 0.99)],
        "max_ms": 1000 * took[-1],
        "statuses": statuses,
        "errors": wrong.total(),
        "wrong": dict(wrong.most_common(3)),
    }


def main() -> None:
    """Answer plans until the end of the input."""
    world = flows.World(json.loads(Path(sys.argv[1]).read_text()))
    for line in sys.stdin:
        plan = Plan(**json.loads(line))
        made = [FLOWS[plan.flow](world, i, plan.connections) for i in range(plan.connections)]
        print(json.dumps(uvloop.run(play(plan, made))), flush=True)


if __name__ == "__main__":
    main()
