"""Checks the database during the run: the rules hold in every snapshot, not only in the end."""

import threading
from collections import Counter

import psycopg

from lab.stress.checker import Verdict, judge
from lab.stress.checks import rules
from lab.stress.cluster import Cluster
from lab.stress.evidence import Evidence

EVERY_SECONDS = 2.0


class Watch:
    """Works in a thread of its own; `found` are the first violations of each rule."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.snapshots = 0
        self.found: dict[str, Verdict] = {}
        self.counts: Counter[str] = Counter()

    def work_until(self, stop: threading.Event) -> None:
        while not stop.wait(EVERY_SECONDS):
            try:
                self.look()
            except psycopg.OperationalError:
                continue

    def look(self) -> None:
        """Check every rule in one snapshot."""
        with self.cluster.connect() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            evidence = Evidence(history=[], connection=connection)
            for name, check in rules.checks.items():
                verdict = judge(name, check, evidence)
                if verdict.violations:
                    self.found.setdefault(name, verdict)
                    self.counts[name] += 1
        self.snapshots += 1
