"""Closing an account: upcoming bookings prevent it, others forget the person."""

from bookings.models import Booking, DelayedMail
from users.closing import UpcomingBookings, cleans_up, prevents_closing
from users.models import User


@prevents_closing(UpcomingBookings)
def has_upcoming_bookings(user: User) -> bool:
    """Returns whether the user has live bookings of shows that have not started."""
    return Booking.objects.filter(user=user).live().upcoming().exists()


@cleans_up
def forget_contact(user: User) -> None:
    """Deletes name and address from the user's bookings, and mails that wait."""
    Booking.objects.filter(user=user).update(contact_name="", contact_email="")
    DelayedMail.objects.filter(booking__user=user).delete()
