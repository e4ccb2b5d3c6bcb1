"""Making lapsed holds look like what they are. Nothing depends on it: a lapsed hold is free."""

from django.conf import settings
from django.db import connection

from core.jobs.tidying import BATCH, delete_rows, in_batches
from core.postgres.clock import StatementTime
from shows.models import HoldChain

RELEASE_LAPSED = """
WITH lapsed AS MATERIALIZED (
    SELECT id FROM shows_seat
    WHERE held_by_id IS NOT NULL AND held_until <= statement_timestamp()
    ORDER BY id LIMIT %s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE shows_seat seat
SET status = 'available', held_by_id = NULL, held_since = NULL, held_until = NULL
FROM lapsed WHERE seat.id = lapsed.id
"""


def delete_chains_that_are_over() -> int:
    """Those whose last hold ended HOLD_LASTS_AT_MOST ago: they count no more."""
    over = StatementTime() - settings.HOLD_LASTS_AT_MOST
    return delete_rows(HoldChain.objects.filter(quiet_from__lte=over))


def release_lapsed_holds() -> int:
    """Store as available the seats whose hold is over; those locked right now come next time."""
    return in_batches(_release_batch)


def _release_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute(RELEASE_LAPSED, [BATCH])
        return int(cursor.rowcount)
