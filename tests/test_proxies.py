"""Headers of proxies are believed only if a trusted proxy wrote them."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test import RequestFactory
from rest_framework.test import APIClient

from core.http import proxy_watch
from core.http.proxies import client_address, parse_trusted
from tests.server import Server, environment, serving
from users.models import User

NETWORKS = "10.0.0.0/8, 127.0.0.1,2001:db8:ffff::/48"
OWN = "/api/v1/users/me/"


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "believed"),
    [
        ("0", "192.0.2.1", None, "192.0.2.1"),
        ("0", "192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("1", "10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("1", "10.0.0.1", "203.0.113.5, 198.51.100.9", "198.51.100.9"),
        ("2", "10.0.0.1", "6.6.6.6, 203.0.113.5,198.51.100.9", "203.0.113.5"),
        ("2", "10.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("1", "10.0.0.1", None, "10.0.0.1"),
        ("1", "10.0.0.1", "nonsense", "10.0.0.1"),
        ("1", "10.0.0.1", "6.6.6.6, ", "10.0.0.1"),
        ("1", "10.0.0.1", "1.2.3.4:567", "1.2.3.4"),
        ("1", "10.0.0.1", "[2001:db8::1]:443", "2001:db8::/64"),
        ("1", "10.0.0.1", "[2001:db8::1]", "2001:db8::/64"),
        ("1", "10.0.0.1", "::ffff:1.2.3.4", "1.2.3.4"),
        ("1", "10.0.0.1", "[::ffff:1.2.3.4]:80", "1.2.3.4"),
        ("0", "", None, ""),
        ("0", "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("0", "::ffff:192.0.2.1", None, "192.0.2.1"),
        (NETWORKS, "192.0.2.1", "198.51.100.9", "192.0.2.1"),
        (NETWORKS, "10.9.9.9", None, "10.9.9.9"),
        (NETWORKS, "10.9.9.9", "198.51.100.9", "198.51.100.9"),
        (NETWORKS, "::ffff:10.9.9.9", "198.51.100.9", "198.51.100.9"),
        (NETWORKS, "10.9.9.9", "6.6.6.6, 198.51.100.9:1234, 10.0.0.2:80", "198.51.100.9"),
        (NETWORKS, "127.0.0.1", "6.6.6.6, [2001:db8::1]:9, 2001:db8:ffff::7", "2001:db8::/64"),
        (NETWORKS, "10.9.9.9", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (NETWORKS, "10.9.9.9", "6.6.6.6, nonsense, 10.0.0.2", "10.0.0.2"),
        (NETWORKS, "", "198.51.100.9", "198.51.100.9"),
    ],
)
def test_an_address_is_believed_as_far_as_its_writer_is_known(
    settings: Any, trusted: str, peer: str, forwarded: str | None, believed: str
) -> None:
    settings.TRUSTED_PROXIES = parse_trusted(trusted)
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    assert client_address(request) == believed


@pytest.mark.parametrize(
    ("trusted", "peer", "status"),
    [
        ("1", "192.0.2.1", 401),
        (NETWORKS, "10.9.9.9", 401),
        (NETWORKS, "192.0.2.1", 301),
    ],
)
def test_https_is_believed_from_a_proxy_of_ours_only(
    settings: Any, anyone: APIClient, trusted: str, peer: str, status: int
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = parse_trusted(trusted)
    answer = anyone.get(OWN, REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
    assert answer.status_code == status


@pytest.fixture(scope="module")
def directly(django_db_setup: None) -> Iterator[Server]:
    """gunicorn that redirects to HTTPS and knows of no proxy."""
    database = connection.settings_dict
    where = database["HOST"] or "/var/run/postgresql"
    name = f"{database['USER']}@/{database['NAME']}?host={where}&port={database['PORT']}"
    variables = environment(
        DATABASE_URL=f"postgresql://{name}",
        DEVELOPMENT="true",
        SECURE_SSL_REDIRECT="true",
        TRUSTED_PROXIES="0",
    )
    with serving(variables, arguments=("-w", "1", "--threads", "1")) as running:
        yield running


@pytest.mark.parametrize("name", ["X-Forwarded-Proto", "X-Forwarded-Protocol"])
def test_gunicorn_does_not_believe_in_https_by_itself(directly: Server, name: str) -> None:
    answer = httpx.get(f"{directly.url}{OWN}", headers={name: "https"})
    assert answer.status_code == 301


@pytest.mark.parametrize("name", ["/evil", "/health"])
def test_a_script_name_in_a_header_is_not_believed(directly: Server, name: str) -> None:
    live = f"{directly.url}/health/live/"
    assert httpx.get(live, headers={"SCRIPT_NAME": name}).status_code == 200


@pytest.fixture
def _watched(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that has just started in production, with no proxy trusted."""
    settings.DEVELOPMENT = False
    settings.TRUSTED_PROXIES = 0
    monkeypatch.setattr(proxy_watch, "watch", proxy_watch.ProxyWatch())


def warnings_at(client: APIClient) -> list[str]:
    warnings: list[str] = client.get("/health/ready/").json()["warnings"]
    return warnings


@pytest.mark.django_db
@pytest.mark.usefixtures("_watched")
class TestWarnings:
    @pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto"])
    def test_an_unconfigured_proxy_is_warned_of_once(
        self, anyone: APIClient, caplog: pytest.LogCaptureFixture, name: str
    ) -> None:
        assert warnings_at(anyone) == []
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                anyone.get(OWN, headers={name: "198.51.100.9"}, REMOTE_ADDR="10.0.0.7")
        (line,) = [line for line in caplog.messages if "TRUSTED_PROXIES" in line]
        assert "10.0.0.7" in line
        (warning,) = warnings_at(anyone)
        assert "TRUSTED_PROXIES" in warning
        assert "10.0.0.7" not in warning

    def test_a_proxy_beside_the_trusted_networks_is_warned_of(
        self, anyone: APIClient, settings: Any
    ) -> None:
        settings.TRUSTED_PROXIES = parse_trusted(NETWORKS)
        anyone.get(OWN, HTTP_X_FORWARDED_FOR="198.51.100.9", REMOTE_ADDR="10.0.0.7")
        assert warnings_at(anyone) == []
        anyone.get(OWN, HTTP_X_FORWARDED_FOR="198.51.100.9", REMOTE_ADDR="172.17.0.1")
        assert len(warnings_at(anyone)) == 1

    def test_customers_who_all_come_from_one_private_address_are_warned_of_once(
        self, crowd: list[User], ask: Callable[..., None], caplog: pytest.LogCaptureFixture
    ) -> None:
        for user in crowd[:19]:
            ask(user, "172.17.0.1")
            ask(user, "172.17.0.1")
        assert warnings_at(APIClient()) == []
        with caplog.at_level(logging.WARNING):
            for user in crowd[19:30]:
                ask(user, "172.17.0.1")
        assert len([line for line in caplog.messages if "172.17.0.1" in line]) == 1
        (warning,) = warnings_at(APIClient())
        assert "TRUSTED_PROXIES" in warning

    @pytest.mark.parametrize("other", ["8.8.8.8", "172.17.0.2"])
    def test_customers_of_two_addresses_are_what_is_expected(
        self, crowd: list[User], ask: Callable[..., None], other: str
    ) -> None:
        ask(crowd[0], other)
        for user in crowd[:30]:
            ask(user, "172.17.0.1")
        assert warnings_at(APIClient()) == []

    def test_one_public_address_may_be_a_crowd_at_one_network(
        self, crowd: list[User], ask: Callable[..., None]
    ) -> None:
        for user in crowd[:30]:
            ask(user, "8.8.8.8")
        assert warnings_at(APIClient()) == []


@pytest.fixture
def ask() -> Callable[..., None]:
    """A call of a user from an address."""

    def call(user: User, address: str) -> None:
        client = APIClient(REMOTE_ADDR=address)
        client.force_authenticate(user)
        assert client.get(OWN).status_code == 200

    return call
