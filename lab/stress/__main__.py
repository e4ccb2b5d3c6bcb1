"""`python -m lab.stress [--seed N] [--minutes N]`: one run; its exit code is 1 on a violation."""

import argparse
import secrets
import shutil
import sys
import threading
import time
from pathlib import Path

from lab.stress import aftermath, report
from lab.stress.checker import Verdict, judge_all
from lab.stress.evidence import Evidence
from lab.stress.injector import FaultInjector
from lab.stress.program import ROOT
from lab.stress.report import Progress
from lab.stress.system import System
from lab.stress.watch import Watch

HOME = ROOT / "var" / "stress"
SAY_EVERY_SECONDS = 5.0


def main() -> int:
    """Run, check, report."""
    parser = argparse.ArgumentParser(prog="python -m lab.stress", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="repeats the faults of a run")
    parser.add_argument("--minutes", type=float, default=2.0)
    options = parser.parse_args()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    command = f"make stress SEED={seed} MINUTES={options.minutes:g}"
    folder = _folder(seed)
    progress = Progress()
    progress.say(f"{command}\nHistory, logs and report: {folder.relative_to(ROOT)}")
    system = System(folder, seed)
    try:
        system.open()
        return _run(system, options.minutes * 60, progress, command)
    finally:
        system.close()


def _folder(seed: int) -> Path:
    folder = HOME / f"run-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _run(system: System, seconds: float, progress: Progress, command: str) -> int:
    system.bank.have_a_bad_day()
    injector, watch = FaultInjector(system, system.seed), Watch(system.cluster)
    _inject_faults(system, injector, watch, seconds, progress)
    progress.say("The faults are over; asking for every unknown outcome once more …")
    system.bank.get_well()
    aftermath.settle(system)
    resolved = aftermath.resolve(system)
    left = aftermath.wait_for_jobs(system)
    left += aftermath.drain_money(system)
    found, unseen = _judge(system, watch)
    totals = (
        f"{len(system.history.records):,} operations, {len(system.faults)} faults, "
        f"{resolved} unknown outcomes asked for again, {left} jobs left, "
        f"{watch.snapshots} snapshots of the database;\n"
        f"of {unseen[0]} bookings without an answer {unseen[1]} had been made all the same"
    )
    lines = [
        *report.figures(system.history.records, system.faults),
        *(f"skipped: {name} ({reason})" for name, reason in injector.skipped.items()),
        "",
        *report.verdicts(found),
        "",
        totals,
    ]
    violated = [verdict.name for verdict in found if verdict.count]
    if injector.error:
        violated.append(f"the injector itself failed: {injector.error}")
    lines.append(f"VIOLATED: {', '.join(violated)}" if violated else "Nothing was violated.")
    lines.append(f"Repeat it: {command}")
    report.save(system.folder, system.faults, lines)
    progress.say("\n".join(["", *lines]))
    return 1 if violated else 0


def _inject_faults(
    system: System, injector: FaultInjector, watch: Watch, seconds: float, progress: Progress
) -> None:
    """Run all clients, the injector and the watch for some seconds."""
    stop, calm = threading.Event(), threading.Event()
    threads = system.start_everybody(stop)
    time.sleep(2)
    workers = [
        threading.Thread(target=work, args=(calm,), daemon=True)
        for work in (injector.work_until, watch.work_until)
    ]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and workers[0].is_alive():
        time.sleep(SAY_EVERY_SECONDS)
        progress.line(system.history.outcomes, len(system.faults), injector.now)
    for event, some in ((calm, workers), (stop, threads)):
        event.set()
        for thread in some:
            thread.join(120)


def _judge(system: System, watch: Watch) -> tuple[list[Verdict], tuple[int, int]]:
    """Return the verdicts, with what the watch found, and the counts of `committed_unseen`."""
    logs = [line for path in system.folder.glob("*.log") for line in path.open(errors="replace")]
    with system.cluster.connect() as connection:
        evidence = Evidence(
            history=system.history.records,
            connection=connection,
            faults=system.faults,
            mails=system.mailbox.mails,
            logs=logs,
            database_log=system.cluster.log(),
            bank=system.bank.payments(),
            ledger=aftermath.prove_books(system),
        )
        found = judge_all(evidence)
        unseen = aftermath.committed_unseen(evidence)
    return [v if v.count else watch.found.get(v.name, v) for v in found], unseen


if __name__ == "__main__":
    sys.exit(main())
