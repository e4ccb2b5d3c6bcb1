"""The filters of the list of movies. `city` and `date` together mean a show there on that day."""

from core.http.filters import DAY, FLAG, TEXT, Filter

FILTERS = {
    "search": Filter(TEXT, "Title or cast; tolerates typos."),
    "genre": Filter(TEXT, "One of the movie's genres."),
    "language": Filter(TEXT, "The movie's language."),
    "certificate": Filter(TEXT, "Such as `PG-13`."),
    "now_showing": Filter(FLAG, "Has an upcoming show."),
    "coming_soon": Filter(FLAG, "Released after today."),
    "city": Filter(TEXT, "Has an upcoming show there."),
    "date": Filter(DAY, "Has an upcoming show on that local day."),
}
