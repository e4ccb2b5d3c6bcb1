"""Generated clients buy seats of a real server; `make clients` runs this when it has made them."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from shows.models import Seat, Show, ShowStatus
from tests.clients.programs import NODE, OUT
from tests.server import BASE_DIR, Server

PATIENCE_SECONDS = 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("client", ["openapi-typescript", "hey-api", "orval", "typescript-fetch"])
def test_a_typescript_client_buys_and_understands_every_refusal(
    server: Server, make_show: Callable[..., Show], client: str
) -> None:
    on_sale = [make_show().pk for _ in range(5)]
    variables = {
        "API": server.url,
        "CLIENT": client,
        "ON_SALE": ",".join(map(str, on_sale)),
        "CANCELLED": str(make_show(status=ShowStatus.CANCELLED).pk),
    }
    with subprocess.Popen(
        [NODE / "node", OUT / "journey.mjs"],
        env=os.environ | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as journey:
        assert journey.stdout
        said = journey.stdout.readline()
        if said == "lapse\n":
            Seat.objects.filter(status="selected").update(held_until="2000-01-01T00:00Z")
        said += journey.communicate("lapsed\n", PATIENCE_SECONDS)[0]
    assert (said, journey.returncode) == ("lapse\n", 0), said


@pytest.mark.django_db(transaction=True)
def test_the_python_client_buys(server: Server, show: Show) -> None:
    code = "import sys, use; print(use.book_first_free_seat(*sys.argv[1:4], int(sys.argv[4])))"
    words = (server.url, "anna@example.com", "a long walk home", str(show.pk))
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=os.environ | {"PYTHONPATH": f"{OUT}:{BASE_DIR / 'tests' / 'clients'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) == 10
