"""The mail of a booking; no worker runs during the benchmark."""

from procrastinate.contrib.django import app


@app.task
def mail_booking(booking_id: int) -> None:
    """Do nothing; the benchmark sends no mail."""
