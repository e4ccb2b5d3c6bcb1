"""What lab.bench.money measures in: a theater with a show of a hundred seats, and a customer."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from movies.models import Movie
from payments.connecting import connect_account
from payments.models import ProviderAccount
from shows.models import Show
from shows.seats import make_seats
from theaters.models import Screen, Theater
from users.models import Role, User

LAYOUT = ["ssssssssss"] * 10
SELLER = {
    "legal_name": "Kino GmbH",
    "legal_address": "Kinoweg 1, 10115 Berlin",
    "terms_url": "https://kino.example/terms",
    "privacy_url": "https://kino.example/privacy",
}


class Made(NamedTuple):
    """Ids of what was made."""

    user: int
    show: int
    theater: int


def make() -> Made:
    """Make a show in ten days, and its customer."""
    owner = User.objects.create(email="olga@example.com", name="Olga", role=Role.OWNER)
    user = User.objects.create(email="alice@example.com", name="Alice", email_verified=True)
    theater = Theater.objects.create(name="T", city="C", owner=owner)
    screen = Screen.objects.create(theater=theater, name="S", layout=LAYOUT)
    start = timezone.now() + timedelta(days=10)
    end = start + timedelta(hours=2)
    show = Show.objects.create(
        movie=Movie.objects.create(title="M", duration_minutes=120),
        screen=screen,
        starts_at=start,
        ends_at=end,
        free_at=end,
        local_date=start.date(),
        price="12.50",
        rows=10,
        columns=10,
    )
    make_seats(shows=[show.pk], layout=LAYOUT)
    return Made(user.pk, show.pk, theater.pk)


def sell_online(theater_id: int) -> ProviderAccount:
    """Let the theater be paid online, through the demo bank."""
    secrets = {"webhook_secret": "s3cret"}
    account = connect_account(theater_id=theater_id, provider="demo", secrets=secrets)
    Theater.objects.filter(pk=theater_id).update(pays="both", **SELLER)
    return account
