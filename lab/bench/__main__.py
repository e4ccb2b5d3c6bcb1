"""`make bench`: how fast the program is, compared with the server's limits and with a typical twin.

Exits with 1 if an answer was wrong or a floor of lab.bench.measure.PATHS was missed.
"""

import argparse
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lab.bench import measure, report, servers
from lab.bench.measure import PATHS, Generator, Measured

PROGRAM = "core.wsgi:application"
LOGINS_AT_ONCE = 100
BESIDE_LOGINS_SECONDS = 10.0


def prepare(shows: int, users: int) -> tuple[str, str]:
    """Make two databases of the same size, ours and the twin's, and return their URLs."""
    ours, twin = servers.database("ours"), servers.database("twin")
    size = ["--shows", str(shows), "--users", str(users)]
    servers.deploy(servers.environment(ours))
    run(
        "lab.bench.twin.fill",
        "twin.json",
        *size,
        env=servers.environment(twin, "lab.bench.twin.settings"),
    )
    run("lab.bench.data", "ours.json", *size, env=servers.environment(ours))
    return ours, twin


def run(module: str, *words: str, env: dict[str, str]) -> str:
    """Run one of the bench's modules; arguments that name files are in WORK_DIR."""
    places = [str(servers.WORK_DIR / word) if word.endswith(".json") else word for word in words]
    command = [sys.executable, "-m", module, *places]
    done = subprocess.run(
        command, cwd=servers.BASE_DIR, env=env, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode()


def rounds_of(
    path: Measured,
    generators: dict[str, Generator],
    running: dict[str, servers.Server],
    seconds: float,
) -> dict[str, Any]:
    """Play one round of a path: constant, ours, twin."""
    found = {
        "constant": generators["ours"].play(running["constant"], "constant", 16, seconds),
        "ours": generators["ours"].play(running["ours"], path.flow, path.connections, seconds),
    }
    if path.times_the_twin:
        found["twin"] = generators["twin"].play(
            running["twin"], path.flow, path.connections, seconds
        )
    return found


def interleaved(ours: str, twin: str, count: int, seconds: float) -> Any:
    """Play all rounds of all paths."""
    env, twins = servers.environment(ours), servers.environment(twin, "lab.bench.twin.settings")
    idle = servers.environment(ours, "lab.bench.limits.settings")
    bare = servers.environment(ours, "lab.bench.limits.bare")
    rounds: dict[str, list[dict[str, Any]]] = {"bare": [], **{path.flow: [] for path in PATHS}}
    with (
        servers.gunicorn(PROGRAM, idle) as constant,
        servers.gunicorn(PROGRAM, bare) as without_middleware,
        servers.gunicorn(PROGRAM, env) as program,
        servers.gunicorn("lab.bench.twin.wsgi:application", twins, "-k", "gthread") as other,
        measure.generator(servers.WORK_DIR / "ours.json") as own_load,
        measure.generator(servers.WORK_DIR / "twin.json") as twin_load,
    ):
        running = {"constant": constant, "ours": program, "twin": other}
        generators = {"ours": own_load, "twin": twin_load}
        for number in range(count + 1):
            for path in PATHS:
                found = rounds_of(path, generators, running, seconds if number else 0.3)
                if number:  # the first one warms up
                    rounds[path.flow].append(found)
            if number:
                rounds["bare"].append(own_load.play(without_middleware, "constant", 16, seconds))
            say(f"round {number} of {count}")
    return rounds


def figures(rounds: Any, counts: dict[str, float], alone: dict[str, float]) -> list[dict[str, Any]]:
    """Return a row of the table for each path."""
    rows = []
    for path in PATHS:
        found = rounds[path.flow]
        sides = {side: [each[side] for each in found] for side in found[0]}
        row: dict[str, Any] = {"path": path.title, "flow": path.flow, "queries": counts[path.flow]}
        row |= {side: measure.summary(each) for side, each in sides.items()}
        row["of_the_constant"] = measure.ratio(sides["ours"], sides["constant"])
        row["floor_of_the_constant"] = path.of_the_constant
        if "twin" in sides:
            row["times_the_twin"] = measure.ratio(sides["ours"], sides["twin"])
            row["floor_times_the_twin"] = path.times_the_twin
        if path.flow in alone:
            row["of_pgbench"] = row["ours"]["rate"] / alone[path.flow]
            row["pgbench"] = alone[path.flow]
        rows.append(row)
    return rows


def beside_logins(url: str) -> dict[str, float]:
    """Let 100 customers log in at once; return how long that takes, how many logins are refused
    as busy, and the seat map's p99 in those ten seconds as a multiple of its usual value.

    Also returns how many seconds the server took to be ready.
    """
    world = servers.WORK_DIR / "ours.json"
    with (
        servers.gunicorn(PROGRAM, servers.environment(url)) as program,
        measure.generator(world) as visitors,
        measure.generator(world) as crowd,
        ThreadPoolExecutor(1) as aside,
    ):
        visitors.play(program, "seat_map", 4, 1)
        quiet = visitors.play(program, "seat_map", 4, BESIDE_LOGINS_SECONDS)["p99_ms"]
        watched = aside.submit(visitors.play, program, "seat_map", 4, BESIDE_LOGINS_SECONDS)
        time.sleep(1)
        logins = crowd.play(program, "log_in_once", LOGINS_AT_ONCE, BESIDE_LOGINS_SECONDS)
        times = watched.result()["p99_ms"] / quiet
    return {
        "p99_times": times,
        "logins_seconds": logins["seconds"],
        "logins_busy": logins["statuses"].get("503", 0),
        "logins_done": logins["statuses"].get("200", 0),
        "ready_after": program.ready_after,
    }


def postgres_alone(url: str, seconds: float) -> dict[str, float]:
    """Return how many requests a second PostgreSQL alone could serve: see lab.bench.statements."""
    scripts = sorted(servers.WORK_DIR.glob("*.sql"))
    calls = {"hold_and_release": 2, "book_and_cancel": 2}
    return {
        script.stem: measure.pgbench(url, script, seconds) * calls.get(script.stem, 1)
        for script in scripts
    }


def say(text: str) -> None:
    """Report progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Prepare, measure, report."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each round of each path")
    parser.add_argument("--shows", type=int, default=10_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--plot", type=Path, help="an SVG file to write")
    options = parser.parse_args()
    servers.WORK_DIR.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    ours, twin = prepare(options.shows, options.users)
    say(f"prepared in {time.monotonic() - started:.0f} s")
    rounds = interleaved(ours, twin, options.rounds, options.seconds)
    env = servers.environment(ours)
    run("lab.bench.data", "ours.json", env=env)
    beside = beside_logins(ours)
    run("lab.bench.data", "counted.json", env=env)
    counts = json.loads(run("lab.bench.statements", "counted.json", str(servers.WORK_DIR), env=env))
    rows = figures(rounds, counts, postgres_alone(ours, 2 * options.seconds))
    hashing_us = float(run("lab.bench.hashing", env=env))
    result = report.result(
        rows,
        bare=measure.summary(rounds["bare"]),
        beside_logins=beside,
        hashing_us=hashing_us,
        seconds=time.monotonic() - started,
    )
    (servers.WORK_DIR / "bench.json").write_text(json.dumps(result, indent=1))
    print(report.table(result))
    if options.plot:
        options.plot.write_text(report.plot(result))
    missed = report.missed(result)
    print("\n".join(missed) or "Every floor is reached.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
