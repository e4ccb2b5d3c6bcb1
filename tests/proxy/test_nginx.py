"""Behind deploy/nginx.conf, slow clients block nobody, and clients cannot forge headers."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.proxy.nginx import Proxy, in_front_of, unverified
from tests.server import Server, environment, free_port, serving

pytestmark = pytest.mark.needs("nginx")

MANY = 40
LOGIN = "POST /api/v1/auth/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
UNFINISHED = {
    "say nothing": "",
    "send half a head": LOGIN,
    "send half a body": LOGIN + "Content-Length: 100\r\n\r\n{",
    "send a chunk at a time": LOGIN + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    "do not read": "GET /api/v1/schema/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20,
}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Proxy]:
    """nginx before gunicorn with two threads."""
    variables = environment(DEVELOPMENT="true", TRUSTED_PROXIES="127.0.0.1,::1")
    with (
        serving(variables, arguments=("-w", "1", "--threads", "2")) as server,
        in_front_of(server, tmp_path_factory.mktemp("nginx")) as running,
    ):
        yield running


@contextmanager
def connected(proxy: Proxy, *, receives: int = 0) -> Iterator[ssl.SSLSocket]:
    """A client that reads into a buffer of so many bytes, as slow ones do."""
    with socket.socket() as wire:
        if receives:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        wire.settimeout(10)
        wire.connect(("127.0.0.1", proxy.port))
        with unverified().wrap_socket(wire) as secure:
            yield secure


@pytest.mark.parametrize("words", UNFINISHED.values(), ids=UNFINISHED)
def test_forty_slow_clients_block_nobody(proxy: Proxy, words: str) -> None:
    with ExitStack() as stack, proxy.client() as client:
        for _ in range(MANY):
            stack.enter_context(connected(proxy, receives=4096)).sendall(words.encode())
        for _ in range(5):
            assert client.get("/health/live/").status_code == 200


def test_more_idle_connections_than_nginx_has_block_nobody(proxy: Proxy) -> None:
    with ExitStack() as stack:
        for _ in range(600):
            stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port)))
        assert httpx.get(proxy.url + "/health/live/", verify=False, timeout=10).status_code == 200


def test_a_body_in_many_tiny_chunks_is_judged_at_once(proxy: Proxy) -> None:
    chunks = "1\r\na\r\n" * 270_000
    with connected(proxy) as wire:
        wire.sendall((LOGIN + "Transfer-Encoding: chunked\r\n\r\n" + chunks).encode())
        wire.sendall(b"0\r\n\r\n")
        assert wire.recv(12) == b"HTTP/1.1 413"


def test_what_is_too_large_is_a_problem_document(proxy: Proxy) -> None:
    with proxy.client() as client:
        answer = client.post("/api/v1/auth/login/", content=b"x" * 3_000_000)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "payload_too_large"


def test_a_program_that_is_away_is_a_problem_document(
    proxy: Proxy, tmp_path: Path, django_db_setup: None
) -> None:
    with (
        in_front_of(Server(free_port(), tmp_path), tmp_path) as before_nothing,
        before_nothing.client() as client,
    ):
        answer = client.get("/api/v1/movies/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json()["code"] == "unavailable"


@pytest.mark.parametrize(
    "forged",
    [
        {"X-Forwarded-Proto": "http"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"Script-Name": "/evil"},
        {"SCRIPT_NAME": "/evil"},
    ],
    ids=str,
)
def test_forwarding_headers_of_clients_are_not_passed_on(
    proxy: Proxy, forged: dict[str, str]
) -> None:
    with proxy.client() as client:
        answer = client.get("/admin/", headers={"Host": "localhost"} | forged)
    assert answer.headers["Location"] == "/admin/login/?next=/admin/"


def test_only_what_anybody_may_read_is_compressed(proxy: Proxy) -> None:
    with proxy.client() as client:
        public = client.get("/api/v1/schema/", headers={"Host": "localhost"})
        page = client.get("/admin/login/", headers={"Host": "localhost"})
    assert (public.status_code, public.headers["Content-Encoding"]) == (200, "gzip")
    assert (page.status_code, len(page.content) > 1000) == (200, True)
    assert "Content-Encoding" not in page.headers
