"""The API's page in a real browser: it loads only our files, and one call leads to the next."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from tests.browser import Browser, chromium
from tests.server import Server, Switch
from users.examples import PASSWORD
from users.models import User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs("chromium", "chromedriver"),
]
OPTIONS: dict[str, Any] = settings.SPECTACULAR_SETTINGS
LOGIN = "#operations-Accounts-login"
TAGS = "return [...document.querySelectorAll('.opblock-tag')].map((tag) => tag.dataset.tag)"
STRANGERS = """
return performance.getEntriesByType("resource").map((entry) => entry.name)
    .filter((name) => !name.startsWith(location.origin) && !name.startsWith("data:"))
"""


@pytest.fixture
def window(server: Server, switch: Switch) -> Iterator[Browser]:
    """The page, scrolled to logging in and opened there by its link."""
    switch.cut()
    with chromium() as browser:
        browser.open(f"{server.url}/api/v1/docs/#/Accounts/login")
        _wait(browser, f"return !!document.querySelector('{LOGIN} .execute')")
        yield browser


def _wait(browser: Browser, script: str) -> None:
    deadline = time.monotonic() + 30
    while not browser.run(script):
        assert time.monotonic() < deadline, script
        time.sleep(0.1)


def test_the_page_lives_on_own_files_in_a_customers_order(window: Browser) -> None:
    assert window.run(TAGS) == [tag["name"] for tag in OPTIONS["TAGS"]]
    assert window.run(STRANGERS) == []
    refused = [said for said in window.complaints() if "Content Security Policy" in said]
    assert refused == []


def test_whoever_logs_in_by_the_example_goes_on_with_that_token(
    window: Browser, alice: User
) -> None:
    alice.password = Argon2PasswordHasher().encode(PASSWORD, "a-salt-of-the-tests")
    alice.save()
    window.click(f"{LOGIN} .execute")
    _wait(window, "return !!document.querySelector('.btn.authorize.locked')")
    assert "accessToken" in window.run("return localStorage.getItem('authorized')")
