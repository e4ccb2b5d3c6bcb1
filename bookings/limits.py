"""What a customer may hold and book, and the rate limits of booking and cancelling; those who sell
for the theater have none."""

from datetime import timedelta

from django.conf import settings

from bookings.models import Booking
from core.postgres.documents import Document, integer
from core.throttling import Budget
from shows.models import Show
from theaters.policy import Action, may
from users.models import User

LIMITS = Document(
    "Limits",
    {
        "seats": integer(example=10, description="Seats of one hold, and of one booking."),
        "held_shows": integer(example=4, description="Shows of which seats are held at once."),
        "hold_minutes": integer(
            example=8, description="A hold lasts so long from its last change."
        ),
        "hold_minutes_at_most": integer(
            example=16, description="Holds of a show last so long from the first, without a pause."
        ),
        "tickets": integer(example=20, description="Valid tickets of one customer for one show."),
        "unverified_tickets": integer(
            example=4,
            description="Valid tickets for upcoming shows, of a customer with an unverified "
            "address.",
        ),
        "cancel_minutes": integer(
            example=60, description="Customers can cancel until so long before the start."
        ),
    },
)
A_MINUTE = timedelta(minutes=1)
SELL = Action.SELL  # `may` comes first: customers pay for no query, not even for building one


def limits_document() -> dict[str, int]:
    """Returns what a customer may have, as LIMITS describes it."""
    return {
        "seats": settings.HOLD_SEATS_AT_MOST,
        "held_shows": settings.HOLD_SHOWS_AT_MOST,
        "hold_minutes": settings.HOLD_LASTS // A_MINUTE,
        "hold_minutes_at_most": settings.HOLD_LASTS_AT_MOST // A_MINUTE,
        "tickets": settings.TICKETS_OF_A_SHOW_AT_MOST,
        "unverified_tickets": settings.UNVERIFIED_TICKETS_AT_MOST,
        "cancel_minutes": settings.CANCEL_UNTIL // A_MINUTE,
    }


def booking_budget(*, user: User, show_id: int) -> Budget | None:
    """Allows 60 an hour; returns None for those who may sell for the show's theater."""
    if may(user, SELL) and Show.objects.where_may(user, SELL).filter(pk=show_id).exists():
        return None
    return Budget("booking", str(user.pk))


def cancelling_budget(*, user: User, reference: str) -> Budget | None:
    """Allows 30 an hour; returns None for those who may sell for the booking's theater."""
    if (
        may(user, SELL)
        and Booking.objects.where_may(user, SELL).filter(reference=reference).exists()
    ):
        return None
    return Budget("cancellation", str(user.pk))
