"""Pages for operators: jobs that wait or failed, and who changed what."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.html import format_html
from django.utils.safestring import SafeString
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from core.backoffice import ReadOnly, badge


class Events(admin.TabularInline):  # type: ignore[type-arg]
    """What happened to a job, and when."""

    model = ProcrastinateEvent
    fields = ("at", "type")
    readonly_fields = fields
    extra = max_num = 0
    can_delete = False


@admin.register(ProcrastinateJob)
class JobPages(ReadOnly):
    """Mail and tidying that the worker does; a finished job goes by itself."""

    heading = "Jobs"
    list_display = ("id", "task", "state", "queue_name", "attempts", "scheduled_at")
    list_filter = ("status", "queue_name")
    search_fields = ("task_name",)
    ordering = ("-id",)
    fields = ("task_name", "args", "status", "queue_name", "priority", "attempts", "scheduled_at")
    inlines = (Events,)

    @admin.display(description="task", ordering="task_name")
    def task(self, job: ProcrastinateJob) -> str:
        return job.task_name

    @admin.display(description="status", ordering="status")
    def state(self, job: ProcrastinateJob) -> SafeString:
        return badge(job.status)


@admin.register(LogEntry)
class ChangePages(ReadOnly):
    """Every change that was made in the admin, and every change of a role."""

    heading = "Changes"
    list_display = ("action_time", "user", "what", "thing", "message")
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__email")
    date_hierarchy = "action_time"
    fields = ("action_time", "user", "what", "thing", "message")

    @admin.display(description="action", ordering="action_flag")
    def what(self, entry: LogEntry) -> str:
        return entry.get_action_flag_display()

    @admin.display(description="object")
    def thing(self, entry: LogEntry) -> Any:
        named = f"{entry.content_type.name if entry.content_type else ''} {entry.object_repr}"
        if entry.is_deletion() or not (address := entry.get_admin_url()):
            return named
        return format_html('<a href="{}">{}</a>', address, named)

    @admin.display(description="what was changed")
    def message(self, entry: LogEntry) -> str:
        return entry.get_change_message()
