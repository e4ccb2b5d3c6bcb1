"""Alice's paid ticket, and calls that exchange it."""

from typing import Any

from rest_framework.test import APIClient

from bookings.models import Booking, Ticket
from shows.models import Seat, Show


def costs(show: Show, label: str, price: str) -> None:
    Seat.objects.filter(show=show, label=label).update(price=price)


def status_of(show: Show, label: str) -> str:
    return str(Seat.objects.get(show=show, label=label).status)


def exchange(client: APIClient, ticket: Ticket, seat: str, **more: Any) -> Any:
    path = f"/api/v1/bookings/{ticket.booking.reference}/exchange/"
    headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
    return client.post(path, {"ticket": ticket.code, "seat": seat, **more}, headers=headers)


def ticket_of(booking: Booking, label: str = "A1", **more: Any) -> Ticket:
    found = Ticket.objects.select_related("booking")
    ticket: Ticket = found.get(booking=booking, label=label, **more)
    return ticket


def valid(booking: Booking) -> list[str]:
    found = Ticket.objects.filter(booking=booking, status="valid").order_by("label")
    return list(found.values_list("label", flat=True))
