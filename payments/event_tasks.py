"""The jobs that ask providers how payments stand."""

from procrastinate.contrib.django import app

from core.jobs.queue import RETRIES
from payments import events


@app.task(retry=RETRIES)
def look_at_event(event_id: int) -> None:
    """Asks the provider about what an event has hinted at, and applies the facts."""
    events.look_at(event_id)


@app.task(retry=RETRIES)
def look_at_payment(payment_id: int) -> None:
    """Asks the provider how a payment stands, and applies the facts."""
    events.look_at_payment(payment_id)
