"""Which limits guard bookings and cancellations. Whoever runs a theater sells there without any."""

from bookings.models import Booking
from core.throttling import Budget
from shows.models import Show
from users.models import User


def of_booking(*, user: User, show_id: int) -> Budget | None:
    """60 an hour; None for those who run the show's theater."""
    if user.is_staff and Show.objects.managed_by(user).filter(pk=show_id).exists():
        return None
    return Budget("booking", str(user.pk))


def of_cancelling(*, user: User, reference: str) -> Budget | None:
    """30 an hour; None for those who run the theater of the booking."""
    if user.is_staff and Booking.objects.managed_by(user).filter(reference=reference).exists():
        return None
    return Budget("cancellation", str(user.pk))
