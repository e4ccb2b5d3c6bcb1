"""`python -m lab.sizes`: what a browser has to load of the web client, against its budgets.

Sizes are of the files as sent, compressed with gzip, in KB of 1,000 bytes. Exits with 1 if a budget
is exceeded, and names the largest files in it.
"""

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

DIST = Path(__file__).resolve().parent.parent / "client" / "dist"
ENTRY, SEATS = "index.html", "src/pages/SeatsPage.tsx"
START, LONGEST_WORDS = "src/pages/ProgrammePage.tsx", "src/words/de.ts"
NAMED = 3


class Budget(NamedTuple):
    """What belongs together, the files, and how many KB they may have."""

    name: str
    files: list[str]
    most: float


def budgets(manifest: dict[str, Any]) -> list[Budget]:
    """Return the budgets, of what Vite's manifest names."""
    entry = scripts(manifest, ENTRY, LONGEST_WORDS)
    styles = set(manifest[ENTRY].get("css", ()))
    first = [ENTRY, *scripts(manifest, ENTRY, LONGEST_WORDS, START), *styles]
    others = {
        script
        for name, chunk in manifest.items()
        if chunk.get("isDynamicEntry") and name != SEATS
        for script in scripts(manifest, name)
    }
    own = [script for script in scripts(manifest, SEATS) if script not in others]
    return [
        Budget("the scripts that every page loads", entry, 90),
        Budget("the scripts of the seat map alone", own, 8),
        Budget("the styles of the seat map", [*styles, *manifest[SEATS].get("css", ())], 6),
        Budget("the first load: page, scripts, styles", first, 100),
    ]


def scripts(manifest: dict[str, Any], *names: str) -> list[str]:
    """Return the scripts of these chunks, and all that they import at once."""
    found, open_ = dict[str, str](), list(names)
    while open_:
        chunk = open_.pop()
        if chunk not in found:
            found[chunk] = manifest[chunk]["file"]
            open_ += manifest[chunk].get("imports", ())
    return list(found.values())


def measured(folder: Path, files: Iterable[str]) -> dict[str, float]:
    """Return the KB of each file, the largest first."""
    sizes = {name: len(gzip.compress((folder / name).read_bytes(), 9)) / 1000 for name in files}
    return dict(sorted(sizes.items(), key=lambda each: -each[1]))


def complaint(budget: Budget, sizes: dict[str, float]) -> str | None:
    """Return what is too large, by how much, and of what it consists; None if it fits."""
    over = sum(sizes.values()) - budget.most
    if over <= 0:
        return None
    files = list(sizes.items())[:NAMED]
    largest = ", ".join(f"{Path(name).name} {size:.1f}" for name, size in files)
    return f"{budget.name}: {over:.1f} KB over {budget.most:g}. The largest: {largest}."


def main(folder: Path = DIST) -> int:
    """Print each budget and what it is used for; return 1 if one is exceeded."""
    manifest = json.loads((folder / ".vite" / "manifest.json").read_text())
    complaints = []
    for budget in budgets(manifest):
        sizes = measured(folder, budget.files)
        print(f"  {sum(sizes.values()):5.1f} of {budget.most:3g} KB  {budget.name}")
        complaints.append(complaint(budget, sizes))
    said = [each for each in complaints if each]
    for each in said:
        print(f"The web client is too large: {each}", file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
