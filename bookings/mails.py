"""Mails about bookings, in the theater's local time and currency."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from bookings.guests import key_of
from bookings.models import Booking, BookingStatus, DelayedMail, TicketStatus
from core.failures import TooManyRequests
from core.mail.sending import send_mail
from core.throttling import count, give_back
from theaters.currencies import figure
from theaters.models import Theater
from users.models import User

BOOKINGS = Booking.objects.select_related(
    "user", "show__movie", "show__screen__theater"
).prefetch_related("tickets")


class Delayed(NamedTuple):
    """The customer of a delayed mail, and in how many seconds it is due."""

    user_id: int
    seconds: int


def mail_customer(
    *, booking_id: int, template: str, more: Mapping[str, object] | None = None
) -> Delayed | None:
    """Sends the mail to the booking's customer; the template also gets what is in `more`. Raises
    OSError as `send_mail` does.

    A customer who has had as many mails as an hour allows gets one mail about everything later: in
    that case nothing is sent, and the result says when that mail is due.
    """
    booking = BOOKINGS.get(pk=booking_id)
    user, address = booking.user, booking.contact_email
    context = {**describe(booking), **(more or {})}
    if user is None or user.is_guest:
        if address:  # whoever sold it or booked as a guest has given it
            send_mail(to=address, template=template, context=context)
        return None
    seconds = _send(user, template, context, to=address or user.email)
    if seconds is None:
        return None
    DelayedMail.objects.create(booking=booking)
    return Delayed(user.pk, seconds)


def mail_delayed_news(*, user_id: int) -> int | None:
    """Sends one mail about all bookings whose mails were delayed for a customer, as they are now.

    Returns the seconds to wait if the customer's limit is reached again. Raises OSError.
    """
    delayed = list(DelayedMail.objects.filter(booking__user=user_id).order_by("pk"))
    if not delayed:
        return None
    bookings = BOOKINGS.filter(pk__in={each.booking_id for each in delayed}).order_by("pk")
    user, news = User.objects.get(pk=user_id), [describe(booking) for booking in bookings]
    seconds = _send(user, "news", {"name": user.name_in_mail, "bookings": news})
    if seconds is None:
        DelayedMail.objects.filter(pk__in=[each.pk for each in delayed]).delete()
    return seconds


def _send(user: User, template: str, context: Mapping[str, object], *, to: str = "") -> int | None:
    """Sends a mail, or returns the seconds to wait if the limit is reached.

    Sent mails are counted per e-mail address, whichever account has it at the moment.
    """
    limit = "mail_verified" if user.email_verified else "mail_unverified"
    subject = salted_hmac("bookings.mails", user.email, algorithm="sha256").hexdigest()
    try:
        count(limit=limit, subject=subject)
    except TooManyRequests as failure:
        return int(failure.headers["Retry-After"])
    try:
        send_mail(to=to or user.email, template=template, context=context)
    except (OSError, ImproperlyConfigured):
        give_back(limit=limit, subject=subject)
        raise
    return None


def describe(booking: Booking) -> dict[str, object]:
    """Returns the booking as texts for the templates."""
    show, theater = booking.show, booking.show.screen.theater
    starts_at = show.starts_at.astimezone(ZoneInfo(theater.timezone))
    return {
        "name": _name(booking),
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
                "price": f"{figure(ticket.price, theater.currency)} {theater.currency}",
                "code": ticket.code,
            }
            for ticket in booking.tickets.all()
            if ticket.status != TicketStatus.VOID or booking.status == BookingStatus.CANCELLED
        ],
        "given_back": _given_back(booking, theater.currency),
        "total": f"{figure(booking.total, theater.currency)} {theater.currency}",
        "reason": show.cancel_reason,
        "move_reason": show.move_reason,
        "is_to_be_paid": booking.status == BookingStatus.PENDING,
        "pay_until": _moment(booking.pay_until, theater) if booking.pay_until else "",
        "link": _link(booking),
    }


def _given_back(booking: Booking, currency: str) -> str:
    """Returns what comes back for all tickets that were cancelled, or nothing."""
    if booking.paid_at is None:
        return ""
    void = [ticket for ticket in booking.tickets.all() if ticket.status == TicketStatus.VOID]
    back = sum(each.price - each.discount + each.fee - each.kept for each in void)
    return f"{figure(Decimal(back), currency)} {currency}" if back else ""


def _zone(moment: datetime) -> str:
    """Returns `CET`, or `UTC+05:30` if the zone has no name."""
    name = moment.tzname() or ""
    return name if name.isalpha() else f"UTC{moment.isoformat()[-6:]}"


def _address(theater: Theater) -> str:
    return ", ".join(filter(None, (theater.address, theater.city)))


def _name(booking: Booking) -> str:
    if booking.user and not booking.user.is_guest:
        return booking.user.name_in_mail
    return ""  # a name that somebody gave may be a message to a stranger


def _link(booking: Booking) -> str:
    """Returns where the client shows the booking; a guest's link opens it by its key."""
    link: str = settings.BOOKING_URL.replace("{reference}", booking.reference)
    if not link or booking.user is None or not booking.user.is_guest:
        return link
    return f"{link}{'&' if '?' in link else '?'}key={key_of(booking.reference)}"


def _moment(moment: datetime, theater: Theater) -> str:
    local = moment.astimezone(ZoneInfo(theater.timezone))
    return f"{local:%A}, {local.day} {local:%B}, {local:%H:%M}"
