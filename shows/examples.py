"""A show, its seats and a hold, as the API's documentation shows them."""

from movies.examples import MOVIE_OF_SHOW
from theaters.examples import SCREEN_OF_SHOW, THEATER_OF_SHOW

NEW_SHOW = {
    "movie": 7,
    "screen": 5,
    "starts_at": "2026-12-31T20:15:00",
    "price": "12.50",
    "prices": {"premium": "15.00"},
    "language": "German",
    "format": "2D",
}
SHOW = {
    "id": 42,
    "movie": MOVIE_OF_SHOW,
    "theater": THEATER_OF_SHOW,
    "screen": SCREEN_OF_SHOW,
    "starts_at": "2026-12-31T20:15:00+01:00",
    "ends_at": "2026-12-31T22:48:00+01:00",
    "language": "German",
    "format": "2D",
    "price": "12.50",
    "prices": {"premium": "15.00"},
    "currency": "EUR",
    "rows": 3,
    "columns": 4,
    "status": "scheduled",
    "seats_total": 6,
    "seats_available": 4,
}
SEATS = (
    ("A1", "A", 1, 1, 1, "standard", "12.50", "available"),
    ("A2", "A", 2, 1, 2, "standard", "12.50", "available"),
    ("A3", "A", 3, 1, 3, "standard", "12.50", "booked"),
    ("A4", "A", 4, 1, 4, "standard", "12.50", "available"),
    ("B1", "B", 1, 3, 1, "premium", "15.00", "selected"),
    ("B2", "B", 2, 3, 4, "premium", "15.00", "available"),
)
SEAT_FIELDS = ("label", "row", "number", "line", "column", "category", "price", "status")
SEAT_MAP = {
    "show": 42,
    "rows": 3,
    "columns": 4,
    "currency": "EUR",
    "seats": [dict(zip(SEAT_FIELDS, seat, strict=True)) for seat in SEATS],
}
HOLD = {
    "show": 42,
    "seats": [
        {"label": "A1", "category": "standard", "price": "12.50"},
        {"label": "A2", "category": "standard", "price": "12.50"},
    ],
    "total": "25.00",
    "currency": "EUR",
    "expires_at": "2026-12-31T18:10:05.123456+01:00",
    "expires_in": 480,
}
