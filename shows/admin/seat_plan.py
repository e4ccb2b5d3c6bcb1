"""A show's seats as its page draws them: rows of cells with gaps."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, FilteredRelation, Q

from shows.models import Seat, SeatStatus, Show
from shows.seats import IS_LAPSED
from theaters.currencies import amount
from theaters.layout import CATEGORIES


@dataclass(frozen=True, slots=True)
class Cell:
    """A seat in the plan; `text` describes it, `booking` is the id of the booking it is in."""

    number: int
    category: str
    status: str
    text: str
    booking: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a letter; a cell is None if there is no seat."""

    name: str
    cells: list[Cell | None]
    is_after_aisle: bool


@dataclass(frozen=True, slots=True)
class CurrentHold:
    """A hold: whose it is, its seats, and until when."""

    user_id: int
    email: str
    labels: list[str]
    until: datetime


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """All that the page shows of the seats of a show."""

    rows: list[Row]
    columns: int
    statuses: list[tuple[str, int]]
    categories: list[tuple[str, int, str]]
    sold: str
    holds: list[CurrentHold]


COLUMNS = (
    "label", "row", "number", "line", "column", "category", "price", "status", "is_lapsed",
    "held_by_id", "held_by__email", "held_until", "live_ticket__booking_id",
)  # fmt: skip


def seat_plan(show: Show) -> SeatPlan:
    """Returns the seats as they are now, with one query; a lapsed hold is not a hold."""
    seats: list[dict[str, Any]] = list(
        Seat.objects.filter(show=show)
        .annotate(
            live_ticket=FilteredRelation("tickets", condition=Q(tickets__status="valid")),
            is_lapsed=ExpressionWrapper(IS_LAPSED, output_field=BooleanField()),
        )
        .order_by("pk")
        .values(*COLUMNS)
    )
    for seat in seats:
        if seat["is_lapsed"]:
            seat["status"] = SeatStatus.AVAILABLE.value
    return _plan(seats, show)


def _plan(seats: Sequence[Mapping[str, Any]], show: Show) -> SeatPlan:
    currency = show.screen.theater.currency
    statuses = Counter(seat["status"] for seat in seats)
    sold = [seat["price"] for seat in seats if seat["status"] == SeatStatus.BOOKED]
    return SeatPlan(
        rows=list(_rows(seats, show, currency)),
        columns=show.columns,
        statuses=[(status, statuses[status]) for status in SeatStatus.values],
        categories=list(_categories(seats, currency)),
        sold=f"{len(sold)} of {len(seats)} sold, {amount(sum(sold, Decimal(0)), currency)}",
        holds=list(_holds(seats)),
    )


def _rows(seats: Sequence[Mapping[str, Any]], show: Show, currency: str) -> Iterator[Row]:
    line_before = 0
    for (line, name), row in groupby(seats, key=lambda seat: (seat["line"], seat["row"])):
        cells: list[Cell | None] = [None] * show.columns
        for seat in row:
            cells[seat["column"] - 1] = _cell(seat, currency)
        yield Row(name, cells, is_after_aisle=line > line_before + 1)
        line_before = line


def _cell(seat: Mapping[str, Any], currency: str) -> Cell:
    words = [seat["label"], seat["category"], amount(seat["price"], currency), seat["status"]]
    return Cell(
        number=seat["number"],
        category=seat["category"],
        status=seat["status"],
        text=", ".join(words),
        booking=seat["live_ticket__booking_id"],
    )


def _categories(
    seats: Sequence[Mapping[str, Any]], currency: str
) -> Iterator[tuple[str, int, str]]:
    for category in CATEGORIES.values():
        prices = [seat["price"] for seat in seats if seat["category"] == category]
        if prices:
            costs = sorted({min(prices), max(prices)})
            yield category, len(prices), " to ".join(amount(price, currency) for price in costs)


def _holds(seats: Sequence[Mapping[str, Any]]) -> Iterator[CurrentHold]:
    held = [seat for seat in seats if seat["status"] == SeatStatus.SELECTED]
    held.sort(key=lambda seat: (seat["held_until"], seat["held_by_id"]))
    for user_id, group in groupby(held, key=lambda seat: seat["held_by_id"]):
        mine = list(group)
        labels = [seat["label"] for seat in mine]
        yield CurrentHold(user_id, mine[0]["held_by__email"], labels, mine[0]["held_until"])
