"""`python -m lab.bench.where hold_and_release`, or another path: where its time goes.

Prints the statements with PostgreSQL's time for each, by pg_stat_statements; then, if py-spy is
installed, the functions in which one web process spends its time while it holds the GIL.
"""

import argparse
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psycopg

from lab.bench import measure, servers
from lab.bench.__main__ import PROGRAM, run

CLUSTER = servers.BASE_DIR / "var" / "bench-where-postgres"
PRELOAD = {"shared_preload_libraries": "pg_stat_statements"}
STATEMENTS = """
SELECT calls, total_exec_time, left(regexp_replace(query, '\\s+', ' ', 'g'), 90)
FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = %s)
ORDER BY total_exec_time DESC LIMIT 8
"""
FRAMES_SHOWN = 60


def prepare() -> str:
    """Make a database of 1,000 shows that records its statements; return its URL."""
    url = servers.database("where", cluster=CLUSTER, settings=PRELOAD)
    env = servers.environment(url)
    servers.deploy(env)
    run("lab.bench.data", "where.json", "--shows", "1000", "--users", "10000", env=env)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")
    return url


def statements(url: str, requests: int) -> None:
    """Print what PostgreSQL did for each request."""
    with psycopg.connect(url) as connection:
        for calls, milliseconds, text in connection.execute(STATEMENTS, ["where"]):
            print(f"{calls / requests:6.2f} ×  {1000 * milliseconds / requests:7.1f} µs  {text}")


def functions(stacks: Path) -> None:
    """Print the share of samples in which each function was on the stack."""
    inside: Counter[str] = Counter()
    total = 0
    for line in stacks.read_text().splitlines():
        frames, _, count = line.rpartition(" ")
        total += int(count)
        for frame in {frame.rpartition(":")[0] for frame in frames.split(";")}:
            inside[frame] += int(count)
    for frame, samples in inside.most_common(FRAMES_SHOWN):
        print(f"{100 * samples / total:6.1f} %  {frame})")


def main() -> None:
    """Play the path, and again for py-spy."""
    parser = argparse.ArgumentParser(prog="python -m lab.bench.where", description=__doc__)
    parser.add_argument("flow", choices=[path.flow for path in measure.PATHS])
    flow = parser.parse_args().flow
    servers.WORK_DIR.mkdir(parents=True, exist_ok=True)
    url, stacks = prepare(), servers.WORK_DIR / "stacks.txt"
    with (
        servers.gunicorn(PROGRAM, servers.environment(url)) as server,
        measure.generator(servers.WORK_DIR / "where.json") as load,
    ):
        load.play(server, flow, 16, 2)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT pg_stat_statements_reset()")
        found = load.play(server, flow, 16, 4)
        print(f"{flow}: {found['rate']:,.0f} requests/s, {found['cpu_us']:,.0f} µs of CPU each")
        statements(url, found["requests"])
        if spy := shutil.which("py-spy", path=Path(sys.executable).parent):
            process = str(server.workers()[0].pid)
            options = ["--gil", "--rate", "250", "--duration", "8", "--format", "raw"]
            command = [spy, "record", "--pid", process, *options, "--output", str(stacks)]
            with subprocess.Popen(command, stdout=subprocess.DEVNULL):
                load.play(server, flow, 16, 9)
            functions(stacks)


if __name__ == "__main__":
    main()
