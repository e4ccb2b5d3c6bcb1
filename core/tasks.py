"""What repeats by itself and concerns no cinema."""

from core.jobs import queue, tidying

retry_stalled_jobs = queue.scheduled("* * * * *")(queue.retry_stalled)
delete_rate_counters = queue.scheduled("*/10 * * * *")(tidying.delete_rate_counters)
delete_idempotency_records = queue.scheduled("20 * * * *")(tidying.delete_idempotency_records)
delete_browser_sessions = queue.scheduled("30 * * * *")(tidying.delete_browser_sessions)
delete_finished_jobs = queue.scheduled("40 * * * *")(tidying.delete_finished_jobs)
