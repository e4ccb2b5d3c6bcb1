"""Shows as clients see them."""

from dataclasses import replace
from typing import Any

from core.failures import NotFound
from core.postgres.documents import (
    Document,
    Field,
    Fields,
    Rows,
    identifier,
    integer,
    moment,
    money,
    money_shape,
    named,
    one_of,
    text,
)
from core.postgres.rows import rows_of
from movies.documents import MOVIE_OF_SHOW
from shows.models import ShowStatus
from shows.seats import FREE, PRICE
from theaters.documents import SCREEN_OF_SHOW, THEATER_OF_SHOW
from theaters.layout import CATEGORIES, CATEGORY_NAMES

ZONE = "theater.timezone"
CURRENCY = text("theater.currency", example="EUR")
STATUS = one_of(ShowStatus.choices, "show.status", example="scheduled")
SEAT_LABEL = named(
    "SeatLabel",
    {
        "type": "string",
        "pattern": "^[A-Z]{1,2}[1-9][0-9]?$",
        "maxLength": 4,
        "description": "Row and number, as on the ticket.",
        "example": "A1",
    },
)
PRICES = named(
    "Prices",
    {
        "type": "object",
        "properties": {category: money_shape() for category in CATEGORIES.values()},
        "description": "Price by category; one that is not named costs the show's `price`.",
    },
)

# The seats are read only for a show in which another category is cheaper than `price`, or standard
# seats have a price of their own: reading them for all shows makes lists slower by a tenth. So a
# show without any standard seats may be cheaper here than it is.
OTHERS = ", ".join(f"(show.prices ->> '{name}')::numeric" for name in CATEGORY_NAMES[1:])
PRICE_FROM = f"""(theater.booking_fee + CASE
  WHEN show.prices ->> '{CATEGORY_NAMES[0]}' IS NULL AND show.price <= least(show.price, {OTHERS})
  THEN show.price
  ELSE coalesce((SELECT min({PRICE}) FROM shows_seat seat
                 WHERE seat.show_id = show.id AND seat.status <> 'blocked'), show.price) END)"""  # noqa: S608


def seat_label(sql: str = "", *, example: str) -> Field:
    """Returns the field of a seat's label."""
    return replace(text(sql, example=example), shape=SEAT_LABEL)


def category(sql: str = "") -> Field:
    """Returns the field of a seat's category."""
    return one_of(list(CATEGORIES.values()), sql, example="standard")


# What every document that contains a show says of it.
SCREENING: Fields = {
    "id": identifier("show.id", example=42),
    "movie": MOVIE_OF_SHOW,
    "theater": THEATER_OF_SHOW,
    "screen": SCREEN_OF_SHOW,
    "starts_at": moment(
        "show.starts_at",
        ZONE,
        example="2026-12-31T20:15:00+01:00",
        description="With the offset of the theater's zone.",
    ),
    "ends_at": moment("show.ends_at", ZONE, example="2026-12-31T22:48:00+01:00"),
    "language": text("show.language", example="German"),
    "format": text("show.format", example="2D"),
}
SHOW = Document(
    "Show",
    {
        **SCREENING,
        "price": money("show.price", example="12.50"),
        "price_from": replace(
            money(PRICE_FROM, example="13.00", digits=7),
            shape=money_shape(digits=7)
            | {
                "description": "What a seat costs at least, sold ones included, with the booking "
                "fee of every ticket. Ticket types and vouchers can make a ticket cheaper."
            },
        ),
        "prices": Field(
            PRICES,
            {"premium": "15.00"},
            ["show.prices::text"],
            "Fragment({})",
        ),
        "currency": CURRENCY,
        "rows": integer("show.rows", example=3),
        "columns": integer("show.columns", example=4),
        "status": STATUS,
        "seats_total": integer("seats.total", example=6),
        "seats_available": integer(
            "seats.available", example=4, description="Lapsed holds count as available."
        ),
    },
)
SHOWS = Rows(SHOW)
# A seat is free at the very moment its hold lapses; no job is needed.
# The page is a subquery of its own, so that seats are counted only for its shows.
SELECT_SHOWS = f"""
SELECT {SHOWS.columns}, {{count}}
FROM ({{shows}}) show
     JOIN movies_movie movie ON movie.id = show.movie_id
     JOIN theaters_screen screen ON screen.id = show.screen_id
     JOIN theaters_theater theater ON theater.id = screen.theater_id
     CROSS JOIN LATERAL (
       SELECT count(*) AS total,
              count(*) FILTER (WHERE {FREE}) AS available
       FROM shows_seat seat WHERE show_id = show.id
     ) seats
"""  # columns of a description  # noqa: S608  # nosec B608
ONE_SHOW = SELECT_SHOWS.format(count=1, shows="SELECT * FROM shows_show WHERE id = %s")


def one_show(show_id: int) -> dict[str, Any]:
    """Returns a show as clients see it, for orjson. Raises NotFound."""
    if rows := rows_of(ONE_SHOW, [show_id]):
        return SHOWS.document(rows)
    raise NotFound
