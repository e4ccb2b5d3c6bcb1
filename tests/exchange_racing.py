"""What races about exchanges need: paid tickets, and ones that wait for a difference."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from bookings.booking import book_seats
from bookings.models import Booking, Ticket
from bookings.order import Order
from payments.models import Payment, ProviderAccount
from payments.tests.exchanged import costs
from shows.models import Show
from tests import money_racing
from tests.money_racing import arrives, attempt
from tests.racing import client_of
from users.models import User

SLOW_SEATS = ("SELECT seat.id, ", "SELECT seat.id + 0 * length(pg_sleep(0.1)::text), ")
LATE = timedelta(minutes=16)
Make = Callable[..., Show]


def paid(user: User, show: Show, label: str, account: ProviderAccount) -> Ticket:
    order = Order(show.pk, [label], pay="online")
    booking = Booking.objects.get(pk=book_seats(user_id=user.pk, order=order))
    arrives(attempt(booking, account))()
    ticket: Ticket = Ticket.objects.select_related("booking").get(booking=booking)
    return ticket


def exchange(user: User, ticket: Ticket, seat: str, **more: Any) -> Callable[[], Any]:
    path = f"/api/v1/bookings/{ticket.booking.reference}/exchange/"
    return partial(client_of(user).post, path, {"ticket": ticket.code, "seat": seat, **more})


def difference(ticket: Ticket, account: ProviderAccount, number: int = 2) -> Payment:
    """The payment of what an exchange waits for."""
    return Payment.objects.create(
        booking=ticket.booking,
        account=account,
        provider="demo",
        reference=f"demo_{ticket.pk}_{number}",
        attempt=number,
        amount=5000,
        currency="EUR",
        status="open",
    )


def waiting(
    user: User, show: Show, account: ProviderAccount, label: str = "A1"
) -> tuple[Ticket, Payment]:
    """A ticket that waits for 50.00 to become one for the seat in the next row."""
    ticket, wanted = paid(user, show, label, account), label.replace("A", "B")
    costs(show, wanted, "300.00")
    assert exchange(user, ticket, wanted)().status_code == 201
    return ticket, difference(ticket, account)


def broken() -> list[str]:
    twice = Ticket.objects.filter(used_at__isnull=False, replaced_by__isnull=False)
    return [*money_racing.broken(), *(f"in, and exchanged: {each}" for each in twice)]
