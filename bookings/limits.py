"""Which limits guard bookings and cancellations. Whoever runs a theater sells there without any."""

from bookings.models import Booking, BookingQuerySet
from core.throttling import Budget
from shows.models import Show, ShowQuerySet
from theaters.policy import Action, may
from users.models import User


def _sells(user: User, rows: ShowQuerySet | BookingQuerySet) -> bool:
    """Whether the user sells for the theater of the row; no query is made for a customer."""
    return may(user, Action.SELL) and rows.where_may(user, Action.SELL).exists()


def of_booking(*, user: User, show_id: int) -> Budget | None:
    """60 an hour; None for those who run the show's theater."""
    if _sells(user, Show.objects.filter(pk=show_id)):
        return None
    return Budget("booking", str(user.pk))


def of_cancelling(*, user: User, reference: str) -> Budget | None:
    """30 an hour; None for those who run the theater of the booking."""
    if _sells(user, Booking.objects.filter(reference=reference)):
        return None
    return Budget("cancellation", str(user.pk))
