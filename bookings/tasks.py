"""Mails about bookings. A job carries ids; what it says is read when it is sent."""

from procrastinate.contrib.django import app

from bookings import mails
from core.jobs import queue
from core.jobs.queue import RETRIES


@app.task(retry=RETRIES)
def mail_booking_confirmed(booking_id: int) -> None:
    """The tickets; or, if it was cancelled meanwhile, that there was a booking."""
    _mail(booking_id, "booking_confirmed")


@app.task(retry=RETRIES)
def mail_booking_cancelled(booking_id: int) -> None:
    """That a booking is cancelled and its tickets are void."""
    _mail(booking_id, "booking_cancelled")


@app.task(retry=RETRIES)
def mail_show_cancelled(booking_id: int) -> None:
    """That the show will not take place, with the theater's reason."""
    _mail(booking_id, "show_cancelled")


@app.task(retry=RETRIES)
def mail_delayed_news(user_id: int) -> None:
    """All that was delayed for this customer, in one mail."""
    _again_if_delayed(mails.mail_delayed_news(user_id=user_id), user_id)


def _mail(booking_id: int, template: str) -> None:
    delayed = mails.mail_customer(booking_id=booking_id, template=template)
    if delayed:
        _again_if_delayed(delayed.seconds, delayed.user_id)


def _again_if_delayed(seconds: int | None, user_id: int) -> None:
    if seconds is not None:
        lock = f"delayed mails of user {user_id}"
        queue.defer_each(mail_delayed_news, [{"user_id": user_id}], lock=lock, wait_seconds=seconds)
