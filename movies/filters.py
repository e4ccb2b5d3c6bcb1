"""How the list of movies can be narrowed."""

from typing import Any

import django_filters

from core.filters import DayFilter, FlagFilter, TextFilter
from movies.models import Movie, MovieQuerySet


class MovieFilter(django_filters.FilterSet):
    """`city` and `date` go together: a show there, on that local day."""

    search = TextFilter(method="by_search", help_text="Title or cast; forgives typos.")
    genre = TextFilter(method="by_genre", help_text="One of the movie's genres.")
    language = TextFilter(lookup_expr="iexact", help_text="The movie's own language.")
    certificate = TextFilter(lookup_expr="iexact", help_text="Such as `PG-13`.")
    now_showing = FlagFilter(method="by_now_showing", help_text="Has an upcoming show.")
    coming_soon = FlagFilter(method="by_coming_soon", help_text="Released after today.")
    city = TextFilter(method="by_place_and_day", help_text="Has an upcoming show there.")
    date = DayFilter(method="by_place_and_day", help_text="Has an upcoming show on that local day.")

    class Meta:
        model = Movie
        fields: list[str] = []

    def by_search(self, movies: MovieQuerySet, name: str, query: str) -> MovieQuerySet:
        return movies.search(query)

    def by_genre(self, movies: MovieQuerySet, name: str, genre: str) -> MovieQuerySet:
        return movies.of_genre(genre)

    def by_now_showing(self, movies: MovieQuerySet, name: str, wanted: bool) -> MovieQuerySet:
        showing = Movie.objects.showing()
        return movies.filter(pk__in=showing) if wanted else movies.exclude(pk__in=showing)

    def by_coming_soon(self, movies: MovieQuerySet, name: str, wanted: bool) -> MovieQuerySet:
        coming = Movie.objects.coming_soon()
        return movies.filter(pk__in=coming) if wanted else movies.exclude(pk__in=coming)

    def by_place_and_day(self, movies: MovieQuerySet, name: str, value: Any) -> MovieQuerySet:
        chosen = self.form.cleaned_data
        return movies.showing(city=chosen["city"], day=chosen["date"])
