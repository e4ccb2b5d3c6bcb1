"""Mails about bookings. A job carries the booking's id; what it says is read when it is sent."""

from procrastinate.contrib.django import app

from bookings.mails import mail_customer
from core.jobs import RETRIES


@app.task(retry=RETRIES)
def mail_booking_confirmed(booking_id: int) -> None:
    """The tickets; or, if it was cancelled meanwhile, that there was a booking."""
    mail_customer(booking_id=booking_id, template="booking_confirmed")


@app.task(retry=RETRIES)
def mail_booking_cancelled(booking_id: int) -> None:
    """That a booking is cancelled and its tickets are void."""
    mail_customer(booking_id=booking_id, template="booking_cancelled")


@app.task(retry=RETRIES)
def mail_show_cancelled(booking_id: int) -> None:
    """That the show will not take place, with the theater's reason."""
    mail_customer(booking_id=booking_id, template="show_cancelled")
