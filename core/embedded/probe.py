"""Which server answers for a cluster, whatever a left-over file may say."""

import socket
import struct
from pathlib import Path
from typing import NamedTuple

DATABASE = "moviebooking"
SOCKET = ".s.PGSQL.5432"
_NOBODY_ANSWERS = (
    FileNotFoundError,
    NotADirectoryError,
    ConnectionError,
    BlockingIOError,
    TimeoutError,
)
_ANSWER_SECONDS = 5


class Server(NamedTuple):
    """A running server; one that is not ready is starting up or shutting down."""

    pid: int
    sockets: str
    is_ready: bool


def find_server(home: Path) -> Server | None:
    """Return the server that answers for `home`; the word of a left-over file does not count."""
    status = home / "data" / "postmaster.pid"
    try:
        lines = status.read_text().splitlines()
        answer = _answer(f"{lines[4]}/{SOCKET}")
        is_the_same = status.read_text().splitlines()[0] == lines[0]
    except (*_NOBODY_ANSWERS, IndexError):
        return None
    if not answer or not is_the_same:
        return None
    return Server(int(lines[0]), lines[4], is_ready=b"C57P03\0" not in answer)


def _answer(path: str) -> bytes:
    """Log in and out as libpq does; 57P03 in the answer is "starting up" or "shutting down"."""
    parameters = f"user\0postgres\0database\0{DATABASE}\0\0".encode()
    answer = b""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_ANSWER_SECONDS)
        client.connect(path)
        client.sendall(struct.pack("!II", len(parameters) + 8, 3 << 16) + parameters)
        while chunk := client.recv(4096):
            answer += chunk
            if answer.endswith(b"Z\0\0\0\5I"):
                client.sendall(b"X\0\0\0\4")
                break
    return answer
