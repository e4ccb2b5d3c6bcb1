"""The reports there are: what each counts, and by what it can be split."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.sources import (
    OF_MONEY,
    OF_MONEY_BY_SHOW,
    OF_SALES,
    OF_SALES_BY_SHOW,
    OF_SHOWS,
    OF_TAX,
    Source,
)

SHOW = "LEFT JOIN shows_show show ON show.id = found.show_id"
MOVIE = "LEFT JOIN movies_movie movie ON movie.id = show.movie_id"
SCREEN = "LEFT JOIN theaters_screen screen ON screen.id = show.screen_id"
START = "to_char(show.starts_at AT TIME ZONE bounds.timezone, 'YYYY-MM-DD HH24:MI')"


@dataclass(frozen=True, slots=True)
class Split:
    """What rows are grouped by: the SQL of a group's key and name, and what both need joined."""

    key: str
    name: str = ""
    joins: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name or self.key


SPLITS = {
    "day": Split("found.day"),
    "week": Split("to_char(found.day, 'IYYY-\"W\"IW')"),
    "month": Split("to_char(found.day, 'YYYY-MM')"),
    "theater": Split("found.theater_id", "bounds.name"),
    "screen": Split("screen.id", "bounds.name || ', ' || screen.name", (SHOW, SCREEN)),
    "film": Split("movie.id", "movie.title", (SHOW, MOVIE)),
    "show": Split("show.id", f"movie.title || ', ' || {START}", (SHOW, MOVIE)),
    "channel": Split("found.channel"),
    "ticket_type": Split("found.type"),
    "provider": Split("found.provider"),
    "reason": Split("found.reason"),
    "method": Split("found.method"),
    "cashier": Split(
        "found.cashier_id",
        "cashier.name",
        ("LEFT JOIN users_user cashier ON cashier.id = cashier_id",),
    ),
}
DAYS = ("day", "week", "month")
OF_SHOW = ("film", "screen", "show")
PLACES = (*OF_SHOW, "theater")


@dataclass(frozen=True, slots=True)
class Figure:
    """A column: the SQL that sums it, and what it says. Amounts are money, all else are counts."""

    sql: str
    says: str
    is_money: bool = True


def _count(sql: str, says: str) -> Figure:
    return Figure(sql, says, is_money=False)


@dataclass(frozen=True, slots=True)
class Kind:
    """A report. Each row is also split by what `beside` names, with its SQL; `only` narrows what is
    counted. Split by what a show has, the figures come from `by_show`, if there is one. Charts
    draw the figure `drawn`."""

    title: str
    says: str
    source: Source
    splits: tuple[str, ...]
    drawn: str
    figures: Mapping[str, Figure]
    beside: Mapping[str, str] = field(default_factory=dict)
    joins: tuple[str, ...] = ()
    only: str = "true"
    by_show: Source | None = None

    def source_by(self, split: str) -> Source:
        """Returns where the figures come from, split by that."""
        return self.by_show if self.by_show and split in OF_SHOW else self.source


KINDS = {
    "sales": Kind(
        "Sales",
        "What was sold and taken back, on the day on which it was paid or cancelled. It adds up to "
        "the ledger's sales and fees.",
        OF_SALES,
        (*DAYS, *PLACES, "channel", "ticket_type"),
        "total",
        {
            "tickets_sold": _count("sum(sold)", "Tickets that cost something."),
            "tickets_returned": _count("sum(returned)", "Those of which money was given back."),
            "sales": Figure("sum(sales)", "What the tickets cost, tax included."),
            "fees": Figure("sum(fees)", "Booking fees."),
            "given_back": Figure("sum(given_back)", "Of both, for tickets that are void."),
            "total": Figure("sum(sales + fees - given_back)", "What is left."),
        },
        by_show=OF_SALES_BY_SHOW,
    ),
    "occupancy": Kind(
        "Occupancy",
        "How full shows were, on the day on which they were shown.",
        OF_SHOWS,
        (*DAYS, *PLACES),
        "tickets",
        {
            "shows": _count("count(*)", "Those that were not cancelled."),
            "seats": _count("sum(seats)", "Those for sale."),
            "tickets": _count("sum(tickets)", "Valid tickets, the free ones too."),
            "admitted": _count("sum(admitted)", "Those that were scanned at the door."),
            "gross": Figure("sum(gross)", "What the tickets cost, without booking fees."),
        },
    ),
    "films": Kind(
        "Film returns",
        "For distributors: admissions and gross of each show of a film.",
        OF_SHOWS,
        ("film", "show"),
        "gross",
        {
            "tickets": _count("sum(tickets)", "Valid tickets, the free ones too."),
            "free": _count("sum(free)", "Those that cost nothing."),
            "gross": Figure("sum(gross)", "What they cost, tax included, without booking fees."),
            "tax": Figure("sum(found.tax)", "The tax in it."),
            "net": Figure("sum(gross - found.tax)", "Gross without tax."),
        },
        beside={"film": "movie.title", "theater_name": "bounds.name"},
        joins=(SHOW, MOVIE),
    ),
    "refunds": Kind(
        "Refunds",
        "What was given back, on the day on which it arrived there.",
        OF_MONEY,
        (*DAYS, *PLACES, "reason", "provider"),
        "amount",
        {
            "refunds": _count("sum(count) FILTER (WHERE kind = 'refund')", "Those that arrived."),
            "bounced": _count("sum(count) FILTER (WHERE kind = 'bounce')", "Those that came back."),
            "amount": Figure(
                "sum(CASE kind WHEN 'bounce' THEN -amount ELSE amount END)",
                "What was given back, less what came back.",
            ),
        },
        only="kind IN ('refund', 'bounce')",
        by_show=OF_MONEY_BY_SHOW,
    ),
    "tax": Kind(
        "Tax by rate",
        "What receipts and credit notes say, by tax rate, on the day on which they were issued.",
        OF_TAX,
        (*DAYS, "theater"),
        "gross",
        {
            "receipts": _count("sum(receipts)", "Receipts and credit notes."),
            "net": Figure("sum(found.net)", "Without tax."),
            "tax": Figure("sum(found.tax)", "The tax."),
            "gross": Figure("sum(found.gross)", "With tax."),
        },
        beside={"rate": "found.rate::text"},
    ),
    "cash": Kind(
        "Takings at the counter",
        "What was taken and paid out at the counter.",
        OF_MONEY,
        (*DAYS, "theater", "method", "cashier"),
        "total",
        {
            "payments": _count("sum(count) FILTER (WHERE kind = 'capture')", "How many paid."),
            "taken": Figure("sum(amount) FILTER (WHERE kind = 'capture')", "What they paid."),
            "paid_out": Figure(
                "sum(CASE kind WHEN 'refund' THEN amount ELSE -amount END)"
                " FILTER (WHERE kind <> 'capture')",
                "What was given back.",
            ),
            "total": Figure(
                "sum(CASE kind WHEN 'refund' THEN -amount ELSE amount END)", "What is left."
            ),
        },
        only="provider = 'counter'",
    ),
}
