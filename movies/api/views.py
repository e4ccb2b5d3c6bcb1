"""The views of movies: anybody may read, admins may write."""

from typing import Any

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from core.failures import InUse
from core.http.fields import read
from core.http.filters import read_filters
from core.http.pagination import Ordering, PageNumbers
from core.http.public_reads import PublicReadView, public_answer
from core.http.versions import VersionedView, expected_by
from core.openapi.schema import fails
from core.versions import PreconditionFailed
from movies.api.filters import FILTERS
from movies.api.serializers import MovieSerializer
from movies.documents import MovieList
from movies.models import Movie
from movies.services import change_movie, delete_movie
from users.access import IsAdminOrReadOnly

ADMINISTRATION = ["Administration"]


class MovieListView(PublicReadView, generics.GenericAPIView[Movie]):
    """All movies."""

    queryset = Movie.objects.all()
    serializer_class = MovieSerializer
    permission_classes = [IsAdminOrReadOnly]
    filters = FILTERS
    ordering_fields = ["title", "release_date", "duration_minutes", "id"]

    @extend_schema(
        operation_id="list_movies",
        summary="Find movies",
        tags=["Movies"],
        description="By title, or by similarity if there is a `search`, unless `ordering` says "
        "otherwise. `city` and `date` together mean a show there on that local day.",
        responses=MovieSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponse:
        ordering = Ordering().get_ordering(request, self.queryset, self)
        movies = MovieList(read_filters(FILTERS, request.query_params), ordering)
        pages = PageNumbers()
        page = pages.document(pages.paginate_queryset(movies, request, self))
        return public_answer(request, orjson.dumps(page))

    @extend_schema(
        operation_id="add_movie",
        summary="Add a movie",
        tags=ADMINISTRATION,
        responses={201: MovieSerializer},
    )
    def post(self, request: Request) -> Response:
        movie = Movie.objects.create(**read(MovieSerializer, request))
        return Response(self.get_serializer(movie).data, status=201)


@extend_schema_view(
    get=extend_schema(
        operation_id="get_movie",
        summary="One movie",
        tags=["Movies"],
        description="Its shows are at `GET shows/?movie=`.",
    ),
    patch=extend_schema(operation_id="change_movie", summary="Change a movie", tags=ADMINISTRATION),
    delete=extend_schema(
        operation_id="delete_movie",
        summary="Delete a movie that has no shows",
        tags=ADMINISTRATION,
    ),
)
class MovieView(VersionedView):
    queryset = Movie.objects.all()
    serializer_class = MovieSerializer
    permission_classes = [IsAdminOrReadOnly]

    @fails(PreconditionFailed)
    def patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.partial_update(request, *args, **kwargs)

    @fails(InUse, PreconditionFailed)
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.destroy(request, *args, **kwargs)

    def change(self, row: Movie, changes: dict[str, Any]) -> Movie:
        return change_movie(movie_id=row.pk, changes=changes, expected=expected_by(self.request))

    def perform_destroy(self, instance: Movie) -> None:
        delete_movie(movie=instance, expected=expected_by(self.request))
