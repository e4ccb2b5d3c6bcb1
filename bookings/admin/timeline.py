"""The office's timeline: what is on each screen of a theater on a day or in a week, and moving it.

The page is a table with a column for every five minutes, so that it needs neither styles of its own
nor a script; with the script, shows can be dragged to where the form then says what that means.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode

from bookings.admin.timeline_move import MovePage
from core.office.additions import Addition, Tool, add_to
from core.office.pages import count_of, may
from core.postgres.rows import rows_of
from shows.models import Seat, Show, ShowStatus
from shows.seats import IS_SOLD
from theaters.models import Screen, Theater
from theaters.policy import Action

COLUMN = 5  # minutes
HOUR = 60 // COLUMN
OPENS, CLOSES = 10, 24  # hours that are always shown
SPANS = {"day": 1, "week": 7}
NOW = "SELECT statement_timestamp()"


@add_to(Show)
class Timeline(Addition):
    """The page, and moving a show from there or from its own."""

    def urls(self) -> list[Any]:
        guard = self.pages.admin_site.admin_view
        move = MovePage(self.pages)
        return [
            path("timeline/", guard(self.timeline), name="shows_show_timeline"),
            path("<int:pk>/move/", guard(move.move), name="shows_show_move"),
        ]

    def tools(self, request: HttpRequest, row: Show) -> list[Tool]:
        if row.cancelled_at or not may(request, Action.SCHEDULE):
            return []
        return [Tool("Move", reverse("admin:shows_show_move", args=[row.pk]))]

    def timeline(self, request: HttpRequest) -> HttpResponse:
        """Shows the screens of a theater, for the day or the week in the query."""
        user: Any = request.user
        mine = Theater.objects.where_may(user, Action.SCHEDULE).prefetch_related("screens")
        theaters = list(mine)
        if not self.pages.has_view_permission(request) or not theaters:
            self.pages.message_user(
                request, "There is no theater here in which you schedule shows.", "warning"
            )
            return redirect("admin:index")
        asked = request.GET
        theater = next((t for t in theaters if str(t.pk) == asked.get("theater")), theaters[0])
        span = asked.get("span") if asked.get("span") in SPANS else "day"
        ((now,),) = rows_of(NOW)
        today = now.astimezone(ZoneInfo(theater.timezone)).date()
        first = _day(asked.get("day", "")) or today
        if span == "week":
            first -= timedelta(days=first.weekday())
        days = [first + timedelta(days=n) for n in range(SPANS[str(span)])]
        shows = _shows(theater, days)
        context = {
            **self.pages.admin_site.each_context(request),
            "title": "Timeline",
            "opts": self.pages.opts,
            "theater": theater,
            "theaters": theaters,
            "span": span,
            "first": first,
            "links": _links(theater, str(span), first, today),
            **grid(days, list(theater.screens.all()), shows, now, ZoneInfo(theater.timezone)),
        }
        return TemplateResponse(request, "timeline/timeline.html", context)


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2100 else None


def _links(theater: Theater, span: str, first: date, today: date) -> list[tuple[str, str, bool]]:
    """Returns the buttons beside the heading: before, today, after, and the other span."""
    step = timedelta(days=SPANS[span])
    wanted = [
        (f"Previous {span}", span, first - step),
        ("Today", span, today),
        (f"Next {span}", span, first + step),
        ("Day", "day", first),
        ("Week", "week", first),
    ]
    return [
        (name, urlencode({"theater": str(theater.pk), "day": str(day), "span": to}),
         name.lower() == span)
        for name, to, day in wanted
    ]  # fmt: skip


def _shows(theater: Theater, days: Sequence[date]) -> list[Any]:
    shows = Show.objects.filter(
        screen__theater=theater, local_date__range=(days[0], days[-1]), status=ShowStatus.SCHEDULED
    ).select_related("movie")
    return list(
        shows.annotate(
            seats_sold=count_of(Seat.objects.filter(IS_SOLD), "show"),
            seats_total=count_of(Seat.objects.exclude(status="blocked"), "show"),
        ).order_by("starts_at", "pk")
    )


def grid(
    days: Sequence[date], screens: Sequence[Screen], shows: Sequence[Any], now: datetime,
    zone: ZoneInfo,
) -> dict[str, Any]:  # fmt: skip
    """Returns the table: its hours, and for each day and screen the cells with their widths."""
    blocks = [_block(show, now, zone) for show in shows]
    first = min([OPENS, *(block["start"] // 60 for block in blocks)])
    last = max([CLOSES, *(-(-block["free"] // 60) for block in blocks)])
    rows: dict[tuple[date, int], list[dict[str, Any]]] = defaultdict(list)
    for block in blocks:
        rows[block["day"], block["screen"]].append(block)
    return {
        "hours": [f"{hour % 24}:00" for hour in range(first, last)],
        "hour_width": HOUR,
        "columns": (last - first) * HOUR,
        "starts_with": first * 60,
        "days": [
            (day, [(each, _cells(rows[day, each.pk], first, last)) for each in screens])
            for day in days
        ],
        "count": len(blocks),
    }


def _block(show: Any, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    local = show.starts_at.astimezone(zone).replace(tzinfo=None)
    start = round((local - datetime.combine(show.local_date, time())).total_seconds() / 60)
    length = round((show.ends_at - show.starts_at).total_seconds() / 60)
    busy = round((show.free_at - show.starts_at).total_seconds() / 60)
    return {
        "show": show,
        "day": show.local_date,
        "screen": show.screen_id,
        "start": start,
        "end": start + length,
        "free": start + busy,
        "local": local,
        "until": local + timedelta(minutes=length),
        "fill": _fill(show.seats_sold, show.seats_total),
        "is_movable": show.starts_at > now,
    }


def _fill(sold: int, total: int) -> str:
    if not sold:
        return "none"
    if sold >= total:
        return "all"
    return "many" if sold * 2 >= total else "some"


def _cells(blocks: list[dict[str, Any]], first: int, last: int) -> list[dict[str, Any]]:
    """Returns the cells of a row: gaps, shows and their turnarounds, none narrower than one
    column, together as wide as the table."""
    cells, at, end = [], first * HOUR, last * HOUR
    for block in blocks:
        start = max(at, block["start"] // COLUMN)
        if start > at:
            cells.append({"kind": "gap", "width": start - at})
        stop = max(start + 1, round(block["end"] / COLUMN))
        free = max(stop, block["free"] // COLUMN)
        cells.append({"kind": "show", "width": stop - start, **block})
        if free > stop:
            cells.append({"kind": "turnaround", "width": free - stop})
        at = free
    if at < end:
        cells.append({"kind": "gap", "width": end - at})
    return cells
