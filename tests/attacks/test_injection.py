"""OWASP API8 and API4: SQL, lookups, spellings and endless pages, for all that the schema lists."""

from functools import cache
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from shows.models import Show
from tests.attacks.addresses import ADDRESSES
from tests.attacks.test_functions import IN_SCHEMA, described
from tests.problems import problem
from users import tokens
from users.models import User
from users.sessions import start_session

pytestmark = pytest.mark.django_db

LISTS = (
    "accounts",
    "bookings",
    "holds",
    "invitations",
    "movies",
    "my-roles",
    "my-sessions",
    "payment-accounts",
    "screens",
    "show-bookings",
    "shows",
    "staff",
    "theater-bookings",
    "theater-receipts",
    "theaters",
    "ticket-types",
    "vouchers",
)
NASTY = (
    "' OR '1'='1",
    "1 OR 1=1",
    "1; DROP TABLE users_user; --",
    "') UNION SELECT email, password FROM users_user --",
    "%(show)s",
    "%s",
    "{0.__class__}",
    "$(sleep 9)",
    "%",
    "_",
    "\\",
    "password",
    "-user__password",
    "user__password__startswith",
    "?",
    "RANDOM()",
    "id,id;SELECT pg_sleep(9)",
    "..",
    "\u202e",
    "９",
    "1e3",
    "-0",
    "9" * 5000,
    "x" * 3000,
)
LOOKUPS = (
    "_connector=OR",
    "_negated=True",
    "user__password__startswith=m",
    "user__email__contains=alice",
    "owner__password__regex=.",
    "pk__gt=0",
    "id__in=1,2",
    "password=x",
    "fields=password",
    "include=user",
    "__class__=x",
    "search__contains=x",
)


@pytest.fixture
def admin(ada: User) -> APIClient:
    access = tokens.pair(start_session(user=ada, address=""))["access"]
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")


@pytest.fixture
def lists(show: Show, alice: User) -> dict[str, str]:
    """Returns the path of each list, with ids that exist."""
    ids = {"theater": show.screen.theater_id, "show": show.pk}
    return {
        name: ADDRESSES[name].path(
            ids["theater" if "theaters" in ADDRESSES[name].route else "show"]
        )
        for name in LISTS
    }


operations = cache(described)


def parameters(name: str) -> list[str]:
    operation: Any = operations().get((ADDRESSES[name].template(IN_SCHEMA), "GET"), {})
    described_here = operation.get("parameters", [])
    return [each["name"] for each in described_here if each["in"] == "query"]


def test_all_lists_and_enough_parameters_are_tried() -> None:
    assert set(LISTS) == {name for name in ADDRESSES if "page" in parameters(name)}
    assert sum(len(list(parameters(name))) for name in LISTS) > 40


@pytest.mark.parametrize("name", LISTS)
def test_nothing_that_is_put_into_a_parameter_gets_out_of_it(
    name: str, lists: dict[str, str], admin: APIClient
) -> None:
    whole = admin.get(lists[name]).json()["count"]
    for parameter, value in product(parameters(name), NASTY):
        answer = admin.get(f"{lists[name]}?{urlencode({parameter: value})}"[:4000])
        assert answer.status_code in {200, 400, 404}, (parameter, value, answer.content)
        if answer.status_code == 200:
            assert answer.json()["count"] <= whole
        else:
            problem(answer, answer.status_code)


@pytest.mark.parametrize("name", LISTS)
def test_only_promised_orders_are_followed(
    name: str, lists: dict[str, str], admin: APIClient
) -> None:
    for field in ("password", "-user__password", "user__email", "pk__gt", "?", "id,nothing"):
        said = problem(admin.get(f"{lists[name]}?{urlencode({'ordering': field})}"), 400)
        assert [row["field"] for row in said["errors"]] == ["ordering"]


@pytest.mark.parametrize("name", LISTS)
def test_a_lookup_is_no_parameter(name: str, lists: dict[str, str], admin: APIClient) -> None:
    for query in LOOKUPS:
        problem(admin.get(f"{lists[name]}?{query}"), 400, "unknown_parameter")


@pytest.mark.parametrize("name", LISTS)
def test_a_page_is_never_everything(name: str, lists: dict[str, str], admin: APIClient) -> None:
    for size in ("1000000000", "", "9" * 3000):
        answer = admin.get(f"{lists[name]}?{urlencode({'page_size': size})}")
        assert answer.status_code == 200
        assert len(answer.json()["results"]) <= 100
    for size in ("-1", "0", "abc", "1e9", "１００", "null", "100.0"):
        said = problem(admin.get(f"{lists[name]}?{urlencode({'page_size': size})}"), 400)
        assert [row["field"] for row in said["errors"]] == ["page_size"]
    for page in ("1" + "0" * 20, "0", "-1", "abc", "9" * 3000, "1.0", "null"):
        problem(admin.get(f"{lists[name]}?{urlencode({'page': page})}"), 404)


NO_IDS = (
    "0",
    "01",
    "-1",
    "1.0",
    "1e3",
    "+1",
    "%31%00",
    "9" * 30,
    "１",
    "1;x=1",
    "1%20",
    "null",
    "*",
)
WITH_IDS = sorted(name for name, address in ADDRESSES.items() if address.parameters)


@pytest.mark.parametrize("name", WITH_IDS)
def test_an_id_in_another_spelling_is_not_there(name: str, admin: APIClient) -> None:
    address = ADDRESSES[name]
    for spelling, method in product(NO_IDS, address.methods - {"OPTIONS"}):
        answer = admin.generic(
            method, address.path(spelling), "{}", content_type="application/json"
        )
        assert answer.status_code in {400, 404}, (method, spelling)
        if method != "HEAD":
            problem(answer, answer.status_code)
