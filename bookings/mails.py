"""What a mail about a booking says: in the theater's local time and currency."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from bookings.models import Booking, BookingStatus
from core import mail
from theaters.models import Theater


def mail_customer(*, booking_id: int, template: str) -> None:
    """Send the mail to whoever booked; raises OSError as `core.mail.send` does."""
    booking = (
        Booking.objects.select_related("user", "show__movie", "show__screen__theater")
        .prefetch_related("tickets")
        .get(pk=booking_id)
    )
    mail.send(to=booking.user.email, template=template, context=describe(booking))


def describe(booking: Booking) -> dict[str, object]:
    """The booking in words, for the templates."""
    show, theater = booking.show, booking.show.screen.theater
    starts_at = show.starts_at.astimezone(ZoneInfo(theater.timezone))
    return {
        "name": booking.user.name_in_mail,
        "reference": booking.reference,
        "is_cancelled": booking.status == BookingStatus.CANCELLED,
        "movie": show.movie.title,
        "date": f"{starts_at:%A}, {starts_at.day} {starts_at:%B %Y}",
        "short_date": f"{starts_at:%a} {starts_at.day} {starts_at:%b}",
        "time": f"{starts_at:%H:%M}",
        "zone": _zone(starts_at),
        "theater": theater.name,
        "screen": show.screen.name,
        "address": _address(theater),
        "tickets": [
            {
                "seat": ticket.label,
                "category": ticket.category,
                "price": f"{ticket.price:.2f} {theater.currency}",
                "code": ticket.code,
            }
            for ticket in booking.tickets.all()
        ],
        "total": f"{booking.total:.2f} {theater.currency}",
        "reason": show.cancel_reason,
        "link": settings.BOOKING_URL.replace("{reference}", booking.reference),
    }


def _zone(moment: datetime) -> str:
    """`CET`, or `UTC+05:30` where the zone has no name but its offset."""
    name = moment.tzname() or ""
    return name if name.isalpha() else f"UTC{moment.isoformat()[-6:]}"


def _address(theater: Theater) -> str:
    return ", ".join(filter(None, (theater.address, theater.city)))
