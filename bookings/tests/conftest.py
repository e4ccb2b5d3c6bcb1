"""A booking of Alice's, for a show on 2 July 2030 at 20:15 in Berlin."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bookings.models import Booking, Ticket
from movies.models import Movie
from shows.models import Show
from theaters.models import Screen
from users.models import User


@pytest.fixture
def booked_show(movie: Movie, screen: Screen) -> Show:
    start = datetime(2030, 7, 2, 18, 15, tzinfo=UTC)
    return Show.objects.create(
        movie=movie,
        screen=screen,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        free_at=start + timedelta(hours=2),
        local_date=start.date(),
        price=Decimal("12.50"),
        rows=10,
        columns=10,
    )


@pytest.fixture
def booking(alice: User, booked_show: Show) -> Booking:
    booking = Booking.objects.create(
        reference="K7M2QX9WRT", user=alice, show=booked_show, total=Decimal("30.50")
    )
    for label, category, price in (
        ("H7", "standard", "12.50"),
        ("H8", "premium", "18.00"),
    ):
        Ticket.objects.create(
            booking=booking,
            code=f"9f2c4e7ab1d84c5ea6f03b7d2e918c0{label[1:]}",
            label=label,
            category=category,
            price=Decimal(price),
        )
    return booking
