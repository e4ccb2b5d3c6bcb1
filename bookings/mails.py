"""Mails about bookings, in the booking's language; over a limit, they become one about all."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from bookings.mail_files import files_for
from bookings.mail_texts import describe
from bookings.models import Booking, DelayedMail
from bookings.tickets import pdf
from bookings.tickets.words import Words
from core.failures import TooManyRequests
from core.mail.files import File
from core.mail.sending import send_mail
from core.postgres.clock import StatementTime
from core.throttling import count, give_back
from users.models import User

BOOKINGS = (
    Booking.objects.select_related("user", "given_voucher", "show__movie", "show__screen__theater")
    .prefetch_related("tickets")
    .annotate(read_at=StatementTime())
)


More = Callable[[Words], Mapping[str, object]]
"""Says in a language what a template needs besides the booking."""


class Delayed(NamedTuple):
    """The customer of a delayed mail, and in how many seconds it is due."""

    user_id: int
    seconds: int


class _Mail(NamedTuple):
    """What `send_mail` takes besides the address."""

    template: str
    context: Mapping[str, object]
    language: str
    files: Sequence[File] = ()


def nothing(_: Words) -> Mapping[str, object]:
    """Says nothing more than the booking."""
    return {}


def mail_customer(
    *, booking_id: int, template: str, more: More = nothing, files: Sequence[File] = ()
) -> Delayed | None:
    """Sends the mail to the booking's customer with `files` and those that belong to the template,
    which also gets what `more` returns. Raises OSError as `send_mail` does.

    A customer who has had as many mails as an hour allows gets one mail about everything later: in
    that case nothing is sent, and the result says when that mail is due.
    """
    booking = BOOKINGS.get(pk=booking_id)
    user, address = booking.user, booking.contact_email
    if user is None or user.is_guest:
        if address:  # whoever sold it or booked as a guest has given it
            send_mail(to=address, **_written(booking, template, more, files)._asdict())
        return None
    mail = _written(booking, template, more, files)
    seconds = _send(user, mail, to=address or user.email)
    if seconds is None:
        return None
    DelayedMail.objects.create(booking=booking)
    return Delayed(user.pk, seconds)


def _written(booking: Booking, template: str, more: More, files: Sequence[File]) -> _Mail:
    words = Words(language_of(booking))
    context = {**describe(booking, words), **more(words)}
    files = [*files, *files_for(booking, template, language=words.language)]
    context["is_attached"] = any(file.media_type == pdf.MEDIA_TYPE for file in files)
    return _Mail(template, context, words.language, files)


def mail_delayed_news(*, user_id: int) -> int | None:
    """Sends one mail about all bookings whose mails were delayed for a customer, as they are now.

    Returns the seconds to wait if the customer's limit is reached again. Raises OSError.
    """
    delayed = list(DelayedMail.objects.filter(booking__user=user_id).order_by("pk"))
    if not delayed:
        return None
    bookings = BOOKINGS.filter(pk__in={each.booking_id for each in delayed}).order_by("pk")
    user = User.objects.get(pk=user_id)
    news = [describe(booking, Words(user.language)) for booking in bookings]
    context = {"name": user.name_in_mail, "bookings": news}
    seconds = _send(user, _Mail("news", context, user.language), to=user.email)
    if seconds is None:
        DelayedMail.objects.filter(pk__in=[each.pk for each in delayed]).delete()
    return seconds


def language_of(booking: Booking) -> str:
    """Returns the booking's language, or its customer's if it was made without one."""
    return booking.language or (booking.user.language if booking.user else "")


def _send(user: User, mail: _Mail, *, to: str) -> int | None:
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
        send_mail(to=to, **mail._asdict())
    except (OSError, ImproperlyConfigured):
        give_back(limit=limit, subject=subject)
        raise
    return None
