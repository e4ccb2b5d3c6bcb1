"""Movies as clients see them, in lists and as part of a show.

A list is read by one statement whose rows need no further work, as in `shows.lists`.
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
        "poster_url": text(
            "movie.poster_url", example=MOVIE["poster_url"], description="Empty if it has none."
        ),
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
# A search is materialized: its result is counted and ordered without searching twice. Otherwise
# PostgreSQL counts without reading the movies, and reads no more of them than the page.
FOUND = """
WITH found AS {materialized} (
    SELECT movie.id, movie.title, movie.release_date, movie.duration_minutes{likeness}
    FROM movies_movie movie {alike} WHERE {condition}
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
IS_UPCOMING = "showing.status = 'scheduled' AND showing.starts_at > statement_timestamp()"
SHOW_CONDITIONS = {
    "city": "folded(theater.city) = folded(%(city)s)",
    "date": "showing.local_date = %(date)s",
}
HAS_SHOW = """movie.id IN (
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
    "now_showing": f"({HAS_SHOW.format(IS_UPCOMING)}) = %(now_showing)s",
    "coming_soon": "(movie.release_date IS NOT NULL AND movie.release_date"
    " > (statement_timestamp() AT TIME ZONE 'UTC')::date) = %(coming_soon)s",
}
BY_TITLE = ("title", "id")
BEST_FIRST = ("-likeness", *BY_TITLE)


class MovieList:
    """The movies that meet all filters, for `core.http.pagination.PageNumbers`.

    A search lists the best matches first, unless another order is asked for.
    """

    def __init__(self, filters: Mapping[str, Any], ordering: Sequence[str] | None) -> None:
        """Takes as `ordering` columns of a movie, with a minus if descending, the last one `pk`."""
        self.filters = filters
        names = ordering or (BEST_FIRST if "search" in filters else BY_TITLE)
        self.order = [_ordered(name) for name in names]

    def counted(self, start: int, stop: int) -> tuple[list[dict[str, Any]], int]:
        """Returns the movies from `start` to before `stop`, and how many there are in all."""
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
            condition=condition(self.filters),
        )


def _ordered(name: str) -> str:
    column = name.removeprefix("-")
    return ("id" if column == "pk" else column) + (" DESC" if name.startswith("-") else "")


def condition(names: Iterable[str]) -> str:
    """Returns the SQL condition of the filters with these names."""
    of_show = [SHOW_CONDITIONS[name] for name in names if name in SHOW_CONDITIONS]
    of_movie = [CONDITIONS[name] for name in names if name not in SHOW_CONDITIONS]
    if of_show:
        of_movie.append(HAS_SHOW.format(" AND ".join([IS_UPCOMING, *of_show])))
    return " AND ".join(of_movie) or "TRUE"
