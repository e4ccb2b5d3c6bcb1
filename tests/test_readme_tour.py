"""The README's tour, pasted into a shell against the program as `make run` starts it."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

HERE = Path(__file__).resolve().parent.parent
TOUR = re.compile(r"<!-- tour -->(.*)<!-- end of tour -->", re.DOTALL)
BLOCK = re.compile(r"^```(bash|json)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
END = "-- end of block --"


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """That of development, on a database of its own."""
    name = f"tour_{os.getpid()}"
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = re.sub(r"/[^/]*$", f"/{name}", server)
        yield os.environ | {"DATABASE_URL": url, "DEVELOPMENT": "true"}
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def address(environment: dict[str, str]) -> Iterator[str]:
    """Where the web server and its worker run, with the demo's data."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    for command in (["migrate", "-v0"], ["demo", "--if-empty"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=HERE, env=environment, check=True
        )
    web = [sys.executable, "-m", "gunicorn", "core.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    commands = [[*web, "--workers", "1"], [sys.executable, "manage.py", "worker"]]
    running = [subprocess.Popen(command, cwd=HERE, env=environment) for command in commands]
    _wait_for(f"http://127.0.0.1:{port}/health/ready/")
    yield f"127.0.0.1:{port}"
    for process in running:
        process.terminate()
    for process in running:
        process.wait(30)


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"nothing answers at {url}")


def test_the_tour_works_when_pasted(address: str, environment: dict[str, str]) -> None:
    tour = TOUR.search((HERE / "README.md").read_text())
    assert tour
    blocks = BLOCK.findall(tour[1])
    script = "".join(f"{text}\necho '{END}'\n" for kind, text in blocks if kind == "bash")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace("127.0.0.1:8000", address)],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    printed = iter(done.stdout.split(END))
    output = ""
    for kind, text in blocks:
        if kind == "bash":
            output = next(printed).strip()
        else:
            _includes(json.loads(output.splitlines()[-1]), json.loads(text))


def _includes(actual: Any, shown: Any) -> None:
    """What the README shows is there; it leaves out the rest, and further items of lists."""
    if isinstance(shown, dict):
        for key, value in shown.items():
            _includes(actual[key], value)
    elif isinstance(shown, list):
        for item, value in zip(actual, shown, strict=False):
            _includes(item, value)
    else:
        assert actual == shown
