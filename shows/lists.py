"""Lists of shows: one statement whose rows need no further work, no instances and no serializers.

Only seat maps are read more often than lists of shows with their free seats; this costs a tenth of
what model instances and nested serializers would.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from core.postgres.rows import rows_of
from shows.documents import SELECT_SHOWS, SHOWS

FOUND = "WITH found AS NOT MATERIALIZED (SELECT * FROM shows_show show WHERE {condition})"
PAGE = "SELECT * FROM found show ORDER BY {order} LIMIT {size:d} OFFSET {start:d}"
COUNT = "SELECT count(*) FROM found"
# The conditions of the filters.
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
    """The shows that meet all filters, for `core.http.pagination.PageNumbers`.

    Without `status`, only scheduled ones; without `from` and `to`, only those that have not
    started.
    """

    def __init__(self, filters: Mapping[str, Any], ordering: Sequence[str]) -> None:
        """Takes as `ordering` names of ORDERINGS, with a minus if descending."""
        self.filters = filters
        self.order = ", ".join(
            ORDERINGS[name.removeprefix("-")] + (" DESC" if name.startswith("-") else "")
            for name in ordering
        )

    def counted(self, start: int, stop: int) -> tuple[list[dict[str, Any]], int]:
        """Returns the shows from `start` to before `stop`, and how many there are in all.

        The bounds are part of the statement's text: PostgreSQL then reuses its plan, instead of
        making a new one each time because a page might be large.
        """
        found = self._found()
        shows = PAGE.format(order=self.order, size=stop - start, start=start)
        rows = SELECT_SHOWS.format(count=f"({COUNT})", shows=shows)
        if answers := rows_of(f"{found}{rows}ORDER BY {self.order}", self.filters):
            return SHOWS.documents(answers), answers[0][-1]
        return [], rows_of(f"{found} {COUNT}", self.filters)[0][0]

    def _found(self) -> str:
        conditions = [condition(name, value) for name, value in self.filters.items()]
        if "status" not in self.filters:
            conditions.append("show.status = 'scheduled'")
        if not self.filters.keys() & {"from", "to"}:
            conditions.append("show.starts_at > statement_timestamp()")
        return FOUND.format(condition=" AND ".join(conditions))


def condition(name: str, value: Any) -> str:
    """Returns a filter's condition: of the theater's local day if `value` is a day, not a time."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    sql = CONDITIONS[name]
    return sql.replace("starts_at", "local_date") if is_day else sql
