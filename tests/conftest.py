"""A real server for the tests that need one, on the tests' own database."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.parallel import hang_up
from tests.server import Server, Switch, environment, serving
from users.models import User


@pytest.fixture(scope="session")
def switch(django_db_setup: None) -> Switch:
    """The switch between the server and its database."""
    database = connection.settings_dict
    return Switch(database["HOST"] or "/var/run/postgresql", int(database["PORT"] or 5432))


@pytest.fixture(scope="session")
def server(switch: Switch, django_db_blocker: pytest.FixtureRequest) -> Iterator[Server]:
    """gunicorn in development's settings, connected as a role that may connect twice."""
    database = connection.settings_dict
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(LIMITED_ROLE.format(role=limited_role()))
        connection.close()
    url = f"postgresql://{limited_role()}@127.0.0.1:{switch.port}/{database['NAME']}"
    arguments = ("-w", "1", "--threads", "2")
    variables = environment(DATABASE_URL=url, DEVELOPMENT="true")
    with serving(variables, arguments=arguments) as running:
        yield running


@pytest.fixture(scope="module")
def threads(django_db_setup: None) -> Iterator[None]:
    """Keeps the connections of tests/parallel.py from race to race: opening is expensive."""
    yield
    hang_up()


@pytest.fixture
def races(threads: None, settings: Any) -> None:
    settings.RATE_LIMITS_ENABLED = False


@pytest.fixture
def crowd(db: None) -> list[User]:
    """64 customers."""
    return User.objects.bulk_create(
        User(email=f"c{number}@example.com", name="Customer") for number in range(64)
    )


LIMITED_ROLE = """
DO $$ BEGIN
  CREATE ROLE {role} LOGIN CONNECTION LIMIT 2;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO {role};
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role};
"""


def limited_role() -> str:
    """Returns a role per test database, because roles belong to the whole cluster."""
    return f"limited_{connection.settings_dict['NAME']}"
