"""What repeats by itself about shows."""

from core import jobs
from shows import tidying

release_lapsed_holds = jobs.scheduled("* * * * *")(tidying.release_lapsed_holds)
delete_chains_that_are_over = jobs.scheduled("*/5 * * * *")(tidying.delete_chains_that_are_over)
