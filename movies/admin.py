"""Movies: everybody who runs a theater sees them, admins write them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.backoffice import VIEW, ModelForm, Pages
from core.forms import Lines
from movies.models import MOST_CAST, MOST_GENRES, Movie
from movies.services import delete_movie


class MovieForm(ModelForm):
    """Lists are typed one entry a line, since names have commas."""

    genres = Lines(
        most=MOST_GENRES,
        longest=40,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One per line.",
    )
    cast = Lines(
        most=MOST_CAST,
        longest=100,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One person per line.",
    )


class Showing(admin.SimpleListFilter):
    """What is in the cinemas, and what will be."""

    title = "showing"
    parameter_name = "showing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "Has shows to come"), ("soon", "Released after today")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "now":
            return queryset.showing()
        return queryset.coming_soon() if self.value() == "soon" else queryset


@admin.register(Movie)
class MoviePages(Pages):
    """Deleting goes through the service, which keeps movies that have shows."""

    owners_may = VIEW
    form = MovieForm
    list_display = ("title", "minutes", "language", "certificate", "kinds", "release_date")
    list_filter = (Showing, "language", "certificate")
    search_fields = ("title", "cast")
    fieldsets = (
        (None, {"fields": ("title", "description", "duration_minutes", "release_date")}),
        ("To choose by", {"fields": ("language", "certificate", "genres", "cast")}),
        ("On the web", {"fields": ("poster_url", "trailer_url")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[Any, bool]:
        """The search of the API, which forgives typos and missing accents."""
        movies: Any = queryset
        return (movies.search(search_term) if search_term else movies), False

    @admin.display(description="length", ordering="duration_minutes")
    def minutes(self, movie: Movie) -> str:
        return f"{movie.duration_minutes} min"

    @admin.display(description="genres")
    def kinds(self, movie: Movie) -> str:
        return ", ".join(movie.genres)

    def delete_model(self, request: HttpRequest, obj: Movie) -> None:
        delete_movie(movie=obj)
