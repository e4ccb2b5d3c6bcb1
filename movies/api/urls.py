"""The addresses of movies."""

from django.urls import path

from movies.api import views

urlpatterns = [
    path("movies/", views.Movies.as_view(), name="movies"),
    path("movies/<id:pk>/", views.MovieDetail.as_view(), name="movie"),
]
