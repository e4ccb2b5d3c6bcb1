"""Lists of shows: one statement to answer-ready rows, without model instances or serializers.

A list of 20 with its free seats is asked for more often than anything but seat maps; this costs a
tenth of what instances and nested serializers would.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from core.postgres.rows import rows_of
from shows.documents import SELECT_SHOWS, SHOWS

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


class ShowList:
    """Shows that meet all filters, for `core.http.pagination.PageNumbers`.

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
        rows = SELECT_SHOWS.format(count=f"({COUNT})", shows=shows)
        if answers := rows_of(f"{found}{rows}ORDER BY {self.order}", self.filters):
            return SHOWS.documents(answers), answers[0][-1]
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
