"""The report: a table by file, and the diffs of the survivors."""

from collections.abc import Iterable, Mapping

from lab.mutants.mutant import Key, Mutant, Verdict

FLOOR = 95


class Report:
    """Counts by file; the percentage is of those not equivalent, and time-outs lower it."""

    def __init__(self, verdicts: Mapping[Mutant, Verdict], equivalent: Iterable[Mutant]) -> None:
        self.verdicts = verdicts
        self.equivalent = list(equivalent)

    def percent(self, file: str = "") -> float:
        """Returns the percentage noticed of those not equivalent; 100 if there are none."""
        asked = self._of(file)
        return 100 * asked.count(Verdict.NOTICED) / len(asked) if asked else 100.0

    def table(self) -> str:
        files = sorted({m.key.file for m in [*self.verdicts, *self.equivalent]})
        rows = [self._row(file) for file in [*files, ""]]
        return "\n".join(
            [
                "| file | noticed | timed out | not noticed | equivalent | % |",
                "|---|---|---|---|---|---|",
                *rows,
            ]
        )

    def survivors(self) -> str:
        alive = [each for each in self.verdicts.items() if each[1] is not Verdict.NOTICED]
        ordered = sorted(alive, key=lambda each: (each[0].key.file, each[0].line))
        return "\n\n".join(f"{verdict}: {mutant.diff()}" for mutant, verdict in ordered)

    def _row(self, file: str) -> str:
        asked = self._of(file)
        same = sum(file in ("", mutant.key.file) for mutant in self.equivalent)
        counts = [asked.count(verdict) for verdict in Verdict]
        cells = *counts, same, f"{self.percent(file):.1f}"
        return f"| {file or 'all'} | " + " | ".join(str(cell) for cell in cells) + " |"

    def _of(self, file: str) -> list[Verdict]:
        return [v for mutant, v in self.verdicts.items() if file in ("", mutant.key.file)]


def stale_entries(keys: Iterable[Key]) -> str:
    """Returns a text about listed equivalents that no longer exist."""
    told = [f"{key.file} in {key.within}\n  - {key.was}\n  + {key.becomes}" for key in keys]
    return "\n".join(["equivalents.toml names mutants that are no more:", *told]) if told else ""
