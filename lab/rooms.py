"""`python -m lab.rooms`: draws which package of the program imports which.

Writes the diagram into docs/architecture.md, as Mermaid; with `--check` it only checks that the
diagram there is up to date. An arrow that follows from others is left out.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import grimp

APPS = (
    "privacy",
    "live",
    "admission",
    "payments",
    "bookings",
    "pricing",
    "shows",
    "movies",
    "theaters",
    "users",
    "demo",
)
BASICS = {"failures", "text", "versions", "throttling", "models", "templatetags", "apps", "formats"}
TOP, FLOOR = "core: settings, urls, wsgi", "core: failures, text, versions, throttling"
PAGE = Path("docs/architecture.md")
BEGIN, END = "<!-- drawn by python -m lab.rooms -->\n", "<!-- end of the drawing -->\n"
Arrows = dict[str, set[str]]


def room_of(module: str, packages: Iterable[str]) -> str:
    """Return the module's app, its package in core, or one of two groups of core's flat modules."""
    parts = module.split(".")
    if parts[0] != "core":
        return parts[0]
    if len(parts) > 1 and parts[1] in BASICS:
        return FLOOR
    inner = ".".join(parts[:2])
    return inner.replace(".", "/") if inner in packages else TOP


def arrows(graph: grimp.ImportGraph) -> Arrows:
    """Return the rooms that each room imports."""
    packages = {each for each in graph.find_children("core") if graph.find_children(each)}
    packages -= {"core.management"}
    room = {
        module: room_of(module, packages)
        for module in graph.modules - {"core"}
        if {"tests", "migrations"}.isdisjoint(module.split("."))
    }
    drawn: Arrows = {name: set() for name in room.values()}
    for module, name in room.items():
        seen = graph.find_modules_directly_imported_by(module)
        drawn[name] |= {room[other] for other in seen if other in room} - {name}
    return drawn


def reduced(drawn: Arrows) -> Arrows:
    """Return the arrows without those that follow from others (the transitive reduction)."""

    def reach(name: str) -> set[str]:
        return drawn[name].union(*(reach(other) for other in drawn[name]))

    return {
        name: {to for to in targets if not any(to in reach(by) for by in targets - {to})}
        for name, targets in drawn.items()
    }


def mermaid(drawn: Arrows) -> str:
    """Return the diagram in Mermaid, which GitHub and most editors render."""
    names = {name: f"room{number}" for number, name in enumerate(sorted(drawn))}
    lines = [f'    {key}["{name}"]' for name, key in names.items()]
    lines += [
        f"    {names[name]} --> {names[to]}" for name in sorted(drawn) for to in sorted(drawn[name])
    ]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def main(words: list[str]) -> int:
    """Write the diagram, or with `--check` compare it."""
    drawing = mermaid(reduced(arrows(grimp.build_graph("core", *APPS))))
    before, _, rest = PAGE.read_text().partition(BEGIN)
    old, _, after = rest.partition(END)
    if "--check" in words:
        if old != drawing:
            print(f"{PAGE} shows other imports than the code: .venv/bin/python -m lab.rooms")
        return int(old != drawing)
    PAGE.write_text(before + BEGIN + drawing + END + after)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
