"""Requests that no HTTP library would send, written to the socket of the real server."""

import json
import time
from contextlib import suppress
from typing import Any

import psutil
import pytest

from tests.server import Server

LOGIN = (
    b"POST /api/v1/auth/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
)
CHUNKED = LOGIN + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


def refused(server: Server, words: bytes, *statuses: int) -> dict[str, Any]:
    """The problem in the answer, which comes within a second."""
    head, _, body = promptly(server, words).partition(b"\r\n\r\n")
    assert int(head.split()[1]) in statuses, head
    assert b"Content-Type: application/problem+json" in head
    document: dict[str, Any] = json.loads(body)
    assert f"X-Request-ID: {document['request_id']}".encode() in head
    assert document["status"] in statuses
    return document


def promptly(server: Server, words: bytes) -> bytes:
    """Returns the whole response, which must come within a second in one of three tries.

    On a busy machine, the server or this process may not run for a second; but whatever makes the
    server itself slow does so each time.
    """
    for _ in range(3):
        began = time.monotonic()
        with suppress(TimeoutError):
            answer = server.say(words)
            if time.monotonic() - began < 1:
                return answer
    pytest.fail("No answer came within a second.")


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


@pytest.mark.parametrize(
    "words",
    [
        b"GARBAGE\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /nothing\r\n\r\n",
        b"GET /nothing HTTP/9.9\r\n\r\n",
        b"G\0T /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /nothing HTTP/1.1\r\nHost localhost\r\n\r\n",
        b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nA\0: b\r\n\r\n",
        b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nA: b\0c\r\n\r\n",
        b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n",
        LOGIN + b"Content-Length: -1\r\n\r\n{}",
        LOGIN + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        LOGIN + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        LOGIN + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        CHUNKED + b"ZZ\r\n{}\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 64 + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_a_problem(server: Server, words: bytes) -> None:
    refused(server, words, 400)


def test_headers_of_nine_kilobytes_are_refused(server: Server) -> None:
    words = (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + b"a" * 9000 + b"\r\n\r\n"
    )
    assert refused(server, words, 431)["code"] == "headers_too_large"


def test_a_thousand_headers_are_refused(server: Server) -> None:
    words = b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 1000 + b"\r\n"
    assert refused(server, words, 431)["code"] == "headers_too_large"


def test_an_endless_address_is_refused(server: Server) -> None:
    words = b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert refused(server, words, 414)["code"] == "address_too_long"


def test_a_chunked_body_is_read(server: Server) -> None:
    words = CHUNKED + chunk(b'{"email": ') + chunk(b'"a@example.com", "x": 1}') + b"0\r\n\r\n"
    assert [row["field"] for row in refused(server, words, 400)["errors"]] == ["password"]


@pytest.mark.parametrize("framing", ["length", "chunked", "a length that is a lie"])
def test_more_than_a_stranger_may_send_is_refused(server: Server, framing: str) -> None:
    body = b'{"email": "' + b"a" * 17_000 + b'"}'
    words = {
        "length": LOGIN + b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body),
        "chunked": CHUNKED + chunk(body) + b"0\r\n\r\n",
        "a length that is a lie": LOGIN
        + b"Connection: close\r\nContent-Length: 9999999999\r\n\r\n",
    }[framing]
    assert refused(server, words, 413)["code"] == "payload_too_large"


def test_tiny_chunks_cost_little(server: Server) -> None:
    """1.6 MB on the wire for 270 KB of body: reading stops once it is too much."""
    before = cpu_seconds(server)
    with suppress(OSError):  # what follows the refusal meets a closed connection
        server.say(CHUNKED + b"1\r\na\r\n" * 270_000 + b"0\r\n\r\n")
    assert cpu_seconds(server) - before < 0.5


def cpu_seconds(server: Server) -> float:
    """Returns the CPU time that the server's processes have used so far."""
    (master,) = (
        process
        for process in psutil.Process().children()
        if f"127.0.0.1:{server.port}" in process.cmdline()
    )
    times = [process.cpu_times() for process in (master, *master.children())]
    return sum(each.user + each.system for each in times)


def test_the_next_request_on_a_connection_is_read_from_its_start(server: Server) -> None:
    """A refused body is not read as a request of its own."""
    body = b"GET /health/live/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    first = LOGIN + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    answers = server.say(first + b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answers.count(b"HTTP/1.1 ") == 2
    assert b"HTTP/1.1 200" not in answers


def test_a_body_of_more_than_a_thousand_levels_leaves_the_server_well(server: Server) -> None:
    body = b'{"email":' * 1_700
    words = LOGIN + b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    assert refused(server, words, 400)["code"] == "malformed_json"
    well = server.say(b"GET /health/live/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert b"HTTP/1.1 200" in well


CHARSETS = (
    *(
        b"charset=idna",
        b"charset=hex",
        b"charset=undefined",
        b"charset=punycode",
        b"charset=utf-16",
    ),
    *(b"charset*=x''\xff", b"charset*=nope'en'utf-8", b"charset*=undefined''%41"),
)


@pytest.mark.parametrize("charset", CHARSETS)
def test_the_charset_of_a_body_does_not_change_how_the_address_is_read(
    server: Server, charset: bytes
) -> None:
    """Whatever Content-Type says, `nonsense` is not a value of the filter."""
    for kind in (b"application/json; ", b"text/plain; "):
        head = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + kind
        words = b"GET /api/v1/movies/?now_showing=%%6eonsense%s%s\r\n\r\n" % (head, charset)
        assert refused(server, words, 400)["errors"][0]["field"] == "now_showing"
        words = b"POST /api/v1/auth/login/%s%s\r\nContent-Length: 2\r\n\r\n{}" % (head, charset)
        refused(server, words, 415)


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: +2",
        b"Content-Length: 0_2",
        b"Content-Length: 2, 2",
        b"Content-Length : 2",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"Content-Length: 2\r\nExpect: nonsense",
        b"Content-Length: 2\r\nHost: evil.example",
        b"Content-Length: 2\r\nSCRIPT_NAME: /evil",
    ],
)
def test_headers_that_two_readers_would_read_in_two_ways_are_refused(
    server: Server, framing: bytes
) -> None:
    refused(server, LOGIN + framing + b"\r\nConnection: close\r\n\r\n{}", 400)


def test_a_second_authorization_is_not_believed(server: Server) -> None:
    for name in (b"HTTP_AUTHORIZATION", b"Authorization-", b"X-Authorization"):
        words = (
            b"GET /api/v1/users/me/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"%s: Bearer x\r\n\r\n" % name
        )
        assert refused(server, words, 401)["code"] == "not_authenticated"
    twice = (
        b"GET /api/v1/users/me/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Authorization: Bearer x\r\nAuthorization: Bearer y\r\n\r\n"
    )
    assert refused(server, twice, 401)["code"] == "token_not_valid"
