"""A cinema in Berlin that is paid online or at its counter, and people with browsers."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from playwright.sync_api import Browser, expect, sync_playwright

from conftest import PASSWORD
from payments.connecting import connect_account
from shows.models import Show
from tests.browser import FLAGS
from tests.tools import program
from tests.web.system import System, running
from tests.web.visitors import Visit, Visitor, visiting
from theaters.models import Theater
from users.models import User

PATIENCE_MS = 20_000  # others may keep the machine busy
SELLER = {
    "legal_name": "Kino GmbH",
    "legal_address": "Kinoweg 1, 10115 Berlin",
    "terms_url": "https://kino.example/terms",
    "privacy_url": "https://kino.example/privacy",
}


@pytest.fixture(scope="session")
def system(django_db_setup: None) -> Iterator[System]:
    name = connection.settings_dict["NAME"]
    with running(urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. While it is driven, this thread has a loop, which Django takes for a caller."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        flags = [flag for flag in FLAGS if flag != "--headless"]
        chromium = driver.chromium.launch(executable_path=program("chromium"), args=flags)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(params=[390, 1280])
def width(request: pytest.FixtureRequest) -> int:
    """Of a phone and of a desk."""
    return int(request.param)


@pytest.fixture
def visit(transactional_db: None, browser: Browser, system: System, width: int) -> Iterator[Visit]:
    """`visit()` is somebody at the client; at the end no console has an error."""
    with ExitStack() as leaving:
        everybody: list[Visitor] = []

        def visit(**more: Any) -> Visitor:
            one = leaving.enter_context(visiting(browser, system.url, width, **more))
            one.context.set_default_timeout(PATIENCE_MS)
            everybody.append(one)
            return one

        yield visit
        assert [each.complaints for each in everybody if each.complaints] == []


@pytest.fixture
def guest(visit: Visit) -> Visitor:
    return visit()


@pytest.fixture
def show(make_show: Callable[..., Show]) -> Show:
    """Tomorrow's, paid at the counter."""
    show = make_show(price=Decimal("12.50"))
    Theater.objects.filter(pk=show.screen.theater_id).update(**SELLER)
    return show


@pytest.fixture
def online(show: Show, system: System) -> Iterator[Show]:
    """The show where it is paid by the demo bank, whose word the worker hears."""
    theater = show.screen.theater
    connect_account(theater_id=theater.pk, provider="demo", secrets={"webhook_secret": "s3cret"})
    Theater.objects.filter(pk=theater.pk).update(pays="online")
    with system.worker():
        yield show


@pytest.fixture
def alice(alice: User) -> User:
    """Alice, whose password the server's own hasher knows."""
    alice.password = Argon2PasswordHasher().encode(PASSWORD, "a-salt-of-hers")
    alice.save(update_fields=["password"])
    return alice
