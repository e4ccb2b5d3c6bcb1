"""A theater and its screen, as the API's documentation shows them."""

from typing import Any

NEW_THEATER: dict[str, Any] = {
    "name": "Babylon",
    "address": "Rosa-Luxemburg-Straße 30",
    "city": "Berlin",
    "timezone": "Europe/Berlin",
    "latitude": 52.525939,
    "longitude": 13.411257,
    "currency": "EUR",
    "phone": "+49 30 23125 042",
    "email": "tickets@babylon.example.com",
    "website": "https://babylon.example.com/",
}
THEATER: dict[str, Any] = {"id": 3, **NEW_THEATER, "owner": 2}
NEW_SCREEN = {"name": "Studio", "layout": ["ssss", "p__p"], "turnaround_minutes": 15}
SCREEN: dict[str, Any] = {
    "id": 5,
    "theater": 3,
    "name": "Studio",
    "rows": 2,
    "columns": 4,
    "layout": ["ssss", "p__p"],
    "turnaround_minutes": 15,
}
