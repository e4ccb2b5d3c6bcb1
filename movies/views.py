"""The calls about movies: reading for all, writing for admins."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import InUse
from core.schema import fails
from movies.filters import MovieFilter
from movies.models import Movie
from movies.serializers import MovieSerializer
from movies.services import delete_movie
from users.permissions import IsAdminOrReading


@extend_schema(tags=["movies"])
@extend_schema_view(
    get=extend_schema(summary="Find movies", auth=[]),
    post=extend_schema(summary="Add a movie (admin)"),
)
class Movies(generics.ListCreateAPIView[Movie]):
    queryset = Movie.objects.all()
    serializer_class = MovieSerializer
    permission_classes = [IsAdminOrReading]
    filterset_class = MovieFilter
    ordering_fields = ["title", "release_date", "duration_minutes", "id"]


@extend_schema(tags=["movies"])
@extend_schema_view(
    get=extend_schema(summary="One movie", auth=[]),
    patch=extend_schema(summary="Change a movie (admin)"),
    delete=extend_schema(summary="Delete a movie that has no shows (admin)"),
)
class MovieDetail(generics.RetrieveUpdateDestroyAPIView[Movie]):
    queryset = Movie.objects.all()
    serializer_class = MovieSerializer
    permission_classes = [IsAdminOrReading]
    http_method_names = ["get", "head", "options", "patch", "delete"]

    @fails(InUse)
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.destroy(request, *args, **kwargs)

    def perform_destroy(self, instance: Movie) -> None:
        delete_movie(movie=instance)
