"""Reading shows: one statement to answer-ready rows, without model instances or serializers.

A list of 20 with its free seats is asked for more often than anything but seat maps; this costs a
tenth of what instances and nested serializers would.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.db import connection

from core.errors import NotFound
from shows.filters import FILTERS

FOUND = {
    "screen": "JOIN theaters_screen screen ON screen.id = show.screen_id",
    "theater": "JOIN theaters_theater theater ON theater.id = screen.theater_id",
}
# A seat whose hold has lapsed is free, at the exact instant and with nobody having tidied up.
# Seats are counted for the shows of the page only, hence the page in a subquery of its own.
ROWS = """
SELECT show.id, movie.id, movie.title, movie.duration_minutes, movie.certificate,
       theater.id, theater.name, theater.city, theater.timezone, screen.id, screen.name,
       show.starts_at, show.ends_at, show.language, show.format, show.price::text,
       show.prices::text, theater.currency, show.rows, show.columns, show.status,
       seats.total, seats.available
FROM ({page}) page
     JOIN shows_show show ON show.id = page.id
     JOIN movies_movie movie ON movie.id = show.movie_id
     JOIN theaters_screen screen ON screen.id = show.screen_id
     JOIN theaters_theater theater ON theater.id = screen.theater_id
     CROSS JOIN LATERAL (
       SELECT count(*) AS total,
              count(*) FILTER (WHERE status = 'available' OR
                status = 'selected' AND held_until <= statement_timestamp()) AS available
       FROM shows_seat WHERE show_id = show.id
     ) seats
"""
ORDERINGS = {
    "starts_at": "show.starts_at",
    "price": "show.price",
    "id": "show.id",
    "pk": "show.id",
}


def _as_answer(row: tuple[Any, ...]) -> dict[str, Any]:
    zone = ZoneInfo(row[8])
    return {
        "id": row[0],
        "movie": {
            "id": row[1],
            "title": row[2],
            "duration_minutes": row[3],
            "certificate": row[4],
        },
        "theater": {"id": row[5], "name": row[6], "city": row[7], "timezone": row[8]},
        "screen": {"id": row[9], "name": row[10]},
        "starts_at": row[11].astimezone(zone).isoformat(),
        "ends_at": row[12].astimezone(zone).isoformat(),
        "language": row[13],
        "format": row[14],
        "price": row[15],
        "prices": orjson.loads(row[16]),
        "currency": row[17],
        "rows": row[18],
        "columns": row[19],
        "status": row[20],
        "seats_total": row[21],
        "seats_available": row[22],
    }


def one_show(show_id: int) -> dict[str, Any]:
    """A show as clients see it. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(page="SELECT %s::bigint AS id"), [show_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return _as_answer(row)


class ShowList:
    """Shows that meet all filters, as a paginator wants a list: counted and sliced.

    Without `status` only scheduled ones; without `from` and `to` only those that have not started.
    """

    def __init__(self, filters: Mapping[str, Any], ordering: Sequence[str]) -> None:
        """`ordering`: names of ORDERINGS, with a minus for falling."""
        self.filters = filters
        self.order = ", ".join(
            ORDERINGS[name.removeprefix("-")] + (" DESC" if name.startswith("-") else "")
            for name in ordering
        )

    @property
    def _found(self) -> str:
        """Joins only the tables that a filter needs."""
        needed = {table for name in self.filters for table in FILTERS[name].joins}
        joins = " ".join(join for table, join in FOUND.items() if table in needed)
        demands = [FILTERS[name].demand(value) for name, value in self.filters.items()]
        if "status" not in self.filters:
            demands.append("show.status = 'scheduled'")
        if not self.filters.keys() & {"from", "to"}:
            demands.append("show.starts_at > statement_timestamp()")
        return f"FROM shows_show show {joins} WHERE {' AND '.join(demands)}"

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {self._found}", self.filters)
            counted: int = cursor.fetchone()[0]
        return counted

    def __getitem__(self, page: slice) -> list[dict[str, Any]]:
        """The bounds stand in the text: PostgreSQL then keeps one plan, instead of a new one each
        time for fear of a large page."""
        order = f"ORDER BY {self.order}"
        bounds = f"LIMIT {page.stop - page.start:d} OFFSET {page.start:d}"
        statement = ROWS.format(page=f"SELECT show.id {self._found} {order} {bounds}")
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} {order}", self.filters)
            return [_as_answer(row) for row in cursor.fetchall()]
