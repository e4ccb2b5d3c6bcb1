"""Theaters and screens as part of a show."""

from core.postgres.documents import Document, identifier, text
from theaters.examples import SCREEN, THEATER

THEATER_OF_SHOW = Document(
    "TheaterOfShow",
    {
        "id": identifier("theater.id", example=THEATER["id"]),
        "name": text("theater.name", example=THEATER["name"]),
        "city": text("theater.city", example=THEATER["city"]),
        "timezone": text("theater.timezone", example=THEATER["timezone"]),
    },
)
SCREEN_OF_SHOW = Document(
    "ScreenOfShow",
    {
        "id": identifier("screen.id", example=SCREEN["id"]),
        "name": text("screen.name", example=SCREEN["name"]),
    },
)
