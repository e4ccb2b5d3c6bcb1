"""What tests of accounts share."""

import json
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from procrastinate.contrib.django import app

from users.models import User


def run_jobs() -> None:
    """Runs the jobs waiting in the database, as the worker would."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs RETURNING id, task_name, args")
        rows = cursor.fetchall()
    for _, name, arguments in sorted(rows):
        app.tasks[name].func(**json.loads(arguments))


def newest_code() -> str:
    """The six digits in the newest mail."""
    (code,) = re.findall(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)
    return str(code)


@pytest.fixture
def alice(alice: User) -> User:
    """Alice, whose address is not verified yet."""
    alice.email_verified = False
    alice.save(update_fields=["email_verified"])
    return alice


@pytest.fixture
def code_sent() -> Callable[[], str]:
    """`code_sent()` runs the waiting jobs and returns the code in the newest mail."""

    def read_mail() -> str:
        run_jobs()
        return newest_code()

    return read_mail


def another(code: str) -> str:
    """A wrong code."""
    return f"{(int(code) + 1) % 10**6:06}"
