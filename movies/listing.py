"""Reading lists of movies: one statement to answer-ready rows, as `shows.listing` does."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.postgres.rows import rows_of
from movies.filters import demands

COLUMNS = (
    "id",
    "title",
    "description",
    "duration_minutes",
    "language",
    "genres",
    "certificate",
    "release_date",
    "poster_url",
    "trailer_url",
    "cast",
)
# What is searched for is found once, and then counted and put in order; all else PostgreSQL counts
# and orders apart, the one by reading no movie and the other by reading no more than the page.
FOUND = """
WITH found AS {materialized} (
    SELECT movie.id, movie.title, movie.release_date, movie.duration_minutes{likeness}
    FROM movies_movie movie {alike} WHERE {demands}
)
"""
ALIKE = "JOIN movies_alike(%(search)s) alike ON alike.movie_id = movie.id"
COUNT = "SELECT count(*) FROM found"
ROWS = """
SELECT ({count}), {columns}
FROM (SELECT * FROM found movie ORDER BY {order} LIMIT {size:d} OFFSET {start:d}) page
     JOIN movies_movie movie USING (id)
ORDER BY {page_order}
"""
BY_TITLE = ("title", "id")
BEST_FIRST = ("-likeness", *BY_TITLE)


class MovieList:
    """Movies that meet all filters, for `core.pagination.Pages`.

    Those that were searched for come with the most alike first, unless told otherwise.
    """

    def __init__(self, filters: Mapping[str, Any], ordering: Sequence[str] | None) -> None:
        """`ordering`: columns of a movie, with a minus for falling, the last of them `pk`."""
        self.filters = filters
        names = ordering or (BEST_FIRST if "search" in filters else BY_TITLE)
        self.order = [_ordered(name) for name in names]

    def counted(self, start: int, stop: int) -> tuple[list[dict[str, Any]], int]:
        """The movies from `start` to before `stop`, and how many there are in all."""
        found = self._found()
        statement = found + ROWS.format(
            count=COUNT,
            columns=", ".join(f'movie."{name}"' for name in COLUMNS),
            order=", ".join(self.order),
            page_order=", ".join(f"page.{each}" for each in self.order),
            size=stop - start,
            start=start,
        )
        if rows := rows_of(statement, self.filters):
            return [dict(zip(COLUMNS, row[1:], strict=True)) for row in rows], rows[0][0]
        return [], rows_of(found + COUNT, self.filters)[0][0]

    def _found(self) -> str:
        is_search = "search" in self.filters
        return FOUND.format(
            materialized="MATERIALIZED" if is_search else "NOT MATERIALIZED",
            likeness=", likeness" if is_search else "",
            alike=ALIKE if is_search else "",
            demands=demands(self.filters),
        )


def _ordered(name: str) -> str:
    column = name.removeprefix("-")
    return ("id" if column == "pk" else column) + (" DESC" if name.startswith("-") else "")
