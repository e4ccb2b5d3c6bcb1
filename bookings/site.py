"""What a client has to know of this site before anybody chooses anything."""

from typing import Any

from django.conf import settings

from bookings.limits import limits_document
from core.languages.words import LANGUAGES
from core.postgres.documents import Document, Field, integer, text
from core.postgres.rows import rows_of


def _texts(example: list[str], description: str) -> Field:
    shape = {"type": "array", "items": {"type": "string"}, "description": description}
    return Field(shape, example)


def _flag(description: str) -> Field:
    return Field({"type": "boolean", "description": description}, True)


def _address(example: str | None, description: str) -> Field:
    return Field({"type": ["string", "null"], "format": "uri", "description": description}, example)


SITE = Document(
    "Site",
    {
        "name": text(example="MovieBooking"),
        "cities": _texts(["Berlin", "New York"], "Those in which something is on."),
        "languages": _texts(["de", "en"], "Of mails and papers, as `users/me/` takes them."),
        "live_url": _address(None, "Where `shows/{id}/` tells what is taken; null: poll."),
        "imprint_url": _address("https://tickets.example.com/imprint", "Of the operator."),
        "privacy_url": _address("https://tickets.example.com/privacy", "Of the operator."),
        "guest": _flag("Whether seats can be bought without an account."),
        "payment": _flag(
            "Whether a theater takes money online; what a seat's does, the quote says."
        ),
        "seats": integer(example=10, description="Of one hold, and of one booking."),
        "hold_minutes": integer(example=8),
        "hold_minutes_at_most": integer(example=16),
        "cancel_minutes": integer(
            example=60, description="Before the start, where the theater has no policy of its own."
        ),
    },
)
FROM_LIMITS = ("seats", "hold_minutes", "hold_minutes_at_most", "cancel_minutes")
# Of several spellings of a city, which filters take for one, the first counts.
LOOK = """
SELECT ARRAY(
  SELECT min(theater.city) FROM theaters_theater theater
  WHERE EXISTS (
    SELECT FROM theaters_screen screen JOIN shows_show show ON show.screen_id = screen.id
    WHERE screen.theater_id = theater.id AND show.status = 'scheduled'
      AND show.starts_at > statement_timestamp())
  GROUP BY folded(theater.city) ORDER BY folded(theater.city)
), EXISTS (SELECT FROM theaters_theater WHERE pays <> 'counter')
"""


def site_document() -> dict[str, Any]:
    """Returns what SITE describes; it is the same for everybody."""
    ((cities, takes_money),) = rows_of(LOOK)
    limits = limits_document()
    return {
        "name": settings.SITE_NAME,
        "cities": cities,
        "languages": sorted(LANGUAGES),
        "live_url": settings.LIVE_URL or None,
        "imprint_url": settings.SITE_IMPRINT_URL or None,
        "privacy_url": settings.SITE_PRIVACY_URL or None,
        "guest": True,
        "payment": takes_money,
        **{name: limits[name] for name in FROM_LIMITS},
    }
