"""A cinema with a small room, paid by the demo bank, and a show for each round."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from bookings.models import Booking, Ticket
from lab.browsers.visitor import Sight
from movies.models import Movie
from payments import proof
from payments.connecting import connect_account
from shows.models import Show
from shows.seats import make_seats
from theaters.models import Screen, Theater
from users.models import Role, User

ROOM = ["ssssss"]
SELLER = {
    "legal_name": "Kino GmbH",
    "legal_address": "Kinoweg 1, 10115 Berlin",
    "terms_url": "https://kino.example/terms",
    "privacy_url": "https://kino.example/privacy",
}


def make_shows(rounds: int) -> list[int]:
    """Returns the ids of so many shows of six seats."""
    olga = User.objects.create_user("olga@example.com", "correct-horse", role=Role.OWNER)
    theater = Theater.objects.create(
        name="Babylon", city="Berlin", timezone="Europe/Berlin", currency="EUR", owner=olga
    )
    connect_account(theater_id=theater.pk, provider="demo", secrets={"webhook_secret": "s3cret"})
    Theater.objects.filter(pk=theater.pk).update(pays="online", **SELLER)
    screen = Screen.objects.create(theater=theater, name="Screen 1", layout=ROOM)
    movie = Movie.objects.create(title="Metropolis", duration_minutes=153, language="German")
    first = timezone.now() + timedelta(days=1)
    shows = [
        _make_show(screen, movie, first + number * timedelta(hours=3)) for number in range(rounds)
    ]
    make_seats(shows=[show.pk for show in shows], layout=ROOM)
    return [show.pk for show in shows]


def _make_show(screen: Screen, movie: Movie, starts_at: datetime) -> Show:
    return Show.objects.create(
        movie=movie,
        screen=screen,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        free_at=starts_at + timedelta(hours=2, minutes=15),
        local_date=starts_at.date(),
        price=Decimal("12.50"),
        rows=1,
        columns=len(ROOM[0]),
    )


def wrongs(sights: list[Sight]) -> list[str]:
    """Returns what must not be: a seat twice, or tickets that somebody saw and nobody booked."""
    live = Ticket.objects.filter(status__in=["valid", "pending"])
    twice = live.values("seat").annotate(number=Count("pk")).filter(number__gt=1)
    found = [f"seat {each['seat']} has {each['number']} tickets" for each in twice]
    shown: set[tuple[int, str]] = set()
    for sight in sights:
        if sight.reference:
            found += _wrongs_of(sight)
            seats = {(sight.show, label) for label in sight.seats}
            found += [f"{seat} was shown to two people" for seat in sorted(seats & shown)]
            shown |= seats
    return found + [str(fault) for fault in proof.faults()]


def _wrongs_of(sight: Sight) -> list[str]:
    booking = Booking.objects.filter(reference=sight.reference).first()
    if booking is None or booking.status != "confirmed":
        return [f"{sight.reference} was shown as paid, but is not confirmed"]
    labels = sorted(booking.tickets.filter(status="valid").values_list("label", flat=True))
    if booking.show_id != sight.show or labels != sorted(sight.seats):
        return [f"{sight.reference} has {labels}, but {sight.seats} were shown"]
    return []


def sold(shows: list[int]) -> int:
    """Returns how many seats of the shows have a valid ticket."""
    return Ticket.objects.filter(status="valid", seat__show__in=shows).count()
