"""When personal data is looked through: every night."""

from core.jobs import queue
from privacy import forgetting

forget_contacts = queue.scheduled("5 2 * * *")(forgetting.forget_contacts)
close_idle_accounts = queue.scheduled("10 2 * * *")(forgetting.close_idle_accounts)
delete_old_scans = queue.scheduled("15 2 * * *")(forgetting.delete_old_scans)
delete_old_log = queue.scheduled("20 2 * * *")(forgetting.delete_old_log)
delete_old_events = queue.scheduled("25 2 * * *")(forgetting.delete_old_events)
delete_old_receipts = queue.scheduled("30 2 * * *")(forgetting.delete_old_receipts)
