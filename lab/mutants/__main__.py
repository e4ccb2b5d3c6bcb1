"""`python -m lab.mutants`: do the tests notice planted faults? Exits with 1 below the floor."""

import argparse
import os
import random
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module

from lab.mutants.equivalents import equivalents, stale
from lab.mutants.finding import mutants_of
from lab.mutants.memory import Memory
from lab.mutants.mutant import Mutant, Verdict
from lab.mutants.report import FLOOR, Report, stale_entries
from lab.mutants.targets import TARGETS
from lab.mutants.trying import tried
from lab.mutants.workshop import ROOT, BrokenWorkshop


def main(arguments: Sequence[str]) -> int:
    """Tries the mutants, prints the report, and returns 1 if the floor is missed."""
    options = _options(arguments)
    files = [file for file in TARGETS if file.startswith(options.only)]
    found = [mutant for file in files for mutant in mutants_of(ROOT, file)]
    listed = equivalents()
    equivalent = [mutant for mutant in found if mutant.key in listed]
    mutants = [mutant for mutant in found if mutant.key not in listed]
    count = min(options.sample or len(mutants), len(mutants))
    mutants = random.Random(options.seed).sample(mutants, count)  # what comes first is typical
    if options.list:
        print("\n\n".join(mutant.diff() for mutant in mutants))
        return 0
    report = Report(dict(_judged(mutants, options)), equivalent)
    outdated = stale_entries(stale(listed, found, files))
    print(report.table(), report.survivors(), outdated, sep="\n\n")
    return int(report.percent() < FLOOR or bool(outdated))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lab.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="files whose path begins so, such as shows/")
    parser.add_argument("--sample", type=int, default=0, help="try so many, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="which ones --sample draws")
    parser.add_argument("--again", action="store_true", help="believe what was noticed before")
    parser.add_argument("--quick", action="store_true", help="without races and models")
    parser.add_argument("--list", action="store_true", help="print the mutants, try none")
    parser.add_argument("--workers", type=int, default=2, help="so many at once")
    return parser.parse_args(arguments)


def _judged(
    mutants: Sequence[Mutant], options: argparse.Namespace
) -> Iterator[tuple[Mutant, Verdict]]:
    """Yields each mutant and the verdict on it."""
    memory = Memory(mutants)
    known = [mutant for mutant in mutants if options.again and memory.knows(mutant)]
    yield from ((mutant, Verdict.NOTICED) for mutant in known)
    rest = [mutant for mutant in mutants if mutant not in known]
    if not rest:
        return
    races = not options.quick
    for mutant, verdict in tried(rest, options.workers, _database_url(), races=races):
        if verdict is Verdict.NOTICED:
            memory.add(mutant)
        yield mutant, verdict


def _database_url() -> str:
    """Starts the tests' cluster; returns its URL, with a placeholder for a workshop's number."""
    import_module("tests.postgres")  # sets the variable
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return f"{server}/mutants_{os.getpid()}_{{}}"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BrokenWorkshop as error:
        sys.exit(str(error))
