"""How the list of movies can be narrowed. `city` and `date` go together: a show there, that day."""

from core.http.plain_filters import Filter, a_day, a_flag, a_text

FILTERS = {
    "search": Filter(a_text, "Title or cast; forgives typos."),
    "genre": Filter(a_text, "One of the movie's genres."),
    "language": Filter(a_text, "The movie's own language."),
    "certificate": Filter(a_text, "Such as `PG-13`."),
    "now_showing": Filter(a_flag, "Has an upcoming show."),
    "coming_soon": Filter(a_flag, "Released after today."),
    "city": Filter(a_text, "Has an upcoming show there."),
    "date": Filter(a_day, "Has an upcoming show on that local day."),
}
