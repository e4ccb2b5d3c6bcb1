"""Bookings as clients see them, with their show and tickets in one query, whatever their number.

Whose bookings they are is the querysets' affair; here ids become documents. That is plain SQL
because every booking ends with it: the ORM would take longer to write the query than PostgreSQL
to answer it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from core.postgres.rows import rows_of

# The ids are a query of their own for the reason that `shows.holding.HOLD_EXACTLY` gives.
BOOKINGS = """
SELECT booking.id, booking.reference, booking.status, booking.total::text, booking.created_at,
       show.id, movie.id, movie.title, movie.duration_minutes, movie.certificate,
       theater.id, theater.name, theater.city, theater.timezone, screen.id, screen.name,
       show.starts_at, show.ends_at, show.language, show.format, show.status, theater.currency,
       (SELECT json_agg(json_build_object('code', code, 'seat', label, 'category', category,
                                          'price', price::text, 'status', status) ORDER BY id)
        FROM bookings_ticket WHERE booking_id = booking.id)::text,
       customer.name, customer.email
FROM bookings_booking booking
JOIN users_user customer ON customer.id = booking.user_id
JOIN shows_show show ON show.id = booking.show_id
JOIN movies_movie movie ON movie.id = show.movie_id
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
WHERE booking.id = ANY((SELECT %s::bigint[])::bigint[])
"""


def documents(ids: Sequence[int], *, with_customer: bool = False) -> list[dict[str, Any]]:
    """These bookings, in this order; with their customers for those who run the theater."""
    rows = {row[0]: row for row in rows_of(BOOKINGS, [list(ids)])}
    return [_document(rows[pk]) | (_customer(rows[pk]) if with_customer else {}) for pk in ids]


def booking_document(booking_id: int) -> dict[str, Any]:
    """One booking as clients see it."""
    return documents([booking_id])[0]


def _document(row: Sequence[Any]) -> dict[str, Any]:
    """A row of BOOKINGS; times carry the offset of the theater's zone."""
    zone = ZoneInfo(row[13])

    def local(moment: datetime) -> str:
        return moment.astimezone(zone).isoformat()

    return {
        "reference": row[1],
        "status": row[2],
        "show": {
            "id": row[5],
            "movie": {
                "id": row[6],
                "title": row[7],
                "duration_minutes": row[8],
                "certificate": row[9],
            },
            "theater": {"id": row[10], "name": row[11], "city": row[12], "timezone": row[13]},
            "screen": {"id": row[14], "name": row[15]},
            "starts_at": local(row[16]),
            "ends_at": local(row[17]),
            "language": row[18],
            "format": row[19],
            "status": row[20],
        },
        "tickets": orjson.loads(row[22]),
        "total": row[3],
        "currency": row[21],
        "created_at": local(row[4]),
    }


def _customer(row: Sequence[Any]) -> dict[str, Any]:
    return {"customer": {"name": row[23], "email": row[24]}}
