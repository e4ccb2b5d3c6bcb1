"""A database that refuses the program, or is down: whoever starts it reads what to do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from core.embedded.cluster import embedded_url, stop
from tests.server import BASE_DIR, bare, free_port, serving
from tests.test_settings import SAFE

LOCKED = """
local all clerk scram-sha-256
local all stranger reject
local all all trust
"""
MIGRATE = ("manage.py", "migrate")
WORKER = ("manage.py", "worker")
GUNICORN = ("-m", "gunicorn", "core.wsgi:application", "--preload")
USER = "the server refuses this user or its password: correct them"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a PostgreSQL that asks a clerk, who owns nothing, for a password."""
    cluster = tmp_path_factory.mktemp("closed") / "postgres"
    url = embedded_url(cluster, settings={"fsync": "off"})
    (cluster / "data" / "pg_hba.conf").write_text(LOCKED)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE clerk LOGIN PASSWORD 'right'")
        connection.execute("CREATE ROLE stranger LOGIN")
        connection.execute("SELECT pg_reload_conf()")
    yield urlsplit(url).netloc.rpartition("@")[2]
    home = cluster.resolve()
    stop(cluster)
    shutil.rmtree(home)


def ended(words: tuple[str, ...], url: str) -> subprocess.CompletedProcess[str]:
    """What a program says that ends at its start."""
    mail = {"EMAIL_URL": "smtp://localhost", "PATH": os.environ["PATH"], "PORT": "0"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=BASE_DIR,
        env=bare(**SAFE | mail | {"DATABASE_URL": url}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://clerk:wrong@{}/moviebooking", USER),
        ("postgresql://clerk@{}/moviebooking", USER),
        ("postgresql://nobody-known@{}/moviebooking", USER),
        ("postgresql://stranger@{}/moviebooking", "the server lets this user in neither from here"),
        ("postgresql://clerk:right@{}/other", "the server has no such database: correct its name"),
        ("postgresql://clerk:right@{}/moviebooking", "this user may not make tables or extensions"),
        ("postgresql://clerk:right@{}/moviebooking?x=1", "what stands after ? is nothing that"),
        ("postgresql://clerk:right@nowhere.invalid/x", "there is no host of this name: correct it"),
        ("postgresql://clerk:right@127.0.0.1:1/x", "nobody answers there: start PostgreSQL, or"),
    ],
)
def test_a_command_says_what_is_wrong_without_the_password(
    address: str, url: str, sentence: str
) -> None:
    said = ended(MIGRATE, url.format(address))
    assert said.returncode == 1
    shown = url.format(address).partition("?")[0].replace(":wrong", "").replace(":right", "")
    assert said.stderr.startswith(f"DATABASE_URL={shown}: {sentence}")
    assert said.stderr.count("\n") == 1
    assert "right" not in said.stderr.replace("correct", "")


@pytest.mark.parametrize("words", [GUNICORN, WORKER])
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://clerk:wrong@{}/moviebooking", USER),
        ("postgresql://clerk:right@{}/other", "the server has no such database: correct its name"),
        ("postgresql://clerk:right@nowhere.invalid/x", "there is no host of this name: correct it"),
    ],
)
def test_servers_do_not_start(
    address: str, words: tuple[str, ...], url: str, sentence: str
) -> None:
    said = ended(words, url.format(address))
    assert said.returncode == 1
    assert sentence in said.stderr
    assert "Traceback" not in said.stderr
    assert said.stderr.count("\n") == 1


def test_a_database_that_is_only_away_is_waited_for() -> None:
    """SAFE names a port on which nobody listens."""
    variables = bare(**SAFE | {"ALLOWED_HOSTS": "127.0.0.1", "PATH": os.environ["PATH"]})
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"]
    subprocess.run(collect, cwd=BASE_DIR, env=variables, check=True)
    with serving(variables, arguments=("-w", "1")) as server:
        assert httpx.get(f"{server.url}/health/live/").status_code == 200
        assert "nobody answers there: start PostgreSQL" in server.log.read_text()


def test_make_run_ends_with_the_sentence(address: str) -> None:
    url = f"postgresql://clerk:wrong@{address}/moviebooking"
    said = ended(("bin/run", str(free_port())), url)
    assert said.returncode == 1
    assert USER in said.stderr
    assert "Traceback" not in said.stderr
    assert "Filling" not in said.stdout
