"""The paths of movies."""

from django.urls import path

from movies.api import views

urlpatterns = [
    path("movies/", views.MovieListView.as_view(), name="movies"),
    path("movies/<id:pk>/", views.MovieView.as_view(), name="movie"),
]
