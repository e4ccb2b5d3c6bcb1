"""No log line has an address, or the rows that a database's error quotes."""

import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from core.logs.privacy import scrub
from tests.server import BASE_DIR, environment
from tests.test_settings import SAFE
from users.models import User

LOG = """
import logging
import django
django.setup()
import structlog
from django.db import Error
from users.models import User
rows = [
    User(email="alice@example.com", name="Mallory"),
    User(email="mallory@example.com", role="tsar", name="Of\\n\\nseveral lines"),
]
for logger in (logging.getLogger("a.library"), structlog.get_logger("ours")):
    for row in rows:
        try:
            row.save(force_insert=True)
        except Error as error:
            logger.exception("Job send(email='alice@example.com') failed")
            logger.warning(f"It said: {error}")
            logger.warning("An object", error=error) if "ours" in str(logger) else None
"""


@pytest.mark.parametrize("development", ["true", "false"])
@pytest.mark.django_db(transaction=True)
def test_a_bug_with_the_database_is_logged_without_the_row(alice: User, development: str) -> None:
    url = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    variables = SAFE | {"DEVELOPMENT": development, "DATABASE_URL": url.geturl()}
    variables["DJANGO_SETTINGS_MODULE"] = "core.settings"
    said = subprocess.run(
        [sys.executable, "-c", LOG],
        cwd=BASE_DIR,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert said.count("Traceback") >= 8
    assert said.count("violates unique constraint") >= 4
    assert said.count("violates check constraint") >= 4
    for told in ("@example.com", "DETAIL", "Key (", "Failing row", "several lines", "Mallory"):
        assert told not in said


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("send_code[7](email='alice@example.com')", "send_code[7](email='…')"),
        ("Key (lower(email))=(alice@example.com) exists", "Key (lower(email))=(…) exists"),
        ("{'a.b+c@straße.example': (550, b'No')}", "{'…': (550, b'No')}"),
        ("to <alice@example.com>, bob@example.com.", "to <…>, …"),
        ("postgresql://ada:secret@db:5432/x", "postgresql://ada:…:5432/x"),
        ("doble\nDETALLE:  (a)=(of\n\nlines).\nCONTEXT:  SQL", "doble\n"),
        ("no address @ all\nin two: lines", "no address @ all\nin two: lines"),
    ],
)
def test_addresses_and_what_postgresql_quotes_are_left_out(said: str, logged: str) -> None:
    assert scrub(said) == logged
