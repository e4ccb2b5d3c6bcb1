"""Web workers whose master was killed finish their requests, and do not block the next master."""

import os
import signal
import socket
import time

import psutil

from tests.server import Server, environment, serving

QUESTION = b"GET /health/live/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b'{"email": "nobody@example.com"}'
LOGIN = (
    b"POST /api/v1/auth/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY)
)
SOON = 8


def kill_master_of(server: Server) -> None:
    (master,) = (
        process
        for process in psutil.Process().children()
        if f"127.0.0.1:{server.port}" in process.cmdline()
    )
    os.kill(master.pid, signal.SIGKILL)


def next_master_can_listen(server: Server) -> bool:
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        try:
            socket.create_server(("127.0.0.1", server.port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def hears(wire: socket.socket, words: bytes) -> bool:
    said = b""
    while words not in said and (more := wire.recv(65536)):
        said += more
    return words in said


def test_the_port_is_free_before_the_last_request_is_answered() -> None:
    """A request that is half sent has ten seconds to come."""
    with (
        serving(environment(DEVELOPMENT="true"), arguments=("-w", "1")) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=SOON) as wire,
    ):
        wire.sendall(QUESTION)
        assert hears(wire, b'{"status": "ok"}')
        wire.sendall(LOGIN)
        kill_master_of(server)
        assert next_master_can_listen(server)
        wire.sendall(BODY)
        assert hears(wire, b"HTTP/1.1 400")
