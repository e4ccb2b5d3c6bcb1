"""Making lapsed holds look like what they are. Nothing depends on it: a lapsed hold is free."""

from django.conf import settings

from core.jobs.tidying import BATCH, delete_rows, in_batches
from core.postgres.clock import StatementTime
from core.postgres.rows import execute
from shows.models import HoldChain
from shows.seats import AVAILABLE, LAPSED

RELEASE_LAPSED = f"""
WITH lapsed AS MATERIALIZED (
    SELECT id FROM shows_seat seat WHERE held_by_id IS NOT NULL AND {LAPSED}
    ORDER BY id LIMIT %s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE shows_seat seat SET {AVAILABLE}
FROM lapsed WHERE seat.id = lapsed.id
"""  # noqa: S608


def delete_chains_that_are_over() -> int:
    """Those whose last hold ended HOLD_LASTS_AT_MOST ago: they count no more."""
    over = StatementTime() - settings.HOLD_LASTS_AT_MOST
    return delete_rows(HoldChain.objects.filter(quiet_from__lte=over))


def release_lapsed_holds() -> int:
    """Store as available the seats whose hold is over; those locked right now come next time."""
    return in_batches(_release_batch)


def _release_batch() -> int:
    return execute(RELEASE_LAPSED, [BATCH])
