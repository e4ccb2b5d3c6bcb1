"""Reading shows: one statement to answer-ready rows, without model instances or serializers.

A list of 20 with its free seats is asked for more often than anything but seat maps; this costs a
tenth of what instances and nested serializers would.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from core.failures import NotFound
from core.postgres.rows import rows_of
from shows.seats import FREE

# A seat whose hold has lapsed is free, at the exact instant and with nobody having tidied up.
# Seats are counted for the shows of the page only, hence the page in a subquery of its own. Times
# come as seconds since 1970: a float costs a tenth of what psycopg takes for a moment.
ROWS = """
SELECT {count}, show.id, movie.id, movie.title, movie.duration_minutes, movie.certificate,
       theater.id, theater.name, theater.city, theater.timezone, screen.id, screen.name,
       extract(epoch FROM show.starts_at)::float8, extract(epoch FROM show.ends_at)::float8,
       show.language, show.format, show.price::text, show.prices::text, theater.currency,
       show.rows, show.columns, show.status,
       seats.total, seats.available
FROM ({shows}) show
     JOIN movies_movie movie ON movie.id = show.movie_id
     JOIN theaters_screen screen ON screen.id = show.screen_id
     JOIN theaters_theater theater ON theater.id = screen.theater_id
     CROSS JOIN LATERAL (
       SELECT count(*) AS total,
              count(*) FILTER (WHERE {free}) AS available
       FROM shows_seat seat WHERE show_id = show.id
     ) seats
"""
FOUND = "WITH found AS NOT MATERIALIZED (SELECT * FROM shows_show show WHERE {demands})"
PAGE = "SELECT * FROM found show ORDER BY {order} LIMIT {size:d} OFFSET {start:d}"
COUNT = "SELECT count(*) FROM found"
# What a list can be narrowed by.
CONDITIONS = {
    "movie": "show.movie_id = %(movie)s",
    "theater": "show.screen_id = ANY(ARRAY("
    "SELECT id FROM theaters_screen WHERE theater_id = %(theater)s))",
    "screen": "show.screen_id = %(screen)s",
    "city": "show.screen_id = ANY(ARRAY("
    "SELECT screen.id FROM theaters_screen screen"
    " JOIN theaters_theater theater ON theater.id = screen.theater_id"
    " WHERE folded(theater.city) = folded(%(city)s)))",
    "date": "show.local_date = %(date)s",
    "from": "show.starts_at >= %(from)s",
    "to": "show.starts_at <= %(to)s",
    "language": "upper(show.language) = upper(%(language)s)",
    "format": "upper(show.format) = upper(%(format)s)",
    "status": "show.status = %(status)s",
}
ORDERINGS = {
    "starts_at": "show.starts_at",
    "price": "show.price",
    "id": "show.id",
    "pk": "show.id",
}


def _as_answer(row: tuple[Any, ...]) -> dict[str, Any]:
    zone = ZoneInfo(row[9])
    return {
        "id": row[1],
        "movie": {
            "id": row[2],
            "title": row[3],
            "duration_minutes": row[4],
            "certificate": row[5],
        },
        "theater": {"id": row[6], "name": row[7], "city": row[8], "timezone": row[9]},
        "screen": {"id": row[10], "name": row[11]},
        "starts_at": datetime.fromtimestamp(row[12], zone),
        "ends_at": datetime.fromtimestamp(row[13], zone),
        "language": row[14],
        "format": row[15],
        "price": row[16],
        "prices": orjson.Fragment(row[17]),
        "currency": row[18],
        "rows": row[19],
        "columns": row[20],
        "status": row[21],
        "seats_total": row[22],
        "seats_available": row[23],
    }


def one_show(show_id: int) -> dict[str, Any]:
    """A show as clients see it, for orjson. Raises NotFound."""
    shows = "SELECT * FROM shows_show WHERE id = %s"
    rows = rows_of(ROWS.format(count=1, shows=shows, free=FREE), [show_id])
    if not rows:
        raise NotFound
    return _as_answer(rows[0])


class ShowList:
    """Shows that meet all filters, for `core.http.pagination.Pages`.

    Without `status` only scheduled ones; without `from` and `to` only those that have not started.
    """

    def __init__(self, filters: Mapping[str, Any], ordering: Sequence[str]) -> None:
        """`ordering`: names of ORDERINGS, with a minus for falling."""
        self.filters = filters
        self.order = ", ".join(
            ORDERINGS[name.removeprefix("-")] + (" DESC" if name.startswith("-") else "")
            for name in ordering
        )

    def counted(self, start: int, stop: int) -> tuple[list[dict[str, Any]], int]:
        """The shows from `start` to before `stop`, and how many there are in all: one statement.

        The bounds stand in the text: PostgreSQL then keeps one plan, instead of a new one each
        time for fear of a large page.
        """
        found = self._found()
        shows = PAGE.format(order=self.order, size=stop - start, start=start)
        rows = ROWS.format(count=f"({COUNT})", shows=shows, free=FREE)
        if answers := rows_of(f"{found}{rows}ORDER BY {self.order}", self.filters):
            return [_as_answer(row) for row in answers], answers[0][0]
        return [], rows_of(f"{found} {COUNT}", self.filters)[0][0]

    def _found(self) -> str:
        demands = [demand(name, value) for name, value in self.filters.items()]
        if "status" not in self.filters:
            demands.append("show.status = 'scheduled'")
        if not self.filters.keys() & {"from", "to"}:
            demands.append("show.starts_at > statement_timestamp()")
        return FOUND.format(demands=" AND ".join(demands))


def demand(name: str, value: Any) -> str:
    """The condition; where a day is given instead of a moment, the theater's local day."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    condition = CONDITIONS[name]
    return condition.replace("starts_at", "local_date") if is_day else condition
