"""Movies as clients see them, in lists and as a part of their shows.

A list is one statement to answer-ready rows, as in `shows.lists`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.postgres.documents import Document, identifier, integer, text
from core.postgres.rows import rows_of
from movies.examples import MOVIE

MOVIE_OF_SHOW = Document(
    "MovieOfShow",
    {
        "id": identifier("movie.id", example=MOVIE["id"]),
        "title": text("movie.title", example=MOVIE["title"]),
        "duration_minutes": integer("movie.duration_minutes", example=MOVIE["duration_minutes"]),
        "certificate": text("movie.certificate", example=MOVIE["certificate"]),
    },
)
FIELDS = (
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
TO_COME = "showing.status = 'scheduled' AND showing.starts_at > statement_timestamp()"
OF_A_PLACE_AND_DAY = {
    "city": "folded(theater.city) = folded(%(city)s)",
    "date": "showing.local_date = %(date)s",
}
SHOWN = """movie.id IN (
    SELECT showing.movie_id FROM shows_show showing
    JOIN theaters_screen screen ON screen.id = showing.screen_id
    JOIN theaters_theater theater ON theater.id = screen.theater_id
    WHERE {}
)"""
CONDITIONS = {
    "search": "TRUE",
    "genre": "folded_items(movie.genres) @> ARRAY[folded(%(genre)s)]",
    "language": "upper(movie.language) = upper(%(language)s)",
    "certificate": "upper(movie.certificate) = upper(%(certificate)s)",
    "now_showing": f"({SHOWN.format(TO_COME)}) = %(now_showing)s",
    "coming_soon": "(movie.release_date IS NOT NULL AND movie.release_date"
    " > (statement_timestamp() AT TIME ZONE 'UTC')::date) = %(coming_soon)s",
}
BY_TITLE = ("title", "id")
BEST_FIRST = ("-likeness", *BY_TITLE)


class MovieList:
    """Movies that meet all filters, for `core.http.pagination.PageNumbers`.

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
            columns=", ".join(f'movie."{name}"' for name in FIELDS),
            order=", ".join(self.order),
            page_order=", ".join(f"page.{each}" for each in self.order),
            size=stop - start,
            start=start,
        )
        if rows := rows_of(statement, self.filters):
            return [dict(zip(FIELDS, row[1:], strict=True)) for row in rows], rows[0][0]
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


def demands(names: Iterable[str]) -> str:
    """The conditions of the filters of these names, as one."""
    place_and_day = [OF_A_PLACE_AND_DAY[name] for name in names if name in OF_A_PLACE_AND_DAY]
    found = [CONDITIONS[name] for name in names if name not in OF_A_PLACE_AND_DAY]
    if place_and_day:
        found.append(SHOWN.format(" AND ".join([TO_COME, *place_and_day])))
    return " AND ".join(found) or "TRUE"
