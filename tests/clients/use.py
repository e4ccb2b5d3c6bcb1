"""A program that uses the Python client which openapi-python-client makes of the schema."""

from moviebooking import AuthenticatedClient, Client
from moviebooking.api.accounts import register
from moviebooking.api.bookings import book_seats
from moviebooking.api.seats import get_seat_map, hold_seats
from moviebooking.models import (
    Booking,
    BookingRequest,
    HoldRequest,
    LoggedIn,
    RegisterRequest,
    SeatMap,
)


def book_first_free_seat(url: str, email: str, password: str, show: int) -> str:
    """The reference of the new booking of a new customer."""
    person = RegisterRequest(email=email, password=password, name="Anna")
    entered = register.sync(client=Client(base_url=url), body=person)
    assert isinstance(entered, LoggedIn)
    client = AuthenticatedClient(base_url=url, token=entered.access)
    seats = get_seat_map.sync(id=show, client=client)
    assert isinstance(seats, SeatMap)
    free = next(seat.label for seat in seats.seats if seat.status == "available")
    hold_seats.sync(id=show, client=client, body=HoldRequest(seats=[free]))
    booking = book_seats.sync(
        client=client, body=BookingRequest(show=show), idempotency_key=f"{email} {show}"
    )
    assert isinstance(booking, Booking)
    return booking.reference
