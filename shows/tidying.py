"""Storing lapsed holds as available, and deleting chains that are over. Nothing depends on it: a
seat whose hold has lapsed is free at once."""

from django.conf import settings

from core.jobs.tidying import BATCH, delete_rows, in_batches
from core.postgres.clock import StatementTime
from core.postgres.rows import execute
from shows.models import HoldChain
from shows.seats import AVAILABLE, LAPSED

RELEASE_LAPSED = f"""
WITH lapsed AS MATERIALIZED (
    SELECT id FROM shows_seat seat
    WHERE (held_by_id IS NOT NULL OR kept_for IS NOT NULL) AND {LAPSED}
    ORDER BY id LIMIT %s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE shows_seat seat SET {AVAILABLE}
FROM lapsed WHERE seat.id = lapsed.id
"""  # noqa: S608


def delete_chains_that_are_over() -> int:
    """Deletes chains whose last hold ended HOLD_LASTS_AT_MOST ago, which have no effect now."""
    over = StatementTime() - settings.HOLD_LASTS_AT_MOST
    return delete_rows(HoldChain.objects.filter(quiet_from__lte=over))


def release_lapsed_holds() -> int:
    """Stores seats whose hold has lapsed as available; locked ones wait for the next run."""
    return in_batches(_release_batch)


def _release_batch() -> int:
    return execute(RELEASE_LAPSED, [BATCH])
