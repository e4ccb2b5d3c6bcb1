"""Pages for operators: jobs that wait or failed, and who changed what."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import BigIntegerField, Case, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from core.office.pages import ReadOnly, badge
from core.postgres.clock import local_time

CHANGED_ID = Cast(OuterRef("object_id"), BigIntegerField())


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
    list_display = ("when", "user", "what", "thing", "message")
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__email")
    date_hierarchy = "action_time"
    fields = ("when", "user", "what", "thing", "message")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the entries, each with the time zone of its row's theater."""
        site: Any = self.admin_site
        zones = [
            When(
                content_type__app_label=model._meta.app_label,
                content_type__model=model._meta.model_name,
                then=Subquery(model.objects.filter(pk=CHANGED_ID).values(path)),
            )
            for model, path in site.zone_paths()
        ]
        return super().get_queryset(request).annotate(zone=Case(*zones, default=Value("UTC")))  # type: ignore[no-any-return]

    @admin.display(description="when", ordering="action_time")
    def when(self, entry: Any) -> str:
        return local_time(entry.action_time, entry.zone or "UTC")

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
