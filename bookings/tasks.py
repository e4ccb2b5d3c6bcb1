"""Jobs that mail customers about bookings. Their arguments are ids; all else is read then."""

from collections.abc import Sequence

from procrastinate.contrib.django import app

from bookings import mails
from core.jobs import queue
from core.jobs.queue import RETRIES
from core.mail.files import File


@app.task(retry=RETRIES)
def mail_booking_confirmed(booking_id: int) -> None:
    """Mails the tickets or, if the booking has been cancelled meanwhile, that it was made."""
    mail(booking_id, "booking_confirmed")


@app.task(retry=RETRIES)
def mail_booking_reserved(booking_id: int) -> None:
    """Mails that a booking is to be paid at the counter, and until when."""
    mail(booking_id, "booking_reserved")


@app.task(retry=RETRIES)
def mail_booking_cancelled(booking_id: int) -> None:
    """Mails that a booking is cancelled and its tickets are void."""
    mail(booking_id, "booking_cancelled")


@app.task(retry=RETRIES)
def mail_booking_exchanged(booking_id: int) -> None:
    """Mails the tickets anew, because one was exchanged."""
    mail(booking_id, "booking_exchanged")


@app.task(retry=RETRIES)
def mail_show_cancelled(booking_id: int) -> None:
    """Mails that the show will not take place, with the theater's reason."""
    mail(booking_id, "show_cancelled")


@app.task(retry=RETRIES)
def mail_show_moved(booking_id: int) -> None:
    """Mails that the show is at another time, with the theater's reason."""
    mail(booking_id, "show_moved")


@app.task(retry=RETRIES)
def mail_delayed_news(user_id: int) -> None:
    """Mails all that was delayed for this customer at once."""
    _again_if_delayed(mails.mail_delayed_news(user_id=user_id), user_id)


def mail(
    booking_id: int,
    template: str,
    *,
    more: mails.More = mails.nothing,
    files: Sequence[File] = (),
) -> None:
    """Mails the booking's customer, who has one mail about everything later if there were many."""
    delayed = mails.mail_customer(booking_id=booking_id, template=template, more=more, files=files)
    if delayed:
        _again_if_delayed(delayed.seconds, delayed.user_id)


def _again_if_delayed(seconds: int | None, user_id: int) -> None:
    if seconds is not None:
        lock = f"delayed mails of user {user_id}"
        queue.defer_each(mail_delayed_news, [{"user_id": user_id}], lock=lock, wait_seconds=seconds)
