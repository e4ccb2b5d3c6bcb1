"""A show whose doors are open, and a ticket for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bookings.models import Booking, Ticket
from bookings.tickets import keys, token
from core.postgres.clock import StatementTime
from shows.models import Show
from tests.racing import book
from users.models import User

SOON = timedelta(minutes=30)


def opened(show: Show, until: timedelta = SOON) -> Show:
    """The show, which starts so soon."""
    start = timezone.now() + until
    times = {"starts_at": start, "ends_at": start + timedelta(hours=2), "free_at": start + 9 * SOON}
    Show.objects.filter(pk=show.pk).update(**times)
    return show


def ticket_for(user: User, show: Show, label: str = "A1", *, is_paid: bool = True) -> Ticket:
    reference = book(user, show, label)().json()["reference"]
    if is_paid:
        Booking.objects.filter(reference=reference).update(paid_at=StatementTime())
    ticket: Ticket = Ticket.objects.select_related("booking").get(booking__reference=reference)
    return ticket


def signed(ticket: Ticket, issue: int | None = None) -> str:
    """The text of the ticket's QR code."""
    number = ticket.issue if issue is None else issue
    said = token.Token(ticket.booking.show_id, ticket.code, number)
    return token.sign(said, keys.signing_key())


@pytest.fixture
def ticket(show: Show, alice: User) -> Any:
    """Alice's, paid, for a show that starts in half an hour."""
    bought = ticket_for(alice, show)
    opened(show)
    return bought
