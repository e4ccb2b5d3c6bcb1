"""A theater and its screen, as the API's documentation shows them."""

NEW_THEATER = {
    "name": "Babylon",
    "address": "Rosa-Luxemburg-Straße 30",
    "city": "Berlin",
    "timezone": "Europe/Berlin",
    "latitude": 52.525939,
    "longitude": 13.411257,
    "currency": "EUR",
}
THEATER = {"id": 3, **NEW_THEATER, "owner": 2}
NEW_SCREEN = {"name": "Studio", "layout": ["ssss", "p__p"], "turnaround_minutes": 15}
SCREEN = {
    "id": 5,
    "theater": 3,
    "name": "Studio",
    "rows": 2,
    "columns": 4,
    "layout": ["ssss", "p__p"],
    "turnaround_minutes": 15,
}
THEATER_OF_SHOW = {name: THEATER[name] for name in ("id", "name", "city", "timezone")}
SCREEN_OF_SHOW = {name: SCREEN[name] for name in ("id", "name")}
