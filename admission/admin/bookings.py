"""What the door adds to the pages of bookings: its scans, and a mark if somebody has come in."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from admission.models import Scan
from bookings.models import Booking, Ticket
from core.office.additions import Addition, Tool, add_to
from core.office.pages import list_of, may
from theaters.policy import Action


@add_to(Booking)
class ScansOfBooking(Addition):
    """Leads from a booking to its scans."""

    def tools(self, request: HttpRequest, row: Any) -> list[Tool]:
        if not may(request, Action.ADMIT) or not Scan.objects.filter(ticket__booking=row).exists():
            return []
        scans = list_of("admission_scan", ticket__booking__id__exact=row.pk)
        return [Tool("Scans", scans)]

    def annotate(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        used = Ticket.objects.filter(booking=OuterRef("pk"), used_at__isnull=False)
        return rows.annotate(is_used=Exists(used))  # type: ignore[no-any-return]

    def marks(self, row: Any) -> list[str]:
        return ["used"] if row.is_used else []
