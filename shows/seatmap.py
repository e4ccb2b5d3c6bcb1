"""The seat map: the most-read answer of all, so plain SQL becomes bytes, with no models between."""

from hashlib import sha256

import orjson

from core.failures import NotFound
from core.postgres.rows import rows_of
from shows.seats import FREE

SEATS = f"""
SELECT show.rows, show.columns, theater.currency, seat.label, seat."row", seat.number,
       seat.line, seat."column", seat.category, seat.price::text,
       CASE WHEN {FREE} THEN 'available' ELSE seat.status END
FROM shows_show show
JOIN theaters_screen screen ON screen.id = show.screen_id
JOIN theaters_theater theater ON theater.id = screen.theater_id
JOIN shows_seat seat ON seat.show_id = show.id
WHERE show.id = %s
ORDER BY seat.id
"""  # noqa: S608


def seat_map(show_id: int) -> bytes:
    """All that a client needs to draw the show's seats, as JSON. Raises NotFound."""
    rows = rows_of(SEATS, [show_id])
    if not rows:
        raise NotFound
    return orjson.dumps(
        {
            "show": show_id,
            "rows": rows[0][0],
            "columns": rows[0][1],
            "currency": rows[0][2],
            "seats": [
                {
                    "label": label,
                    "row": row,
                    "number": number,
                    "line": line,
                    "column": column,
                    "category": category,
                    "price": price,
                    "status": status,
                }
                for _, _, _, label, row, number, line, column, category, price, status in rows
            ],
        }
    )


def etag(body: bytes) -> str:
    """A strong validator (RFC 9110, 8.8.3) of these very bytes, so a lapsed hold changes it too."""
    return f'"{sha256(body).hexdigest()[:24]}"'


def matches(if_none_match: str, etag: str) -> bool:
    """Whether the client's copy is current (RFC 9110, 13.1.2: a list, weak comparison, or `*`)."""
    candidates = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in candidates or "*" in candidates
