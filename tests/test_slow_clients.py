"""Clients that dawdle: they hold up nobody else, and are cut."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from core.arrival import Arrival
from tests.server import Server, environment, serving

WITHIN = 1.0
LIMIT = 1000
MANY = 20
LOGIN = "POST /api/v1/auth/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
UNFINISHED = {
    "head": LOGIN,
    "body": LOGIN + "Content-Length: 100\r\n\r\n{",
    "chunks": LOGIN + "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "hesitant": LOGIN + "Expect: 100-continue\r\nContent-Length: 100\r\n\r\n",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """gunicorn with two threads; a request must be there within a second."""
    variables = environment(DEVELOPMENT="true", REQUEST_ARRIVES_WITHIN=str(WITHIN))
    with serving(variables, arguments=("-w", "1", "--threads", "2")) as running:
        yield running


@contextmanager
def dawdlers(server: Server, words: str) -> Iterator[list[socket.socket]]:
    """Many who have said these words and say no more."""
    with ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            for _ in range(MANY)
        ]
        for client in clients:
            client.sendall(words.encode())
        yield clients


def everything(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))


@pytest.mark.parametrize("words", [*UNFINISHED.values(), ""], ids=[*UNFINISHED, "nothing"])
def test_many_who_dawdle_hold_up_nobody(server: Server, words: str) -> None:
    with dawdlers(server, words):
        for _ in range(5):
            assert httpx.get(server.url + "/health/live/", timeout=WITHIN).status_code == 200


def test_with_gunicorns_own_worker_they_do() -> None:
    variables = environment(DEVELOPMENT="true")
    own = ("-w", "1", "--threads", "2", "-k", "gthread")
    with (
        serving(variables, arguments=own) as server,
        dawdlers(server, UNFINISHED["body"]),
        pytest.raises(httpx.ReadTimeout),
    ):
        httpx.get(server.url + "/health/live/", timeout=WITHIN * 2)


@pytest.mark.parametrize("words", UNFINISHED.values(), ids=UNFINISHED)
def test_who_dawdles_is_told_and_cut(server: Server, words: str) -> None:
    began = time.monotonic()
    with dawdlers(server, words) as clients:
        said = everything(clients[0]).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert time.monotonic() - began < WITHIN + 3
    head, body = said.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["code"] == "request_timeout"


def test_a_byte_now_and_then_does_not_buy_time(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(UNFINISHED["body"].encode())
        began = time.monotonic()
        client.settimeout(0.1)
        said = b""
        while not said and time.monotonic() - began < WITHIN + 3:
            client.sendall(b" ")
            try:
                said = client.recv(100)
            except TimeoutError:
                continue
    assert said.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("megabytes", [2, 6])
@pytest.mark.parametrize("chunked", [False, True])
def test_who_sends_too_much_hears_so(server: Server, megabytes: int, chunked: bool) -> None:
    piece = b"x" * 2**20
    body = (piece for _ in range(megabytes)) if chunked else piece * megabytes
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(server.url + "/api/v1/auth/login/", content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "payload_too_large"


def test_who_asks_twice_at_once_gets_two_answers(server: Server) -> None:
    ask = "GET /health/live/ HTTP/1.1\r\nHost: localhost\r\n"
    said = server.say(f"{ask}\r\n{ask}Connection: close\r\n\r\n".encode())
    assert said.count(b'{"status": "ok"}') == 2


WHOLE = {
    "without a body": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "with a length": b"POST / HTTP/1.1\r\ncontent-LENGTH: 5 \r\n\r\nabcde",
    "in chunks": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"a;b=c\r\n\r\n0\r\n\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n",
    "with trailers": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n",
}


@pytest.mark.parametrize("request_", WHOLE.values(), ids=WHOLE)
def test_a_request_is_whole_with_its_last_byte(request_: bytes) -> None:
    near, far = socket.socketpair()
    with near, far:
        arrival = Arrival(b"", limit=LIMIT)
        for byte in request_:
            assert not arrival.read(near)
            far.send(bytes([byte]))
        assert arrival.read(near)
        assert arrival.received == request_
        assert Arrival(request_ + b"GET", limit=LIMIT).read(near), "what follows is another's"


def test_who_waits_to_be_asked_for_a_body_is_asked() -> None:
    near, far = socket.socketpair()
    with near, far:
        arrival = Arrival(UNFINISHED["hesitant"].encode(), limit=LIMIT)
        assert not arrival.read(near)
        assert far.recv(100).startswith(b"HTTP/1.1 100 ")


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n" + b"x" * 1001,
    ],
)
def test_of_too_much_only_so_much_is_taken_as_shows_it(request_: bytes) -> None:
    near, far = socket.socketpair()
    with near, far:
        arrival = Arrival(request_, limit=LIMIT)
        assert arrival.read(near)
        assert arrival.is_too_large


@pytest.mark.parametrize("chunk", [b"zz\r\n", b"1;" + b"x" * 300, b"\r\n"])
def test_what_is_no_chunk_is_left_to_the_parser(chunk: bytes) -> None:
    near, far = socket.socketpair()
    with near, far:
        head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert Arrival(head + chunk, limit=LIMIT).read(near)
