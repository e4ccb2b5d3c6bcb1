"""Keeps accounts open that have upcoming bookings."""

from bookings.models import Booking
from users.closing import prevents_closing
from users.models import User


@prevents_closing
def has_upcoming_bookings(user: User) -> bool:
    """Returns whether the user has live bookings of shows that have not started."""
    return Booking.objects.filter(user=user).live().upcoming().exists()
