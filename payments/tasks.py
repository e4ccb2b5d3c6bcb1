"""The job that sends refunds."""

from procrastinate.contrib.django import app

from core.jobs.queue import RETRIES
from payments import refunding


@app.task(retry=RETRIES)
def send_refund(refund_id: int) -> None:
    """Sends a refund to its provider, or finds out what became of it."""
    refunding.send(refund_id)
