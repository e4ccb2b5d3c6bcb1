"""Remembers which mutants were noticed, so that `--again` tries only the others."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from lab.mutants.mutant import Mutant
from lab.mutants.workshop import ROOT

FILE = ROOT / "var" / "mutants.json"


class Memory:
    """The mutants that were noticed and whose function or statement has not changed since."""

    def __init__(self, mutants: Sequence[Mutant], path: Path = FILE) -> None:
        self.names = {mutant: _name(mutant) for mutant in mutants}
        self.path = path
        self.noticed: set[str] = set(json.loads(path.read_text())) if path.exists() else set()

    def knows(self, mutant: Mutant) -> bool:
        return self.names[mutant] in self.noticed

    def add(self, mutant: Mutant) -> None:
        self.noticed.add(self.names[mutant])
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(json.dumps(sorted(self.noticed)))


def _name(mutant: Mutant) -> str:
    return sha256(repr((mutant.key, mutant.statement)).encode()).hexdigest()
