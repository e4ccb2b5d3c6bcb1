"""`python -m lab.bench.live`: the live map with thousands of viewers of one show.

Says how much of a core it takes, how long after the acknowledgment of a hold each viewer is told,
what holds and bookings beside it lose, and how soon viewers are back when it was killed. Exits
with 1 if a limit was missed. The viewers are a process of its own, `lab.bench.viewers`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import httpx
import psutil
import psycopg

from lab.bench import measure, servers
from lab.bench.onsale import PROGRAM

LIVE = ("--worker-class", "asgi", "--workers", "1", "--threads", "1")
CHANGES_A_SECOND = 3
LASTS = 2  # a hold is released after so many others
SALES = ("hold_and_release", "book_and_cancel")
MOST_P50_MS, MOST_P99_MS, MOST_WORK_OF_SALES, BACK_SECONDS = 300, 1000, 1.05, 30


class Crowd(NamedTuple):
    """So many viewers, and the share of a core that they may take."""

    viewers: int
    most_cpu: float


CROWDS = (Crowd(300, 0.25), Crowd(3000, 0.25), Crowd(10_000, 0.6))


class Viewers:
    """The process of the viewers."""

    def __init__(self, port: int, show: int) -> None:
        command = [sys.executable, "-m", "lab.bench.viewers", str(port), str(show)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=servers.BASE_DIR, stdin=pipe, stdout=pipe, text=True
        )

    def ask(self, **command: Any) -> dict[str, Any]:
        self.tell(**command)
        return self.answer()

    def tell(self, **command: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found


@contextmanager
def watching(port: int, show: int) -> Iterator[Viewers]:
    """Yield viewers who end with the block."""
    viewers = Viewers(port, show)
    try:
        yield viewers
    finally:
        viewers.process.kill()
        viewers.process.wait()


def prepare() -> tuple[str, dict[str, Any]]:
    """Make a database with 60 shows; return its URL and the facts for clients."""
    url = servers.database("live")
    env = servers.environment(url)
    servers.deploy(env)
    world = servers.WORK_DIR / "live.json"
    size = ["--shows", "60", "--users", "2001"]
    command = [sys.executable, "-m", "lab.bench.data", str(world), *size]
    subprocess.run(command, cwd=servers.BASE_DIR, env=env, check=True)
    return url, json.loads(world.read_text())


def buy(port: int, world: Mapping[str, Any], seconds: float) -> dict[str, float]:
    """Hold and release seats of the watched show; return when each hold was acknowledged."""
    show, acknowledged = world["shows"][0], dict[str, float]()
    path = f"http://127.0.0.1:{port}/api/v1/shows/{show}/hold/"
    head, until = (
        {"Host": "cinema.example", "X-Forwarded-Proto": "https"},
        time.monotonic() + seconds,
    )
    held: list[dict[str, str]] = []
    with httpx.Client(headers=head) as client:
        for label, token in zip(world["labels"], world["access"], strict=False):
            held.append({"Authorization": f"Bearer {token}"})
            client.put(path, headers=held[-1], json={"seats": [label]}).raise_for_status()
            acknowledged[label] = time.monotonic()
            time.sleep(1 / CHANGES_A_SECOND)
            if len(held) > LASTS:
                client.delete(path, headers=held.pop(0)).raise_for_status()
                time.sleep(1 / CHANGES_A_SECOND)
            if time.monotonic() > until:
                break
        time.sleep(2)
        for mine in held:
            client.delete(path, headers=mine).raise_for_status()
    return acknowledged


def looker(url: str) -> psutil.Process:
    """Return the database's process that answers the live map."""
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'moviebooking live'"
    with psycopg.connect(url) as connection:
        rows = connection.execute(query).fetchall()
    return psutil.Process(rows[-1][0])


def database_of(url: str) -> list[psutil.Process]:
    """Return all processes of the database server."""
    with psycopg.connect(url) as connection:
        pid = connection.info.backend_pid
        postmaster = psutil.Process(pid).parent()
        assert postmaster
        return [postmaster, *postmaster.children()]


def pids(processes: list[psutil.Process]) -> list[int]:
    return [process.pid for process in processes]


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def crowd(
    crowd: Crowd, live: servers.Server, web: servers.Server, url: str, world: Mapping[str, Any]
) -> list[str]:
    """Measure one crowd; return what was wrong."""
    with watching(live.port, world["shows"][0]) as viewers:
        joined = viewers.ask(join=crowd.viewers)["seconds"]
        database = looker(url)
        began, used, asked = time.monotonic(), live.cpu_seconds(), cpu(database)
        acknowledged = buy(web.port, world, 20)
        seconds = time.monotonic() - began
        share, of_database = (
            (live.cpu_seconds() - used) / seconds,
            (cpu(database) - asked) / seconds,
        )
        told = viewers.ask(acknowledged=acknowledged)
    print(
        f"{crowd.viewers:6} viewers: {share:.1%} of a core (database {of_database:.1%}), "
        f"told after p50 {told['p50_ms']:.0f} ms, p99 {told['p99_ms']:.0f} ms, "
        f"at most {told['max_ms']:.0f} ms; {live.memory_mb():.0f} MB; "
        f"all had a map {joined:.1f} s after they came",
        flush=True,
    )
    said = [f"{told['missed']} were not told"] if told["missed"] else []
    said += [f"{share:.0%} of a core"] if share > crowd.most_cpu else []
    said += ["p50"] if told["p50_ms"] > MOST_P50_MS else []
    said += ["p99"] if told["p99_ms"] > MOST_P99_MS else []
    return [f"{crowd.viewers} viewers: {each}" for each in said]


def beside(
    viewers_: int,
    live: servers.Server,
    web: servers.Server,
    url: str,
    rounds: int,
    world: Mapping[str, Any],
) -> list[str]:
    """Compare sales with and without viewers, in alternating rounds; the live map and its viewers
    have a core of their own where there are two. Judged is the CPU time of a sale: its speed also
    depends on what else the machine does."""
    said = []
    cores = sorted(os.sched_getaffinity(0))
    with (
        watching(live.port, world["shows"][0]) as viewers,
        measure.generator(servers.WORK_DIR / "live.json") as load,
    ):
        for pid in (viewers.process.pid, *pids(live.workers())):
            os.sched_setaffinity(pid, cores[-1:])
        for pid in (load.process.pid, *pids(web.workers()), *pids(database_of(url))):
            with suppress(ProcessLookupError):  # one that the database has ended meanwhile
                os.sched_setaffinity(pid, cores[:-1] or cores)
        for flow in SALES:
            load.play(web, flow, 8, 1)
            ratios = []
            for _ in range(rounds):
                before = sales(load, web, url, flow)
                viewers.ask(join=viewers_)
                watched = sales(load, web, url, flow)
                viewers.ask(leave=True)
                after = sales(load, web, url, flow)
                alone = [sum(each) / 2 for each in zip(before, after, strict=True)]
                ratios.append([a / b for a, b in zip(watched, alone, strict=True)])
            rate, work = (statistics.median(each) for each in zip(*ratios, strict=True))
            print(
                f"{flow} beside {viewers_} viewers: {rate:.3f} of its speed without,"
                f" {work:.3f} of its CPU time (server and database)",
                flush=True,
            )
            if work > MOST_WORK_OF_SALES:
                said.append(f"{flow} takes {work:.3f} of its CPU time")
    return said


def sales(load: measure.Generator, web: servers.Server, url: str, flow: str) -> tuple[float, float]:
    """Return requests a second, and the CPU time of each, with what the database does beside."""
    began = cpu_by_process(url)
    web_began = web.cpu_seconds()
    found = load.play(web, flow, 8, 3)
    used = web.cpu_seconds() - web_began
    used += sum(each - began.get(pid, 0.0) for pid, each in cpu_by_process(url).items())
    return found["rate"], used / found["requests"]


def cpu_by_process(url: str) -> dict[int, float]:
    """Return the CPU time of the database's processes; some of them end at any time."""
    found = {}
    for process in database_of(url):
        with suppress(psutil.NoSuchProcess):
            found[process.pid] = cpu(process)
    return found


def killed(viewers_: int, live: servers.Server, show: int) -> list[str]:
    """Kill the live map; return what was wrong with how it came back."""
    with watching(live.port, show) as viewers:
        viewers.ask(join=viewers_)
        (worker,) = live.workers()
        viewers.tell(wait_for_end=True)
        time.sleep(0.3)
        at = time.monotonic()
        worker.kill()
        gone = viewers.answer()["at"] - at
        back = viewers.ask(join=viewers_)["seconds"] + gone
    print(
        f"killed: {viewers_} viewers knew it after {gone:.1f} s, all had a map after {back:.1f} s"
    )
    return ["killed: not back soon"] if back > BACK_SECONDS else []


def main() -> int:
    """Measure all, and say what missed its limit."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.live", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--loop", choices=("auto", "asyncio"), default="asyncio")
    parser.add_argument("--most", type=int, default=10_000, help="viewers")
    parser.add_argument("--least", type=int, default=300, help="viewers")
    options = parser.parse_args()
    servers.WORK_DIR.mkdir(parents=True, exist_ok=True)
    url, world = prepare()
    env = servers.environment(url)
    said: list[str] = []
    with (
        servers.gunicorn(PROGRAM, env) as web,
        servers.gunicorn("live.asgi:application", env, *LIVE, "--asgi-loop", options.loop) as live,
    ):
        for each in CROWDS:
            if options.least <= each.viewers <= options.most:
                said += crowd(each, live, web, url, world)
        many = min(3000, options.most)
        said += killed(many, live, world["shows"][0])
        said += beside(many, live, web, url, options.rounds, world)
    print("\n".join(said) or "All limits are kept.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
