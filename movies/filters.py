"""How the list of movies can be narrowed. `city` and `date` go together: a show there, that day."""

from collections.abc import Iterable

from core.plain_filters import Filter, a_day, a_flag, a_text

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
FILTERS = {
    "search": Filter(a_text, "TRUE", "Title or cast; forgives typos."),
    "genre": Filter(
        a_text,
        "folded_items(movie.genres) @> ARRAY[folded(%(genre)s)]",
        "One of the movie's genres.",
    ),
    "language": Filter(
        a_text, "upper(movie.language) = upper(%(language)s)", "The movie's own language."
    ),
    "certificate": Filter(
        a_text, "upper(movie.certificate) = upper(%(certificate)s)", "Such as `PG-13`."
    ),
    "now_showing": Filter(
        a_flag, f"({SHOWN.format(TO_COME)}) = %(now_showing)s", "Has an upcoming show."
    ),
    "coming_soon": Filter(
        a_flag,
        "(movie.release_date IS NOT NULL AND movie.release_date"
        " > (statement_timestamp() AT TIME ZONE 'UTC')::date) = %(coming_soon)s",
        "Released after today.",
    ),
    "city": Filter(a_text, "TRUE", "Has an upcoming show there."),
    "date": Filter(a_day, "TRUE", "Has an upcoming show on that local day."),
}


def demands(names: Iterable[str]) -> str:
    """The conditions of the filters of these names, as one."""
    place_and_day = [OF_A_PLACE_AND_DAY[name] for name in names if name in OF_A_PLACE_AND_DAY]
    found = [FILTERS[name].condition for name in names if name not in OF_A_PLACE_AND_DAY]
    if place_and_day:
        found.append(SHOWN.format(" AND ".join([TO_COME, *place_and_day])))
    return " AND ".join(found) or "TRUE"
