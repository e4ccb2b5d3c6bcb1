"""Closing days: storing their sums when they are over.

A day is over three hours after its local midnight: no transaction that has booked in it is open
by then.
"""

from django.db import transaction

from core.postgres.rows import execute, rows_of
from reports.sources import SOURCES, Source

DAYS_AT_ONCE = 31  # a statement may take 10 seconds
THE_BEGINNING = "DATE '0001-01-01'"
ADD = f"""
INSERT INTO reports_closing (theater_id, until) SELECT id, {THE_BEGINNING} FROM theaters_theater
ON CONFLICT (theater_id) DO NOTHING
"""  # noqa: S608
# The ledger grows in the order of time, so its first row is its oldest; what is older has no money.
DUE = """
WITH start AS MATERIALIZED (
  SELECT (at - interval '2 days')::date AS day FROM payments_ledgerentry ORDER BY id LIMIT 1
), due AS MATERIALIZED (
  SELECT closing.theater_id, closing.until,
         ((statement_timestamp() - interval '3 hours') AT TIME ZONE theater.timezone)::date - 1
           AS target
  FROM reports_closing closing JOIN theaters_theater theater ON theater.id = closing.theater_id
  ORDER BY closing.theater_id FOR NO KEY UPDATE OF closing
)
SELECT theater_id, until,
       least(target, greatest(until, (SELECT day FROM start)) + %(days)s::int)
FROM due WHERE until < target
"""
CLOSE = """
WITH wish AS MATERIALIZED (
  SELECT * FROM unnest(%(theaters)s::bigint[], %(until)s::date[], %(last)s::date[])
    AS wish (theater_id, until, last)
), days AS MATERIALIZED (
  SELECT theater_id, until + 1 - %(settles_after)s::int AS first,
         last - %(settles_after)s::int AS last
  FROM wish
), bounds AS MATERIALIZED (
  SELECT days.*, theater.timezone, theater.currency,
         days.first::timestamp AT TIME ZONE theater.timezone AS begins,
         (days.last + 1)::timestamp AT TIME ZONE theater.timezone AS ends
  FROM days JOIN theaters_theater theater ON theater.id = days.theater_id
)
INSERT INTO {table} ({columns}) SELECT {columns} FROM ({query}) found
"""
CLOSED = """
UPDATE reports_closing closing SET until = wish.last
FROM unnest(%(theaters)s::bigint[], %(last)s::date[]) AS wish (theater_id, last)
WHERE closing.theater_id = wish.theater_id
"""


def close_days() -> int:
    """Stores the sums of all days that are over and not stored, a month at a time, and returns how
    many months of theaters that were."""
    closed = 0
    while some := _close_month():
        closed += some
    return closed


@transaction.atomic
def _close_month() -> int:
    """Stores the next days of each theater, all or nothing; one runs at a time."""
    execute(ADD)
    due = rows_of(DUE, {"days": DAYS_AT_ONCE})
    if due:
        theaters, until, last = (list(column) for column in zip(*due, strict=True))
        values = {"theaters": theaters, "until": until, "last": last}
        for source in SOURCES:
            execute(_statement(source), {**values, "settles_after": source.settles_after})
        execute(CLOSED, values)
    return len(due)


def _statement(source: Source) -> str:
    return CLOSE.format(table=source.table, columns=source.columns, query=source.query)
