"""The faults that are injected."""

from lab.stress.faults import bank, database, network, people, premiere, program
from lab.stress.faults.kinds import FAULTS, Kind, Skipped

__all__ = [
    "FAULTS",
    "Kind",
    "Skipped",
    "bank",
    "database",
    "network",
    "people",
    "premiere",
    "program",
]
