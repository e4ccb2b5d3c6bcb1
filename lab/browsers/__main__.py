"""`python -m lab.browsers [--rounds N] [--seed N]`: four browsers want the six seats of each show.

They run in Chromium on the web server, the live map and the worker. Exits with 1 if a seat was sold
twice, or somebody saw "paid" without a booking that is.
"""

import argparse
import asyncio
import os
import random
import secrets
import shutil
import sys
import time
from typing import TYPE_CHECKING

from tests.server import BASE_DIR

if TYPE_CHECKING:
    from lab.browsers.visitor import Sight

HOME = BASE_DIR / "var" / "browsers"
BROWSERS = 4


def main() -> int:
    """Run the rounds, ask the database, report."""
    parser = argparse.ArgumentParser(prog="python -m lab.browsers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options = parser.parse_args()
    from core.embedded.cluster import embedded_url, stop

    shutil.rmtree(HOME, ignore_errors=True)
    os.environ |= {"DEVELOPMENT": "true", "DJANGO_SETTINGS_MODULE": "core.settings"}
    os.environ["DATABASE_URL"] = embedded_url(HOME)
    try:
        return _run(options.rounds, options.seed)
    finally:
        stop(HOME)


def _run(rounds: int, seed: int) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from lab.browsers import world
    from tests.web.system import running

    shows = world.make_shows(rounds)
    with running(os.environ["DATABASE_URL"]) as system, system.worker():
        began = time.monotonic()
        sights, errors = asyncio.run(_contend(system.url, shows, seed))
        took = time.monotonic() - began
    wrongs = world.wrongs(sights)
    paid = [sight for sight in sights if sight.reference]
    print(
        f"{rounds} rounds of {BROWSERS} browsers in {took:.0f} s (seed {seed}): {len(paid)} saw "
        f"their tickets paid, {sum(sight.losses for sight in sights)} times somebody else was "
        f"quicker, {world.sold(shows)} of {len(shows) * 6} seats sold, "
        f"{len(errors)} saw nothing of what is expected, {len(wrongs)} wrong"
    )
    for wrong in wrongs:
        print(wrong)
    return 1 if wrongs or errors else 0


async def _contend(url: str, shows: list[int], seed: int) -> "tuple[list[Sight], list[str]]":
    """Returns what was seen, and what was in no way to be expected."""
    from playwright.async_api import async_playwright

    from lab.browsers.visitor import visit
    from tests.browser import FLAGS
    from tests.tools import program

    chance = random.Random(seed)
    sights: list[Sight] = []
    errors: list[str] = []
    async with async_playwright() as driver:
        flags = [flag for flag in FLAGS if flag != "--headless"]
        path = program("chromium")
        browsers = [
            await driver.chromium.launch(executable_path=path, args=flags) for _ in range(BROWSERS)
        ]
        pages = [await each.new_page(locale="en-GB") for each in browsers]
        for number, show in enumerate(shows, 1):
            visits = [
                visit(page, url, show, f"Guest{place}", chance) for place, page in enumerate(pages)
            ]
            for found in await asyncio.gather(*visits, return_exceptions=True):
                if isinstance(found, BaseException):
                    errors.append(f"show {show}: {_first_lines(found)}")
                    print(errors[-1], flush=True)
                else:
                    sights.append(found)
            if number % 10 == 0:
                print(f"{number} rounds, {len(errors)} errors", flush=True)
        for each in browsers:
            await each.close()
    return sights, errors


def _first_lines(error: BaseException) -> str:
    return " ".join(line.strip() for line in str(error).splitlines()[:8])


if __name__ == "__main__":
    sys.exit(main())
