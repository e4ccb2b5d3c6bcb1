"""The report: a table by file, and the diffs of the survivors."""

from collections.abc import Iterable, Mapping

from lab.mutants.mutant import Key, Mutant

FLOOR = 95


class Report:
    """Counts by file; equivalent mutants do not count in the percentage."""

    def __init__(self, noticed: Mapping[Mutant, bool], equivalent: Iterable[Mutant]) -> None:
        self.noticed = noticed
        self.equivalent = list(equivalent)

    def percent(self, file: str = "") -> float:
        """Returns the percentage noticed of those not equivalent; 100 if there are none."""
        asked = [seen for mutant, seen in self.noticed.items() if file in ("", mutant.key.file)]
        return 100 * sum(asked) / len(asked) if asked else 100.0

    def table(self) -> str:
        files = sorted({m.key.file for m in [*self.noticed, *self.equivalent]})
        rows = [self._row(file) for file in [*files, ""]]
        return "\n".join(
            ["| file | noticed | not noticed | equivalent | % |", "|---|---|---|---|---|", *rows]
        )

    def survivors(self) -> str:
        alive = [mutant for mutant, seen in self.noticed.items() if not seen]
        ordered = sorted(alive, key=lambda mutant: (mutant.key.file, mutant.line))
        return "\n\n".join(mutant.diff() for mutant in ordered)

    def _row(self, file: str) -> str:
        seen = [s for mutant, s in self.noticed.items() if file in ("", mutant.key.file)]
        same = sum(file in ("", mutant.key.file) for mutant in self.equivalent)
        cells = sum(seen), len(seen) - sum(seen), same, f"{self.percent(file):.1f}"
        return f"| {file or 'all'} | " + " | ".join(str(cell) for cell in cells) + " |"


def stale_entries(keys: Iterable[Key]) -> str:
    """Returns a text about listed equivalents that no longer exist."""
    told = [f"{key.file} in {key.within}\n  - {key.was}\n  + {key.becomes}" for key in keys]
    return "\n".join(["equivalents.toml names mutants that are no more:", *told]) if told else ""
