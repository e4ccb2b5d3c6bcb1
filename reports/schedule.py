"""When days are closed: every hour, since theaters have midnight at different times."""

from core.jobs import queue
from reports import closing

close_days = queue.scheduled("35 * * * *")(closing.close_days)
