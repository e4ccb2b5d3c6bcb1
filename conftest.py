"""The fixed cast, and the clients that all tests use.

Alice and Bob are customers, Olga and Otto owners, Ada an admin.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import TransactionTestCase
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from movies.models import Movie
from shows.models import Show
from shows.seats import make_seats
from tests import databases, leaks, tools
from tests.api import As
from tests.examples import without_deadlines
from theaters.models import Screen, Theater
from users.models import Role, User

PASSWORD = "correct-horse-battery"
LONG = (
    "test_worker_and_database.py",
    "test_deploy.py",
    "test_races.py",
    "test_show_races.py",
    "test_worker.py",
    "test_database.py",
    "test_silence.py",
    "test_slow_clients.py",
    "test_readme_tour.py",
    "test_filling.py",
    "test_seat_model.py",
    "test_money_model.py",
    "test_pages.py",
    "test_nonsense.py",
    "test_lookups.py",
    "test_client_page.py",
    "test_account_timing.py",
    "test_functions.py",
)


def pytest_configure() -> None:
    """Speeds up what is slow on purpose, or worthwhile only for a server.

    Hashing is MD5, and no client lists the static files before its first request. A test with real
    commits is undone by deleting its rows, also the queue's, which Django would leave.
    """
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.WHITENOISE_AUTOREFRESH = True
    setattr(TransactionTestCase, "_fixture_teardown", lambda test: databases.empty())  # noqa: B010
    without_deadlines()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fails a test that needs a tool which is missing."""
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            tools.require(name)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails the run if a test was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Starts the longest files first, so that parallel workers finish together."""
    begins = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: begins.get(item.path.name, len(LONG)))


@pytest.fixture(scope="session", autouse=True)
def _no_answer_leaks() -> Iterator[None]:
    """Checks every response of every test for secrets and other people's data."""
    with leaks.scanning():
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """In place of pytest-django's, which migrates once for every process. Only tests that say so
    may use the database: what others write would be committed, and stay."""
    own = databases.database()
    with django_db_blocker.unblock():
        own.__enter__()
    yield
    with django_db_blocker.unblock():
        own.__exit__(None, None, None)


def customer(name: str) -> User:
    """A customer whose address is verified."""
    email = f"{name.lower()}@example.com"
    return User.objects.create_user(email, PASSWORD, name=name, email_verified=True)


@pytest.fixture
def alice(db: None) -> User:
    return customer("Alice")


@pytest.fixture
def bob(db: None) -> User:
    return customer("Bob")


@pytest.fixture
def olga(db: None) -> User:
    return User.objects.create_user("olga@example.com", PASSWORD, name="Olga", role=Role.OWNER)


@pytest.fixture
def otto(db: None) -> User:
    return User.objects.create_user("otto@example.com", PASSWORD, name="Otto", role=Role.OWNER)


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada@example.com", PASSWORD, name="Ada", role=Role.ADMIN)


@pytest.fixture
def anyone() -> APIClient:
    """A client without a token."""
    return APIClient()


@pytest.fixture
def as_(anyone: APIClient) -> As:
    """`as_(alice)` is a client that has logged in as her, over HTTP."""

    def client_of(user: User) -> APIClient:
        body = {"email": user.email, "password": PASSWORD}
        answer = anyone.post("/api/v1/auth/login/", body)
        assert answer.status_code == 200, answer.content
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
        return client

    return client_of


@pytest.fixture
def movie(db: None) -> Movie:
    return Movie.objects.create(title="Metropolis", duration_minutes=153, language="German")


@pytest.fixture
def theater(olga: User) -> Theater:
    """Olga's, in Berlin."""
    return Theater.objects.create(
        name="Babylon",
        city="Berlin",
        timezone="Europe/Berlin",
        currency="EUR",
        owner=olga,
    )


@pytest.fixture
def screen(theater: Theater) -> Screen:
    return Screen.objects.create(theater=theater, name="Screen 1")


@pytest.fixture
def make_show(movie: Movie, screen: Screen) -> Callable[..., Show]:
    """`make_show()` is a show of ten by ten seats on Olga's screen, each a day after the last."""
    days = count(1)

    def make(**fields: Any) -> Show:
        starts_at = timezone.now() + timedelta(days=next(days))
        show = Show.objects.create(
            **{
                "movie": movie,
                "screen": screen,
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(hours=2),
                "free_at": starts_at + timedelta(hours=2, minutes=15),
                "local_date": starts_at.date(),
                "price": Decimal("250.00"),
                "rows": screen.rows,
                "columns": screen.columns,
            }
            | fields
        )
        make_seats(shows=[show.pk], layout=screen.layout)
        return show

    return make


@pytest.fixture
def show(make_show: Callable[..., Show]) -> Show:
    return make_show()
