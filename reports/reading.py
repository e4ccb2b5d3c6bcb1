"""Reading a report: the stored sums of days that are over, and the books for what is newer, in one
statement and so in one snapshot."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from core.failures import InvalidInput
from core.postgres.rows import rows_of
from payments.providers.minor_units import from_minor
from reports.kinds import SPLITS, Kind
from theaters.models import Theater
from theaters.policy import Action
from users.models import User

LONGEST_DAYS = 366
LONGEST_DAYS_BY_SHOW = 31
TODAY = "SELECT statement_timestamp()::date"
# A theater without a closing is newer than all closings; its day is at most two behind theirs.
READ = """
WITH newest AS MATERIALIZED (
  SELECT max(until) - 2 AS until FROM reports_closing
), days AS MATERIALIZED (
  SELECT theater.id AS theater_id, theater.name, theater.timezone, theater.currency,
         greatest(%(first)s::date,
                  coalesce(closing.until, newest.until) + 1 - %(settles_after)s::int) AS first,
         %(last)s::date AS last
  FROM theaters_theater theater CROSS JOIN newest
  LEFT JOIN reports_closing closing ON closing.theater_id = theater.id
  WHERE theater.id = ANY(%(theaters)s::bigint[])
), bounds AS MATERIALIZED (
  SELECT days.*, days.first::timestamp AT TIME ZONE days.timezone AS begins,
         (days.last + 1)::timestamp AT TIME ZONE days.timezone AS ends
  FROM days
), found AS (
  SELECT {columns} FROM {table}
  WHERE theater_id = ANY(%(theaters)s::bigint[])
    AND day >= %(first)s::date AND day <= %(last)s::date
  UNION ALL SELECT {columns} FROM ({query}) live
)
SELECT {key}, {name}, {currency}, {beside} {figures}
FROM found JOIN bounds ON bounds.theater_id = found.theater_id {joins}
WHERE {only}
GROUP BY {groups}
ORDER BY {order}
"""


def usual_days(first: date | None, last: date | None) -> tuple[date, date]:
    """Returns the days that are meant where one or both are left out: those of this month."""
    ((today,),) = rows_of(TODAY)
    last = last or max(today, first or date.min)
    return first or last.replace(day=1), last


def read_report(
    *,
    user: User,
    kind: Kind,
    first: date | None,
    last: date | None,
    by: str,
    theater: int | None = None,
) -> dict[str, Any]:
    """Returns the rows of a report and their sums by currency, for the theaters that the user runs,
    or one of them. Days are the theaters' own, both included.

    Raises InvalidInput for days that make no sense.
    """
    first, last = usual_days(first, last)
    longest = LONGEST_DAYS_BY_SHOW if by == "show" else LONGEST_DAYS
    if not 0 <= (last - first).days < longest:
        raise InvalidInput(f"Ask for 1 to {longest} days, the first one first.", field="from")
    values = {
        "theaters": _theaters(user, theater),
        "first": first,
        "last": last,
        "settles_after": kind.source_by(by).settles_after,
    }
    rows = rows_of(statement_of(kind, by), values)
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "by": by,
        "rows": [_row(kind, row) for row in rows],
        "totals": _totals(kind, rows),
    }


def _theaters(user: User, theater: int | None) -> list[int]:
    mine = Theater.objects.where_may(user, Action.RUN)
    if theater is not None:
        mine = mine.filter(pk=theater)
    return list(mine.values_list("pk", flat=True))


def statement_of(kind: Kind, by: str) -> str:
    """Returns the statement that reads a report."""
    split, source = SPLITS[by], kind.source_by(by)
    beside = kind.beside.values()
    joins = dict.fromkeys((*split.joins, *kind.joins))
    return READ.format(
        table=source.table,
        columns=source.columns,
        query=source.query,
        key=f"coalesce({split.key}::text, '')",
        name=f"coalesce(({split})::text, '')",
        currency=source.currency,
        beside="".join(f"{sql}, " for sql in beside),
        figures=", ".join(f"coalesce({figure.sql}, 0)::bigint" for figure in kind.figures.values()),
        joins=" ".join(joins),
        only=kind.only,
        groups=", ".join([source.currency, split.key, str(split), *beside]),
        order=", ".join([*beside, str(split), split.key, source.currency]),
    )


def _row(kind: Kind, row: Sequence[Any]) -> dict[str, Any]:
    key, name, currency, *rest = row
    beside, sums = rest[: len(kind.beside)], rest[len(kind.beside) :]
    return {
        "key": key,
        "name": name,
        **dict(zip(kind.beside, beside, strict=True)),
        "currency": currency,
        **_figures(kind, sums, currency),
    }


def _totals(kind: Kind, rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    start = 3 + len(kind.beside)
    sums: dict[str, list[int]] = {}
    for row in rows:
        total = sums.setdefault(row[2], [0] * len(kind.figures))
        sums[row[2]] = [a + b for a, b in zip(total, row[start:], strict=True)]
    return [
        {"currency": currency, **_figures(kind, total, currency)}
        for currency, total in sorted(sums.items())
    ]


def _figures(kind: Kind, sums: Sequence[int], currency: str) -> dict[str, Any]:
    return {
        name: f"{from_minor(value, currency):.2f}" if figure.is_money else value
        for (name, figure), value in zip(kind.figures.items(), sums, strict=True)
    }
