"""The proxy sees each COMMIT, however the bytes arrive, and nothing else."""

import struct

import pytest

from lab.stress.commits import ClientStream


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


SSL = struct.pack("!II", 8, 80877103)
STARTUP = message(b"", struct.pack("!I", 196608) + b"user\0postgres\0\0")
SELECT = message(b"Q", b"SELECT 'COMMIT'\0")
SIMPLE = message(b"Q", b"COMMIT\0")
PREPARED = message(b"P", b"\0COMMIT\0\0\0") + message(b"B", b"\0\0") + message(b"S", b"")


@pytest.mark.parametrize("start", [STARTUP, SSL + STARTUP])
@pytest.mark.parametrize("commit", [SIMPLE, PREPARED])
def test_a_commit_is_seen(start: bytes, commit: bytes) -> None:
    stream = ClientStream()
    assert not stream.sees_commit(start)
    assert not stream.sees_commit(SELECT)
    assert stream.sees_commit(commit)


def test_a_commit_is_seen_when_its_last_byte_arrives() -> None:
    stream = ClientStream()
    pieces = [bytes([byte]) for byte in STARTUP + SELECT + SIMPLE]
    assert [stream.sees_commit(piece) for piece in pieces] == [False] * (len(pieces) - 1) + [True]
