"""Scheduled jobs about money."""

from core.jobs import queue
from payments import reconciling, sweeping

resume_refunds = queue.scheduled("* * * * *")(sweeping.resume_refunds)
resume_events = queue.scheduled("* * * * *")(sweeping.resume_events)
look_at_open_payments = queue.scheduled("*/2 * * * *")(sweeping.look_at_open_payments)
expire_bookings = queue.scheduled("* * * * *")(sweeping.expire_bookings)
close_payments = queue.scheduled("* * * * *")(sweeping.close_payments)
delete_bodies = queue.scheduled("50 3 * * *")(sweeping.delete_bodies)
reconcile = queue.scheduled("10 4 * * *")(reconciling.reconcile)
