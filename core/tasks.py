"""What repeats by itself and concerns no cinema."""

from core import jobs, tidying

retry_stalled_jobs = jobs.scheduled("* * * * *")(jobs.retry_stalled)
delete_rate_counters = jobs.scheduled("*/10 * * * *")(tidying.delete_rate_counters)
delete_idempotency_records = jobs.scheduled("20 * * * *")(tidying.delete_idempotency_records)
delete_browser_sessions = jobs.scheduled("30 * * * *")(tidying.delete_browser_sessions)
delete_finished_jobs = jobs.scheduled("40 * * * *")(tidying.delete_finished_jobs)
