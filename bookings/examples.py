"""A booking, as the API's documentation shows it."""

from shows.examples import HOLD, SHOW

SHOW_FIELDS = ("id", "movie", "theater", "screen", "starts_at", "ends_at", "language", "format")
CODES = ("9f2c4e7ab1d84c5ea6f03b7d2e918c45", "27d6f1b93c0e4a8fb5c2d18e6a74f039")
BOOKING = {
    "reference": "K7M2QX9RTA",
    "status": "confirmed",
    "show": {name: SHOW[name] for name in SHOW_FIELDS} | {"status": "scheduled"},
    "tickets": [
        {"code": code, "seat": seat, "category": "standard", "price": "12.50", "status": "valid"}
        for code, seat in zip(CODES, ("A1", "A2"), strict=True)
    ],
    "total": HOLD["total"],
    "currency": "EUR",
    "created_at": "2026-12-31T18:03:27.314159+01:00",
}
