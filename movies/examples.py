"""A movie, as the API's documentation shows it."""

from typing import Any

NEW_MOVIE = {
    "title": "Metropolis",
    "description": "In a city of the future, the son of its master falls in love below ground.",
    "duration_minutes": 153,
    "language": "German",
    "genres": ["Drama", "Science fiction"],
    "certificate": "FSK 6",
    "release_date": "1927-01-10",
    "poster_url": "https://posters.example.com/metropolis.jpg",
    "trailer_url": "https://trailers.example.com/metropolis",
    "cast": ["Brigitte Helm", "Alfred Abel", "Gustav Fröhlich"],
}
MOVIE: dict[str, Any] = {"id": 7, **NEW_MOVIE}
