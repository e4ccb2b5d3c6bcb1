"""`make bench-growth`: whether the program gets slower as its data grow, to 1,000,000 seats.

Plays the same flows on a small and on a large database, round by round; exits with 1 if the large
one takes more than 1.5 times as long, by the median of the rounds.
"""

import argparse
import sys

from lab.bench import measure, servers
from lab.bench.__main__ import run, say

SMALL = ("--shows", "100", "--users", "3000")
BIG = ("--shows", "10000", "--users", "100000")
MOST = 1.5
LEFT_OUT = {"login", "movie_search"}  # hashing, and a catalogue that does not grow


def prepare(name: str, size: tuple[str, ...]) -> str:
    """Make a database of that size, and return its URL."""
    url = servers.database(name)
    env = servers.environment(url)
    servers.deploy(env)
    run("lab.bench.data", f"{name}.json", *size, env=env)
    return url


def main() -> int:
    """Measure both sizes, side by side."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.growth", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    options = parser.parse_args()
    servers.WORK_DIR.mkdir(parents=True, exist_ok=True)
    urls = {"small": prepare("small", SMALL), "big": prepare("big", BIG)}
    say("prepared")
    with (
        servers.gunicorn("core.wsgi:application", servers.environment(urls["small"])) as small,
        servers.gunicorn("core.wsgi:application", servers.environment(urls["big"])) as big,
        measure.generator(servers.WORK_DIR / "small.json") as small_load,
        measure.generator(servers.WORK_DIR / "big.json") as big_load,
    ):
        missed = 0
        for path in (path for path in measure.PATHS if path.flow not in LEFT_OUT):
            sides = [(small_load, small), (big_load, big)]
            for load, server in sides:
                load.play(server, path.flow, path.connections, 0.3)
            rounds = [
                [
                    load.play(server, path.flow, path.connections, options.seconds)
                    for load, server in sides
                ]
                for _ in range(options.rounds)
            ]
            times = measure.ratio([few for few, _ in rounds], [many for _, many in rounds])
            errors = sum(each["errors"] for pair in rounds for each in pair)
            missed += times > MOST or errors > 0
            print(f"{path.title:26} {times:5.2f} times as long, {errors} errors", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
