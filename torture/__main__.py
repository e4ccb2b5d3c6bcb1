"""`python -m torture [--seed N] [--minutes N]`: one run, whose exit code is 1 on any violation."""

import argparse
import secrets
import shutil
import sys
import threading
import time
from pathlib import Path

from torture import aftermath, report
from torture.chamber import Chamber
from torture.checker import Verdict, judge_all
from torture.evidence import Evidence
from torture.nemesis import Nemesis
from torture.program import ROOT
from torture.report import Progress
from torture.watch import Watch

HOME = ROOT / "var" / "torture"
SAY_EVERY_SECONDS = 5.0


def main() -> int:
    """Run, judge, report."""
    parser = argparse.ArgumentParser(prog="python -m torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="repeats the faults of a run")
    parser.add_argument("--minutes", type=float, default=2.0)
    options = parser.parse_args()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    command = f"make torture SEED={seed} MINUTES={options.minutes:g}"
    folder = _folder(seed)
    progress = Progress()
    progress.say(f"{command}\nHistory, logs and report: {folder.relative_to(ROOT)}")
    chamber = Chamber(folder, seed)
    try:
        chamber.open()
        return _run(chamber, options.minutes * 60, progress, command)
    finally:
        chamber.close()


def _folder(seed: int) -> Path:
    folder = HOME / f"run-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _run(chamber: Chamber, seconds: float, progress: Progress, command: str) -> int:
    nemesis, watch = Nemesis(chamber, chamber.seed), Watch(chamber.cluster)
    _torture(chamber, nemesis, watch, seconds, progress)
    progress.say("The faults are over; asking for every unknown outcome once more …")
    aftermath.settle(chamber)
    resolved = aftermath.resolve(chamber)
    left = aftermath.wait_for_jobs(chamber)
    found, unseen = _judge(chamber, watch)
    totals = (
        f"{len(chamber.history.records):,} operations, {len(chamber.faults)} faults, "
        f"{resolved} unknown outcomes asked for again, {left} jobs left, "
        f"{watch.snapshots} snapshots of the database;\n"
        f"of {unseen[0]} bookings without an answer {unseen[1]} had been made all the same"
    )
    lines = [
        *report.figures(chamber.history.records, chamber.faults),
        *(f"skipped: {name} ({reason})" for name, reason in nemesis.skipped.items()),
        "",
        *report.verdicts(found),
        "",
        totals,
    ]
    violated = [verdict.name for verdict in found if verdict.count]
    if nemesis.error:
        violated.append(f"the nemesis itself failed: {nemesis.error}")
    lines.append(f"VIOLATED: {', '.join(violated)}" if violated else "Nothing was violated.")
    lines.append(f"Repeat it: {command}")
    report.save(chamber.folder, chamber.faults, lines)
    progress.say("\n".join(["", *lines]))
    return 1 if violated else 0


def _torture(
    chamber: Chamber, nemesis: Nemesis, watch: Watch, seconds: float, progress: Progress
) -> None:
    """Let everybody live, the nemesis work and the watch look, for some seconds."""
    stop, calm = threading.Event(), threading.Event()
    threads = chamber.start_everybody(stop)
    time.sleep(2)
    workers = [
        threading.Thread(target=work, args=(calm,), daemon=True)
        for work in (nemesis.work_until, watch.work_until)
    ]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and workers[0].is_alive():
        time.sleep(SAY_EVERY_SECONDS)
        progress.line(chamber.history.outcomes, len(chamber.faults), nemesis.now)
    for event, some in ((calm, workers), (stop, threads)):
        event.set()
        for thread in some:
            thread.join(120)


def _judge(chamber: Chamber, watch: Watch) -> tuple[list[Verdict], tuple[int, int]]:
    """The verdicts of the end, with what the watch saw on the way; bookings made unseen."""
    logs = [line for path in chamber.folder.glob("*.log") for line in path.open(errors="replace")]
    with chamber.cluster.connect() as connection:
        evidence = Evidence(
            history=chamber.history.records,
            connection=connection,
            faults=chamber.faults,
            mails=chamber.mailbox.mails,
            logs=logs,
            database_log=chamber.cluster.log(),
        )
        found = judge_all(evidence)
        unseen = aftermath.committed_unseen(evidence)
    return [v if v.count else watch.found.get(v.name, v) for v in found], unseen


if __name__ == "__main__":
    sys.exit(main())
