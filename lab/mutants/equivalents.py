"""The list of equivalent mutants, which no test could notice, each with the reason."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from lab.mutants.mutant import Key, Mutant

LIST = Path(__file__).with_name("equivalents.toml")


def equivalents(path: Path = LIST) -> dict[Key, str]:
    """Returns why each of these mutants is equivalent."""
    entries = tomllib.loads(path.read_text()).get("equivalent", [])
    return {_key(entry): entry["why"] for entry in entries}


def stale(listed: Iterable[Key], mutants: Iterable[Mutant], files: Iterable[str]) -> list[Key]:
    """Returns the listed keys in these files without a mutant: their line has changed."""
    names, known = set(files), {mutant.key for mutant in mutants}
    return [key for key in listed if key.file in names and key not in known]


def _key(entry: dict[str, str | int]) -> Key:
    within, nth = str(entry["within"]), int(entry.get("nth", 1))
    return Key(str(entry["file"]), within, str(entry["was"]), str(entry["becomes"]), nth)
