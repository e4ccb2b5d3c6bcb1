"""Movies as clients send and see them."""

from rest_framework import serializers

from core.http.fields import ListOf, StrictDate, StrictInteger, StrictText, WebAddress
from core.openapi.schema import example
from movies.documents import FIELDS
from movies.examples import MOVIE, NEW_MOVIE
from movies.models import MOST_CAST, MOST_GENRES, Movie


@example(request=NEW_MOVIE, change={"certificate": "FSK 12"}, response=MOVIE)
class MovieSerializer(serializers.ModelSerializer[Movie]):
    """All that a customer needs to choose a movie."""

    title = StrictText(max_length=200)
    description = StrictText(max_length=5000, of_lines=True, allow_blank=True, required=False)
    duration_minutes = StrictInteger(min_value=1, max_value=900)
    language = StrictText(max_length=40, allow_blank=True, required=False)
    genres = ListOf(child=StrictText(max_length=40), max_length=MOST_GENRES, required=False)
    certificate = StrictText(max_length=10, allow_blank=True, required=False)
    release_date = StrictDate(allow_null=True, required=False)
    poster_url = WebAddress(allow_blank=True, required=False)
    trailer_url = WebAddress(allow_blank=True, required=False)
    cast = ListOf(child=StrictText(max_length=100), max_length=MOST_CAST, required=False)

    class Meta:
        model = Movie
        fields = FIELDS
