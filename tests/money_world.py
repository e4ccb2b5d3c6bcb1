"""A theater whose customers pay, as rows and clients."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from rest_framework.test import APIClient, ForceAuthClientHandler

from movies.models import Movie
from payments.connecting import connect_account
from payments.models import ProviderAccount
from payments.tests.conftest import SELLER
from payments.tests.stripe_world import SECRET
from pricing.models import Voucher
from shows.models import Show
from shows.seats import make_seats
from tests.money_model import FEE, LABELS, PRICES, VOUCHER_SHARE, VOUCHER_USES
from theaters.models import Screen, Theater
from users import tokens
from users.models import Role, User
from users.sessions import start_session

HANDLER = ForceAuthClientHandler()
A_DAY = 24 * 60
LAYOUT = ["spr"]
CATEGORIES = ["standard", "premium", "recliner"]


@dataclass(frozen=True)
class World:
    """A theater with two shows of three seats, its owner and two customers."""

    theater: Theater
    shows: list[Show]
    voucher: str
    account: ProviderAccount
    owner: APIClient
    clients: list[APIClient]


def open_theater(number: int) -> World:
    """Returns a theater of its own, with an account at the fake Stripe."""
    owner = _user(f"seller{number}", Role.OWNER)
    theater = Theater.objects.create(
        name="T",
        city="C",
        owner=owner,
        pays="both",
        booking_fee=FEE,
        checkin_from_minutes=A_DAY,
        **SELLER,
    )
    secrets = {"secret_key": f"sk_test_of_the_model_{number}", "webhook_secret": SECRET}
    return World(
        theater=theater,
        shows=[_show(theater, name) for name in ("1", "2")],
        voucher=_voucher(theater),
        account=connect_account(theater_id=theater.pk, provider="stripe", secrets=secrets),
        owner=client_of(owner),
        clients=[client_of(_user(f"b{number}.{person}", Role.USER)) for person in range(2)],
    )


def _user(name: str, role: str) -> User:
    email = f"{name}@example.com"
    return User.objects.create(email=email, name=name, role=role, email_verified=True)


def client_of(user: User) -> APIClient:
    """Returns a client that has logged in as the user, without a password."""
    client = APIClient()
    client.handler = HANDLER
    access = tokens.pair(start_session(user=user, address=""))["access"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client


def _voucher(theater: Theater) -> str:
    made = Voucher.objects.create(
        theater=theater, code="FEW", kind="share", value=VOUCHER_SHARE, uses_at_most=VOUCHER_USES
    )
    return str(made.code)


def _show(theater: Theater, name: str) -> Show:
    """Makes a show that starts in 20 hours, on a screen of its own."""
    costs = PRICES[int(name) - 1]
    prices = {kind: str(costs[label]) for kind, label in zip(CATEGORIES, LABELS, strict=True)}
    movie = Movie.objects.create(title="M", duration_minutes=300)
    screen = Screen.objects.create(theater=theater, name=name, layout=LAYOUT)
    start = timezone.now() + timedelta(hours=20)
    end = start + timedelta(hours=5)
    show: Show = Show.objects.create(
        movie=movie,
        screen=screen,
        starts_at=start,
        ends_at=end,
        free_at=end,
        local_date=start.date(),
        price=prices["standard"],
        prices=prices,
        rows=1,
        columns=3,
    )
    make_seats(shows=[show.pk], layout=LAYOUT)
    return show
