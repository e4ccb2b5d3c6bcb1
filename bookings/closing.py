"""What bookings have to do with the closing of an account."""

from bookings.models import Booking
from users.closing import keeps_open
from users.models import User


@keeps_open
def has_upcoming_bookings(user: User) -> bool:
    """Whether the user has live bookings of shows that have not started."""
    return Booking.objects.filter(user=user).live().upcoming().exists()
