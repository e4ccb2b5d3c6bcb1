"""The rate limits of booking and cancelling; those who sell for the theater have none."""

from bookings.models import Booking, BookingQuerySet
from core.throttling import Budget
from shows.models import Show, ShowQuerySet
from theaters.policy import Action, may
from users.models import User


def _sells(user: User, rows: ShowQuerySet | BookingQuerySet) -> bool:
    """Returns whether the user may sell for the theater; needs no query for customers."""
    return may(user, Action.SELL) and rows.where_may(user, Action.SELL).exists()


def booking_budget(*, user: User, show_id: int) -> Budget | None:
    """Allows 60 an hour; returns None for those who may sell for the show's theater."""
    if _sells(user, Show.objects.filter(pk=show_id)):
        return None
    return Budget("booking", str(user.pk))


def cancelling_budget(*, user: User, reference: str) -> Budget | None:
    """Allows 30 an hour; returns None for those who may sell for the booking's theater."""
    if _sells(user, Booking.objects.filter(reference=reference)):
        return None
    return Budget("cancellation", str(user.pk))
