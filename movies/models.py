"""What is shown: films with what a customer needs to choose one."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import TruncDate

from core.clock import StatementTime
from core.search import Folded, FoldedItems, find_similar

MOST_GENRES = 20
MOST_CAST = 50
is_web_address = URLValidator(schemes=["http", "https"])


class MovieQuerySet(models.QuerySet["Movie"]):
    def search(self, query: str) -> "MovieQuerySet":
        """Those whose title or cast resembles the query, the most alike first."""
        return find_similar(self, query, Folded("title", "cast"))

    def of_genre(self, genre: str) -> "MovieQuerySet":
        """Those that name this genre, in any case and with or without accents."""
        wanted: Any = [Folded(Value(genre))]
        return self.alias(kinds=FoldedItems("genres")).filter(kinds__contains=wanted)

    def showing(self, *, city: str | None = None, day: date | None = None) -> "MovieQuerySet":
        """Those with a scheduled show that has not started, in that city, on that local day."""
        shows = Q(shows__status="scheduled", shows__starts_at__gt=StatementTime())
        if city:
            shows &= Q(shows__screen__theater__city__folded=Folded(Value(city)))
        if day:
            shows &= Q(shows__local_date=day)
        return self.filter(pk__in=Movie.objects.filter(shows).values("pk"))

    def coming_soon(self) -> "MovieQuerySet":
        """Those released after today, by the calendar of UTC."""
        return self.filter(release_date__gt=TruncDate(StatementTime()))


class Movie(models.Model):
    """A film. Its length at the time of scheduling decides when a show of it ends."""

    title = models.CharField(max_length=200)
    description = models.TextField(max_length=5000, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(900)]
    )
    language = models.CharField(max_length=40, blank=True)
    genres = ArrayField(models.CharField(max_length=40), size=MOST_GENRES, default=list, blank=True)
    certificate = models.CharField(max_length=10, blank=True)
    release_date = models.DateField(null=True, blank=True)
    poster_url = models.CharField(max_length=500, blank=True, validators=[is_web_address])
    trailer_url = models.CharField(max_length=500, blank=True, validators=[is_web_address])
    cast = ArrayField(models.CharField(max_length=100), size=MOST_CAST, default=list, blank=True)

    objects = MovieQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        indexes = [
            models.Index(fields=["title", "id"], name="movie_by_title"),
            GinIndex(
                OpClass(Folded("title", "cast"), name="gin_trgm_ops"),
                name="movie_search",
            ),
            GinIndex(FoldedItems("genres"), name="movie_by_genre"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(1, 900)),
                name="movie_duration_is_sane",
            ),
            models.CheckConstraint(
                condition=Q(poster_url="") | Q(poster_url__iregex="^https?://"),
                name="movie_poster_is_on_the_web",
            ),
            models.CheckConstraint(
                condition=Q(trailer_url="") | Q(trailer_url__iregex="^https?://"),
                name="movie_trailer_is_on_the_web",
            ),
        ]

    def __str__(self) -> str:
        return self.title
