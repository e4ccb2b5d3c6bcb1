"""Somebody who wants two seats of few, takes what is offered instead, and pays."""

import random
import re
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.async_api import Error, Page, expect

SEATS = 6
TRIES = 4
PATIENCE_MS = 30_000
OFFERED_MS = 2_000


@dataclass
class Sight:
    """What somebody saw of a show: tickets that are paid, or in the end none; and how often that
    seats had gone to somebody else."""

    show: int
    reference: str = ""
    seats: list[str] = field(default_factory=list)
    losses: int = 0


async def visit(page: Page, url: str, show: int, name: str, chance: random.Random) -> Sight:
    """Tries to buy two seats that are side by side."""
    sight = Sight(show)
    await page.goto(f"{url}/shows/{show}")
    await page.locator("[data-seat=A1]").wait_for()
    first = chance.randrange(1, SEATS)
    for number in (first, first + 1):  # forced: one that is taken may be pressed, too
        await page.locator(f"[data-seat=A{number}]").click(force=True)
    if await _hold(page, sight):
        await _pay(page, name)
        await _read(page, sight)
    return sight


async def _hold(page: Page, sight: Sight) -> bool:
    """Goes on with what is chosen, or what is offered instead; False when there is nothing left."""
    checkout = page.get_by_role("heading", name="Checkout")
    lost = page.get_by_text("Somebody else has just taken")
    for _ in range(TRIES):
        instead = page.get_by_role("button", name=re.compile(r"^Take .* instead$"))
        if await lost.is_visible():
            sight.losses += 1
            if not await instead.is_visible():
                return False
            with suppress(Error):  # it goes with the last seats
                await instead.click(timeout=OFFERED_MS)
        if not await page.locator("[aria-selected=true]").count():
            return False
        await page.get_by_role("button", name="Continue").click(force=True)
        await expect(checkout.or_(lost).first).to_be_visible(timeout=PATIENCE_MS)
        if await checkout.is_visible():
            return True
    return False


async def _pay(page: Page, name: str) -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("E-mail").fill(f"{name.lower()}@example.com")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name=re.compile("^Buy now, pay")).click()
    await page.get_by_role("button", name=re.compile("^Pay [0-9]")).click()


async def _read(page: Page, sight: Sight) -> None:
    await expect(page.get_by_text("All set. See you there!")).to_be_visible(timeout=PATIENCE_MS)
    sight.reference = page.url.split("/bookings/")[1].split("?")[0]
    names = await page.locator(".seat-name").all_inner_texts()
    sight.seats = ["A" + re.findall(r"\d+", text)[0] for text in names]
