"""The progress of a run, and its report."""

import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict
from pathlib import Path

from lab.stress.checker import Verdict
from lab.stress.checks.answers import last_failures
from lab.stress.history import Fault, Outcome, Record


class Progress:
    """Prints a line every few seconds."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def line(self, outcomes: Counter[Outcome], faults: int, now: str) -> None:
        """Print how far the run has got."""
        elapsed = int(time.monotonic() - self.started)
        self.say(
            f"{elapsed // 60:3}:{elapsed % 60:02}  {outcomes.total():7,} operations"
            f"  {outcomes[Outcome.UNKNOWN]:5,} unknown  {faults:4} faults  {now}"
        )

    def say(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def figures(history: list[Record], faults: list[Fault]) -> list[str]:
    """Return lines about what was done, and its outcomes."""
    kinds: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for record in history:
        kinds[record.kind][record.outcome] += 1
    lines = [f"{'request':16}{'ok':>9}{'refused':>9}{'unknown':>9}"]
    for kind, counts in sorted(kinds.items()):
        lines.append(f"{kind:16}" + "".join(f"{counts[outcome]:9,}" for outcome in Outcome))
    total = Counter(record.outcome for record in history)
    lines.append(f"{'all':16}" + "".join(f"{total[outcome]:9,}" for outcome in Outcome))
    return [*lines, "", *_faults(history, faults)]


def _faults(history: list[Record], faults: list[Fault]) -> list[str]:
    found: dict[str, list[Fault]] = defaultdict(list)
    ends = {id(f): r for f, r in zip(faults, last_failures(history, faults), strict=True)}
    for fault in faults:
        found[fault.name].append(fault)
    unknown = sorted(r.ended for r in history if r.outcome is Outcome.UNKNOWN)
    lines = [f"{'fault':46}{'times':>6}{'unknown':>9}{'longest return':>16}"]
    for name, some in sorted(found.items()):
        hit = sum(1 for at in unknown if any(f.started <= at <= f.healed + 5 for f in some))
        back = max(_return(fault, ends[id(fault)]) for fault in some)
        lines.append(f"{name:46}{len(some):6}{hit:9,}{back:14.1f} s")
    return lines


def _return(fault: Fault, last: Record | None) -> float:
    """Return the seconds from the end of a fault to the last request that failed after it."""
    if fault.served is None:
        return 60
    return last.ended - fault.healed if last else 0


def verdicts(found: list[Verdict]) -> list[str]:
    """Return each check with its result, and the first violations of those that failed."""
    lines = []
    for verdict in found:
        result = f"{verdict.count:5} ✗" if verdict.count else "    0 ✓"
        lines.append(f"{verdict.name:44}{result}  {verdict.promise}")
        lines += [f"      {violation}" for violation in verdict.violations]
    return lines


def save(folder: Path, faults: list[Fault], lines: list[str]) -> None:
    """Save the faults and the report beside the history."""
    (folder / "faults.json").write_text(json.dumps([asdict(f) for f in faults], indent=1))
    (folder / "report.txt").write_text("\n".join(lines) + "\n")
