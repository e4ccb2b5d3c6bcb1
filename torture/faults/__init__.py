"""What is done to the program while it works."""

from torture.faults import database, network, people, premiere, program
from torture.faults.kinds import FAULTS, Kind, Skipped

__all__ = ["FAULTS", "Kind", "Skipped", "database", "network", "people", "premiere", "program"]
