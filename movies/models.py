"""Movies, and the words by which they are searched."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Cast, TruncDate

from core.postgres.clock import StatementTime
from core.postgres.search import FoldedItems

MOST_GENRES = 20
MOST_CAST = 50
is_web_address = URLValidator(schemes=["http", "https"])


class Likeness(Func):
    """How much a movie resembles a query, out of 1,000; NULL if it does not.

    The database's `movies_alike` finds all that do in one call, however many rows are compared.
    """

    template = "((SELECT jsonb_object_agg(movie_id, likeness) FROM movies_alike(%(expressions)s))"
    arg_joiner = ")) -> ("
    output_field = models.JSONField()


class MovieQuerySet(models.QuerySet["Movie"]):
    def search(self, query: str) -> "MovieQuerySet":
        """Returns those whose title or cast resembles the query, best matches first."""
        likeness = Likeness(Value(query), Cast("pk", models.TextField()))
        found = self.alias(likeness=likeness).filter(likeness__isnull=False)
        return found.order_by("-likeness", "title", "pk")

    def showing(self) -> "MovieQuerySet":
        """Returns those with a scheduled show that has not started."""
        shows = Q(shows__status="scheduled", shows__starts_at__gt=StatementTime())
        return self.filter(pk__in=Movie.objects.filter(shows).values("pk"))

    def coming_soon(self) -> "MovieQuerySet":
        """Returns those released after today (UTC)."""
        return self.filter(release_date__gt=TruncDate(StatementTime()))


class Movie(models.Model):
    """A movie. Its length when a show is scheduled determines when that show ends."""

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


class Word(models.Model):
    """A word in titles or casts, folded; written by the database. It stays, without effect, when no
    movie has it any more."""

    text = models.TextField(primary_key=True)

    class Meta:
        indexes = [
            GinIndex(
                fields=["text"],
                opclasses=["gin_trgm_ops"],
                name="word_by_likeness",
                fastupdate=False,
            ),
        ]

    def __str__(self) -> str:
        return self.text


class WordOfMovie(models.Model):
    """A word of a movie; written by the database, and deleted with the movie."""

    pk = models.CompositePrimaryKey("movie_id", "word")
    movie = models.ForeignKey(Movie, models.DO_NOTHING, related_name="+", db_index=False)
    word = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["word", "movie"], name="movie_by_word")]

    def __str__(self) -> str:
        return self.word
