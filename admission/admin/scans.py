"""The admin's pages of scans, which nobody changes."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from admission.documents import REASONS
from admission.models import Scan
from core.office.filters import OwnRows
from core.office.pages import ReadOnly, badge, page_of
from core.postgres.clock import local_time
from theaters.models import Theater
from theaters.policy import Action


class ScanTheaterFilter(OwnRows):
    """Scans at one theater."""

    rows = Theater
    path = "show__screen__theater"


class ReasonFilter(admin.SimpleListFilter):
    """Scans with something against them."""

    title = "reason"
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "None"), *((name, name.replace("_", " ")) for name in REASONS)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "none":
            return queryset.filter(reason="", ticket__isnull=False)
        return queryset.filter(reason=self.value()) if self.value() in REASONS else queryset


@admin.register(Scan)
class ScanPages(ReadOnly):
    """What the doors have seen, without codes."""

    takes = {"view": Action.ADMIT}
    zone_path = "show__screen__theater__timezone"
    list_display = ("scanned", "film", "starts", "seat", "state", "why", "is_offline", "person")
    list_filter = (ReasonFilter, "is_offline", ScanTheaterFilter)
    list_select_related = ("show__movie", "show__screen__theater", "ticket__booking", "by")
    search_fields = ("ticket__booking__reference",)
    search_help_text = "Reference of a booking, or a seat"
    linked_by = ("ticket__booking__id__exact", "show__id__exact")
    ordering = ("-id",)
    fields = (
        "scanned", "device_time", "is_offline", "person", "film", "starts", "seat", "booking",
        "state", "why",
    )  # fmt: skip
    readonly_fields = fields

    def find(self, request: HttpRequest, rows: Any, term: str) -> QuerySet[Any]:
        """Finds scans by the reference of their booking, else by their seat."""
        word = term.replace(" ", "").upper()
        found = rows.filter(ticket__booking__reference=word)
        return found if found.exists() else rows.filter(ticket__label=word)  # type: ignore[no-any-return]

    @admin.display(description="scanned", ordering="id")
    def scanned(self, scan: Scan) -> str:
        return local_time(scan.at, scan.show.screen.theater.timezone)

    @admin.display(description="time of the device")
    def device_time(self, scan: Scan) -> str:
        if scan.device_at is None:
            return "-"
        return local_time(scan.device_at, scan.show.screen.theater.timezone)

    @admin.display(description="show")
    def film(self, scan: Scan) -> str:
        return scan.show.movie.title

    @admin.display(description="starts", ordering="show__starts_at")
    def starts(self, scan: Scan) -> str:
        return local_time(scan.show.starts_at, scan.show.screen.theater.timezone)

    @admin.display(description="seat")
    def seat(self, scan: Scan) -> str:
        return scan.ticket.label if scan.ticket else "-"

    @admin.display(description="booking")
    def booking(self, scan: Scan) -> SafeString | str:
        if scan.ticket is None:
            return "-"
        booking = scan.ticket.booking
        return format_html('<a href="{}">{}</a>', page_of(booking), booking)

    @admin.display(description="result")
    def state(self, scan: Scan) -> SafeString:
        return badge(scan.answer["status"] if scan.answer else "unknown")

    @admin.display(description="reason", ordering="reason")
    def why(self, scan: Scan) -> str:
        return REASONS.get(scan.reason, scan.reason)

    @admin.display(description="by")
    def person(self, scan: Scan) -> str:
        return scan.by.name if scan.by else "a closed account"
