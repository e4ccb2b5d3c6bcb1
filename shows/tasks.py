"""What repeats by itself about shows."""

from core import jobs
from shows import tidying

release_lapsed_holds = jobs.scheduled("* * * * *")(tidying.release_lapsed_holds)
