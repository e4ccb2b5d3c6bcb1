"""The programme of a day: each film once, with its times by theater.

Two statements, however much is on: where and when, then that day's shows. The answer has no pages,
so that a client can draw it at once; it is bounded by one day and MOST_SHOWS.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from core.postgres.documents import Document, Field, Fields, Many, Rows
from core.postgres.rows import rows_of
from movies.documents import MOVIE_OF_SHOW
from movies.examples import MOVIE
from shows.documents import SHOW
from shows.seats import FREE
from theaters.documents import THEATER_OF_SHOW

MOST_SHOWS = 1000
A_DAY = {"type": "string", "format": "date"}
SHOWN = (
    "id",
    "starts_at",
    "ends_at",
    "language",
    "format",
    "screen",
    "price_from",
    "currency",
    "seats_total",
    "seats_available",
)


def _of(fields: Fields, *names: str) -> Fields:
    return {name: fields[name] for name in names}


TIME = Document("ProgrammeShow", _of(SHOW.fields, *SHOWN))
PLACE = _of(THEATER_OF_SHOW.fields, "id", "name", "timezone")
FILM: Fields = {
    **_of(MOVIE_OF_SHOW.fields, "id", "title", "duration_minutes", "certificate"),
    "genres": Field(
        {"type": "array", "items": {"type": "string"}}, MOVIE["genres"], ["movie.genres"]
    ),
    "poster_url": MOVIE_OF_SHOW.fields["poster_url"],
}
PLACE_WITH_SHOWS = Document("ProgrammeTheater", {**PLACE, "shows": Many(TIME, [TIME.example])})
FILM_WITH_PLACES = Document(
    "ProgrammeFilm",
    {**FILM, "theaters": Many(PLACE_WITH_SHOWS, [PLACE_WITH_SHOWS.example])},
)
PROGRAMME = Document(
    "Programme",
    {
        "date": Field(
            A_DAY | {"description": "The day that is shown, local to the theaters."}, "2026-12-31"
        ),
        "dates": Field(
            {
                "type": "array",
                "items": A_DAY,
                "description": "All days on which something is on there, from today.",
            },
            ["2026-12-31", "2027-01-01"],
        ),
        "is_complete": Field(
            {
                "type": "boolean",
                "description": f"False: there are more than the {MOST_SHOWS} shows of that day "
                "that start first, which are here. Ask by city or theater.",
            },
            True,
        ),
        "films": Many(FILM_WITH_PLACES, [FILM_WITH_PLACES.example]),
    },
)
PLACES = {
    "theater": "theater.id = %(theater)s",
    "city": "folded(theater.city) = folded(%(city)s)",
}
# `today` is the first of the theaters' local days: those of a city nearly always share one. The
# screens are an array, so that PostgreSQL looks shows up by its elements.
WHERE_AND_WHEN = """
WITH place AS MATERIALIZED (
  SELECT theater.id, (statement_timestamp() AT TIME ZONE theater.timezone)::date AS today
  FROM theaters_theater theater WHERE {places}
), screens AS MATERIALIZED (
  SELECT array_agg(id) AS ids FROM theaters_screen
  WHERE theater_id = ANY(ARRAY(SELECT id FROM place))
)
SELECT (SELECT ids FROM screens),
       coalesce((SELECT min(today) FROM place), (statement_timestamp() AT TIME ZONE 'UTC')::date),
       ARRAY(SELECT DISTINCT show.local_date FROM shows_show show
             WHERE show.screen_id = ANY((SELECT ids FROM screens)::bigint[])
               AND show.status = 'scheduled' AND show.starts_at > statement_timestamp()
             ORDER BY show.local_date)
"""
LINE = Document("", {"film": Document("", FILM), "place": Document("", PLACE), "time": TIME})
LINES = Rows(LINE)
SELECT_LINES = f"""
SELECT {LINES.columns}
FROM (SELECT * FROM shows_show show
      WHERE show.screen_id = ANY((SELECT %(screens)s::bigint[])::bigint[])
        AND show.local_date = %(date)s
        AND show.status = 'scheduled' AND show.starts_at > statement_timestamp()
      ORDER BY show.starts_at, show.id LIMIT {MOST_SHOWS + 1}) show
     JOIN movies_movie movie ON movie.id = show.movie_id
     JOIN theaters_screen screen ON screen.id = show.screen_id
     JOIN theaters_theater theater ON theater.id = screen.theater_id
     CROSS JOIN LATERAL (
       SELECT count(*) AS total, count(*) FILTER (WHERE {FREE}) AS available
       FROM shows_seat seat WHERE show_id = show.id
     ) seats
ORDER BY show.starts_at, show.id
"""  # columns of a description  # noqa: S608  # nosec B608


def programme(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what is on in the `theater`, or in those of the `city`, or everywhere, on the `date`
    or, without one, on the theaters' local today, as PROGRAMME describes it, for orjson.

    Only shows that have not started. Films are by title, theaters by name, shows by time.
    """
    places = " AND ".join(sql for name, sql in PLACES.items() if name in filters) or "TRUE"
    ((screens, today, days),) = rows_of(WHERE_AND_WHEN.format(places=places), filters)
    day = filters.get("date", today)
    lines = _lines(screens or [], day)
    return {
        "date": day,
        "dates": days,
        "is_complete": len(lines) <= MOST_SHOWS,
        "films": _by_film(lines[:MOST_SHOWS]),
    }


def _lines(screens: Sequence[int], day: date) -> list[dict[str, Any]]:
    return LINES.documents(rows_of(SELECT_LINES, {"screens": screens, "date": day}))


def _by_film(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    by_title = sorted(lines, key=lambda line: (line["film"]["title"], line["film"]["id"]))
    return [
        {**films[0]["film"], "theaters": _by_place(films)} for films in _grouped(by_title, "film")
    ]


def _by_place(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = sorted(lines, key=lambda line: (line["place"]["name"], line["place"]["id"]))
    return [
        {**shows[0]["place"], "shows": [line["time"] for line in shows]}
        for shows in _grouped(by_name, "place")
    ]


def _grouped(lines: Sequence[dict[str, Any]], part: str) -> list[list[dict[str, Any]]]:
    return [list(group) for _, group in groupby(lines, key=lambda line: line[part]["id"])]
