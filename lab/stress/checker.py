"""Checks what is promised by the history and the database alone; each promise has a name.

A check yields one sentence per violation. It knows nothing of the program but its HTTP contract and
its tables, which it reads with plain SQL.
"""

from dataclasses import dataclass
from itertools import islice

from lab.stress import checks
from lab.stress.evidence import Check, Evidence

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a check found: the first violations, and how many there were."""

    name: str
    promise: str
    violations: list[str]
    count: int


def judge(name: str, check: Check, evidence: Evidence) -> Verdict:
    """Run one check to its end."""
    violations = check(evidence)
    first = list(islice(violations, SHOWN))
    promise = " ".join((check.__doc__ or "").split())
    count = len(first) + sum(1 for _ in violations)
    return Verdict(name=name, promise=promise, violations=first, count=count)


def judge_all(evidence: Evidence) -> list[Verdict]:
    """Run all checks."""
    return [judge(name, check, evidence) for name, check in checks.ALL.items()]
