"""Scheduled jobs about shows."""

from core.jobs import queue
from shows import tidying

release_lapsed_holds = queue.scheduled("* * * * *")(tidying.release_lapsed_holds)
delete_chains_that_are_over = queue.scheduled("*/5 * * * *")(tidying.delete_chains_that_are_over)
