"""Bookings as clients see them, read with their show and tickets in one query."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from bookings.models import Booking, Ticket

TICKETS = ArraySubquery(
    Ticket.objects.filter(booking=OuterRef("pk"))
    .order_by("pk")
    .values(
        json=JSONObject(
            code="code",
            seat="label",
            category="category",
            price=Cast("price", TextField()),
            status="status",
        )
    )
)
COLUMNS = (
    "reference", "status", "total", "created_at",
    "show_id", "show__starts_at", "show__ends_at", "show__status", "show__language",
    "show__format", "show__movie_id", "show__movie__title", "show__movie__duration_minutes",
    "show__movie__certificate", "show__screen_id", "show__screen__name",
    "show__screen__theater_id", "show__screen__theater__name", "show__screen__theater__city",
    "show__screen__theater__timezone", "show__screen__theater__currency",
)  # fmt: skip
CUSTOMER = ("user__name", "user__email")


def as_rows(bookings: QuerySet[Booking, Booking], *extra: str) -> QuerySet[Booking, dict[str, Any]]:
    """The rows that `document` takes, in one query, whatever their number."""
    rows: QuerySet[Booking, dict[str, Any]] = bookings.values(*COLUMNS, *extra, all_tickets=TICKETS)
    return rows


def document(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as API.md's booking; times carry the offset of the theater's zone."""
    zone = ZoneInfo(row["show__screen__theater__timezone"])

    def local(moment: datetime) -> str:
        return moment.astimezone(zone).isoformat()

    return {
        "reference": row["reference"],
        "status": row["status"],
        "show": {
            "id": row["show_id"],
            "movie": {
                "id": row["show__movie_id"],
                "title": row["show__movie__title"],
                "duration_minutes": row["show__movie__duration_minutes"],
                "certificate": row["show__movie__certificate"],
            },
            "theater": {
                "id": row["show__screen__theater_id"],
                "name": row["show__screen__theater__name"],
                "city": row["show__screen__theater__city"],
                "timezone": zone.key,
            },
            "screen": {"id": row["show__screen_id"], "name": row["show__screen__name"]},
            "starts_at": local(row["show__starts_at"]),
            "ends_at": local(row["show__ends_at"]),
            "language": row["show__language"],
            "format": row["show__format"],
            "status": row["show__status"],
        },
        "tickets": row["all_tickets"],
        "total": str(row["total"]),
        "currency": row["show__screen__theater__currency"],
        "created_at": local(row["created_at"]),
    }


def document_with_customer(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same for those who run the theater, who may know who comes."""
    customer = {"name": row["user__name"], "email": row["user__email"]}
    return document(row) | {"customer": customer}


def booking_document(booking_id: int) -> dict[str, Any]:
    """One booking as clients see it."""
    return document(as_rows(Booking.objects.filter(pk=booking_id)).get())
