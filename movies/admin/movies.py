"""The admin's pages of movies: everybody who runs a theater sees them, admins change them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.office.additions import Kept
from core.office.fields import Lines
from core.office.pages import Pages, ServiceForm, everything, list_of
from movies.models import MOST_CAST, MOST_GENRES, Movie
from movies.services import change_movie, delete_movie


class MovieForm(ServiceForm):
    """People are typed one per line, because names may have commas; genres have none."""

    by_model = True

    genres = Lines(
        most=MOST_GENRES,
        longest=40,
        required=False,
        commas=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One per line, or separated by commas.",
    )
    cast = Lines(
        most=MOST_CAST,
        longest=100,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One person per line.",
    )

    def perform(self) -> Movie:
        if self.instance.pk:
            return change_movie(
                movie_id=self.instance.pk, changes=self.changes, expected=self.expected
            )
        return Movie.objects.create(**self.fields_of_row)


class ShowingFilter(admin.SimpleListFilter):
    """Movies that are showing, or will be."""

    title = "showing"
    parameter_name = "showing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "Has upcoming shows"), ("soon", "Released after today")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "now":
            return queryset.showing()
        return queryset.coming_soon() if self.value() == "soon" else queryset


@admin.register(Movie)
class MoviePages(Pages):
    """Movies are deleted by `delete_movie`, which refuses those that have shows."""

    takes = everything("administer") | {"view": "office"}
    labels = {
        "duration_minutes": "Length in minutes",
        "poster_url": "Address of the poster",
        "trailer_url": "Address of the trailer",
    }
    form = MovieForm
    list_display = ("title", "minutes", "language", "certificate", "genre_list", "release_date")
    list_filter = (ShowingFilter, "language", "certificate")
    search_fields = ("title", "cast")
    fieldsets = (
        (None, {"fields": ("title", "description", "duration_minutes", "release_date")}),
        ("Details", {"fields": ("language", "certificate", "genres", "cast")}),
        ("On the web", {"fields": ("poster_url", "trailer_url")}),
    )

    def find(self, request: HttpRequest, rows: Any, term: str) -> QuerySet[Any]:
        """Searches as the API does, tolerating typos and missing accents."""
        return rows.search(term)  # type: ignore[no-any-return]

    @admin.display(description="length", ordering="duration_minutes")
    def minutes(self, movie: Movie) -> str:
        return f"{movie.duration_minutes} min"

    @admin.display(description="genres")
    def genre_list(self, movie: Movie) -> str:
        return ", ".join(movie.genres)

    def kept_by(self, row: Movie) -> Kept | None:
        if not (count := row.shows.count()):
            return None
        shows = "There is 1 show" if count == 1 else f"There are {count} shows"
        return Kept(
            f"{shows} of this movie, past ones included. Delete those that were never booked "
            "first; shows that were booked are kept for accounting, and their movie with them.",
            "See these shows",
            list_of("shows_show", when="all", movie__id__exact=row.pk),
        )

    def delete_model(self, request: HttpRequest, obj: Movie) -> None:
        delete_movie(movie=obj, expected=self.expected(request))
