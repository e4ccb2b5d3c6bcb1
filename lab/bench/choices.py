"""Compares servers and their workers under the same load, with few and with many connections.

`python -m lab.bench.choices` after `make bench`, whose data it uses. granian and gunicorn's C
parser are included if they are installed; the program needs neither.
"""

import argparse
import importlib.util
import os
import sys
from contextlib import ExitStack
from typing import Any

from lab.bench import measure, servers
from lab.bench.__main__ import run, say

CORES = os.cpu_count() or 1
BIND = ["--bind", "127.0.0.1:{port}"]
GUNICORN = [sys.executable, "-m", "gunicorn", "--preload", *BIND]
APPLICATION = "core.wsgi:application"


def gunicorn(*words: object) -> list[str]:
    """Return a command with these options on top of gunicorn.conf.py."""
    return [*GUNICORN, *map(str, words), APPLICATION]


def choices() -> dict[str, list[str]]:
    """Return the commands of the servers by name."""
    pure = ("--http-parser", "python")
    found = {
        "sync": gunicorn("-k", "sync", "-w", CORES + 1, *pure),
        "threads, 1 per core": gunicorn("-w", CORES, "--threads", 4, *pure),
        "threads, 1 per core + 1": gunicorn("-w", CORES + 1, "--threads", 4, *pure),
        "threads, 2 per core": gunicorn("-w", 2 * CORES, "--threads", 4, *pure),
        "threads, 2 each": gunicorn("-w", CORES + 1, "--threads", 2, *pure),
        "threads, 8 each": gunicorn("-w", CORES + 1, "--threads", 8, *pure),
    }
    if importlib.util.find_spec("gunicorn_h1c"):
        fast = ("--http-parser", "fast")
        found["threads, C parser"] = gunicorn("-w", CORES + 1, "--threads", 4, *fast)
    if importlib.util.find_spec("granian"):
        words = ["--interface", "wsgi", "--no-access-log", "--workers", str(CORES)]
        command = [
            sys.executable,
            "-m",
            "granian",
            "--port",
            "{port}",
            *words,
            "--blocking-threads",
        ]
        found["granian"] = [*command, "4", APPLICATION]
    return found


def main() -> None:
    """Print a line per server: the seat map with 4, 16 and 100 connections, and holding."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.choices", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    env = servers.environment(servers.database("ours", anew=False))
    run("lab.bench.data", "ours.json", env=env)
    loads = (("seat_map", 4), ("seat_map", 16), ("seat_map", 100), ("hold_and_release", 16))
    found: dict[str, list[list[Any]]] = {}
    with ExitStack() as stack:
        load = stack.enter_context(measure.generator(servers.WORK_DIR / "ours.json"))
        running = {}
        for name, command in choices().items():
            running[name] = servers.Server(command, env)
            stack.callback(running[name].stop)
        for number in range(options.rounds + 1):
            for name, server in running.items():
                rounds = [
                    load.play(server, flow, connections, options.seconds if number else 0.3)
                    for flow, connections in loads
                ]
                if number:
                    found.setdefault(name, []).append(rounds)
            say(f"round {number} of {options.rounds}")
    print("| server |" + "".join(f" {flow}, {n} connections |" for flow, n in loads) + " MB |")
    print("|---|" + "---|" * (len(loads) + 1))
    for name, rounds in found.items():
        sides = [measure.summary([each[i] for each in rounds]) for i in range(len(loads))]
        texts = [
            f" {side['rate']:,.0f}/s, p99 {side['p99_ms']:.0f} ms, {side['cpu_us']:,.0f} µs"
            + (f", {side['errors']} errors |" if side["errors"] else " |")
            for side in sides
        ]
        print(f"| {name} |{''.join(texts)} {sides[-1]['memory_mb']:.0f} |")


if __name__ == "__main__":
    main()
