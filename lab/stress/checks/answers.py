"""Answers: errors are problem documents, and a 5xx has a reason."""

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator

from lab.stress.evidence import Evidence, Register
from lab.stress.history import Fault, Outcome, Record

checks = Register()

BACK_WITHIN_SECONDS = 5.0
DEADLOCK_LINES = 6
"""How much of the log names who waited for whom, with which statements."""
SECRETS = re.compile(r"Correct-horse-\w+|eyJ[\w-]{10,}\.eyJ|argon2id?\$")


@checks
def errors_are_problem_documents(evidence: Evidence) -> Iterator[str]:
    """Every 4xx and 5xx is a problem document with a code; a 503 says when to try again."""
    for record in evidence.history:
        if record.status is None or record.status < 400:
            continue
        if not record.is_problem or not record.code:
            yield f"{record.call} answered {record.status} without a problem document"
        elif record.status == 503 and not record.retry_after:
            yield f"{record.call} answered 503 without Retry-After"


@checks
def no_answer_is_a_bug(evidence: Evidence) -> Iterator[str]:
    """A 5xx is a 503, whose code says what was missing: never a 500."""
    for record in evidence.history:
        is_told = record.status == 503 and record.code in {"unavailable", "busy"}
        is_told = is_told or record.has_banks_fault
        if record.status and record.status >= 500 and not is_told:
            yield f"{record.call} answered {record.status} {record.code}"


@checks
def requests_fail_only_while_something_is_broken(evidence: Evidence) -> Iterator[str]:
    """A 503 or no answer at all occurs only in a fault or within 5 seconds of its end.

    Many logins at once may wait longer, because the number of hashes at once is limited.
    """
    windows = [fault for fault in evidence.faults if fault.excuses]
    for record in evidence.history:
        is_unknown = record.outcome is Outcome.UNKNOWN
        if record.has_failed and is_unknown and not _is_excused(record, windows):
            told = record.status or "nothing"
            yield (
                f"{record.call} of {record.actor or 'nobody'} got {told} {record.code} after "
                f"{record.ended - record.started:.1f} s at {record.ended:.3f}"
            )


def _is_excused(record: Record, windows: list[Fault]) -> bool:
    return any(
        fault.started <= record.ended and record.started <= fault.healed + BACK_WITHIN_SECONDS
        for fault in windows
    )


@checks
def service_returns_within_5_seconds(evidence: Evidence) -> Iterator[str]:
    """No request of any kind fails later than 5 seconds after the cause of a fault is gone.

    One that began before and fails later counts, and so does an answer that takes 5 seconds.
    """
    for fault, record in zip(
        evidence.faults, last_failures(evidence.history, evidence.faults), strict=True
    ):
        if fault.served is None:
            yield f"{fault.name} at {fault.started:.3f}: not back after a minute"
        elif record and record.ended - fault.healed > BACK_WITHIN_SECONDS:
            yield (
                f"{fault.name} at {fault.started:.3f}: {record.call} of {record.actor or 'nobody'}"
                f" failed {record.ended - fault.healed:.1f} s after it ({record.status})"
            )


def last_failures(history: list[Record], faults: list[Fault]) -> list[Record | None]:
    """Return, for each fault, the last request that failed before the next fault began."""
    failed = sorted((r for r in history if r.has_failed), key=lambda record: record.ended)
    ends = [record.ended for record in failed]
    nexts = [*(fault.started for fault in faults), float("inf")][1:]
    found: list[Record | None] = []
    for fault, following in zip(faults, nexts, strict=True):
        last = bisect(ends, following) - 1
        is_after = last >= 0 and ends[last] > fault.healed
        found.append(failed[last] if is_after else None)
    return found


@checks
def no_unknown_is_left(evidence: Evidence) -> Iterator[str]:
    """Sent again with its key, every booking and cancellation of unknown outcome is resolved."""
    sent: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for kind in ("book", "cancel", "cancel_show"):
        for record in evidence.kinds[kind]:
            sent[record.actor, record.call, record.asked.get("key", "")].append(record)
    for records in sent.values():
        last = max(records, key=lambda record: record.ended)
        if last.outcome is Outcome.UNKNOWN and not any(record.is_ok for record in records):
            yield f"{last.call} of {last.actor}: {last.asked} was never answered"


@checks
def no_deadlocks(evidence: Evidence) -> Iterator[str]:
    """PostgreSQL detected no deadlock."""
    lines = list(evidence.database_log)
    for number, line in enumerate(lines):
        if "deadlock detected" in line:
            yield " ".join(" ".join(lines[number : number + DEADLOCK_LINES]).split())


@checks
def no_secret_is_logged(evidence: Evidence) -> Iterator[str]:
    """No password, token or hash is in a log line or in the arguments of a job."""
    arguments = evidence.rows("SELECT args::text AS args FROM procrastinate_jobs")
    for line in [*evidence.logs, *(row["args"] for row in arguments)]:
        if SECRETS.search(line):
            yield SECRETS.sub("(the secret)", line)[:200]


@checks
def the_run_was_real(evidence: Evidence) -> Iterator[str]:
    """Bookings, cancellations and reads succeeded: an idle run proves nothing."""
    for kind in ("book", "cancel", "hold", "seats", "my_bookings"):
        if not any(record.is_ok for record in evidence.kinds[kind]):
            yield f"no {kind} succeeded"
