"""The settings refuse what would be unsafe, and .env.example explains each variable."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.server import BASE_DIR, bare

SAFE = {
    "SECRET_KEY": "c2FmZSBlbm91Z2ggZm9yIHRoZSB0ZXN0cyBvZiB0aGlz",
    "ALLOWED_HOSTS": "tickets.example.com",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
}
Start = Callable[..., "Ended"]


@dataclass
class Ended:
    returncode: int
    stdout: str
    stderr: str


class Starter:
    """A running tests/settings_process.py."""

    def __init__(self, process: "subprocess.Popen[str]", directory: Path) -> None:
        self._process = process
        self._said = [directory / name for name in ("stdout", "stderr")]

    def python(self, *words: str, **environment: str) -> Ended:
        """`python words` in this environment alone."""
        task = {"words": words, "environment": bare(**environment), "said": map(str, self._said)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task, default=list) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return Ended(code, *(path.read_text() for path in self._said))


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.settings_process"],
        cwd=BASE_DIR,
        env=bare(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Starter(process, tmp_path_factory.mktemp("said"))


@pytest.fixture
def start(starter: Starter) -> Start:
    """`manage.py check --deploy` in production's settings with changes; "" leaves one out."""

    def ended(**changes: str) -> Ended:
        environment = {name: value for name, value in (SAFE | changes).items() if value}
        words = ["manage.py", "check", "--deploy", "--tag", "security", "--fail-level", "WARNING"]
        return starter.python(*words, **environment)

    return ended


@pytest.fixture
def run(starter: Starter) -> Start:
    """`run(code, NAME="value")` is `python -c code`."""
    return partial(starter.python, "-c")


def test_settings_are_read_by_a_process_that_forgets_them(run: Start) -> None:
    """What one start was told the next does not know."""
    code = "import os, sys; print(sorted(os.environ), 'core.settings' in sys.modules)"
    run("import core.settings", **SAFE)
    assert "SECRET_KEY" not in run(code).stdout
    assert run(code).stdout.endswith("False\n")


def test_production_is_clean_by_djangos_own_check(start: Start) -> None:
    ended = start()
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout


def test_cookies_have_names_that_only_this_host_can_set(run: Start) -> None:
    """A browser takes a `__Host-` cookie only if it is Secure, of the path / and of no domain."""
    code = (
        "from core import settings as s; from django.conf import global_settings as g\n"
        "for kind in ('SESSION', 'CSRF'):\n"
        "    for part in ('NAME', 'SECURE', 'PATH', 'DOMAIN', 'HTTPONLY'):\n"
        "        name = f'{kind}_COOKIE_{part}'\n"
        "        print(getattr(s, name, getattr(g, name)), end=' ')"
    )
    said = run(code, **SAFE).stdout
    assert said == "__Host-session True / None True __Host-csrf True / None True "


def test_the_secret_that_render_makes_is_enough(start: Start) -> None:
    """256 bits in base64."""
    assert start(SECRET_KEY="q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=").returncode == 0


def test_the_host_that_render_gives_is_one(start: Start) -> None:
    assert start(ALLOWED_HOSTS="", RENDER_EXTERNAL_HOSTNAME="x.onrender.com").returncode == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "set SECRET_KEY in the environment"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY can be guessed"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY can be guessed"),
        ({"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]}, "SECRET_KEY can be guessed"),
        ({"ALLOWED_HOSTS": ""}, "set ALLOWED_HOSTS in the environment"),
        ({"ALLOWED_HOSTS": "a.example,*"}, "ALLOWED_HOSTS must name the hosts"),
        ({"DATABASE_URL": "", "DEVELOPMENT": "false"}, "set DATABASE_URL in the environment"),
        ({"DATABASE_URL": "sqlite:///db"}, "DATABASE_URL must name a PostgreSQL server"),
        ({"RATE_LIMITS": "logins=9"}, "RATE_LIMITS has no limit logins=9"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES=-1: "),
        ({"TRUSTED_PROXIES": "10.0.0.1/8"}, "TRUSTED_PROXIES=10.0.0.1/8: 10.0.0.1/8 has host bits"),
        ({"TRUSTED_PROXIES": "proxy.example"}, "set how many there are, 1, or their networks"),
        ({"DEBUG": "true"}, "DEBUG shows secrets"),
        ({"RENDER_EXTERNAL_HOSTNAME": "a", "DEVELOPMENT": "true"}, "not for a public server"),
    ],
)
def test_an_unsafe_setting_stops_the_start(
    start: Start, changes: dict[str, str], sentence: str
) -> None:
    ended = start(**changes)
    assert ended.returncode == 1
    assert ended.stderr.startswith("MovieBooking does not start: ")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1


WITHOUT_A_DATABASE = """
from core import database
def embedded_url(cluster):
    raise database.DatabaseUnavailable("Set DATABASE_URL.")
database.embedded_url = embedded_url
import core.settings
"""
SECRET_OF = """
from pathlib import Path
from core import settings
settings.VAR_DIR = Path({place!r})
print(settings._development_secret())
"""
ORIGINS_AND_HSTS = """
from core import settings
print(settings.CORS_ALLOWED_ORIGIN_REGEXES)
print(settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD)
"""


def test_a_checkout_makes_a_secret_of_its_own_once(run: Start, tmp_path: Path) -> None:
    environment = {"DEVELOPMENT": "true", "DATABASE_URL": SAFE["DATABASE_URL"]}
    code = SECRET_OF.format(place=str(tmp_path / "var"))
    first, second = (run(code, **environment).stdout for _ in range(2))
    assert first == second
    assert len(first) > 60


def test_no_database_at_all_stops_the_start_with_a_sentence_too(run: Start) -> None:
    assert run(WITHOUT_A_DATABASE).stderr == "MovieBooking does not start: Set DATABASE_URL.\n"


def test_pages_of_localhost_may_call_in_development_only(run: Start) -> None:
    assert run(ORIGINS_AND_HSTS, **SAFE).stdout.startswith("[]\n")
    developing = run(ORIGINS_AND_HSTS, DEVELOPMENT="true", DATABASE_URL=SAFE["DATABASE_URL"])
    assert "localhost" in developing.stdout


@pytest.mark.parametrize(("asked", "sent"), [({}, False), ({"HSTS_SUBDOMAINS": "true"}, True)])
def test_subdomains_keep_to_https_only_when_asked(
    run: Start, asked: dict[str, str], sent: bool
) -> None:
    assert run(ORIGINS_AND_HSTS, **SAFE, **asked).stdout.endswith(f"{sent} {sent}\n")


def test_a_rate_limit_has_another_number_and_its_own_span(run: Start) -> None:
    code = "from core.settings import RATE_LIMITS as all; print(all['hold'], all['verify_account'])"
    said = run(code, **SAFE, RATE_LIMITS="hold=7").stdout
    assert said.startswith("(7, datetime.timedelta(seconds=600)) (30, ")


def test_the_example_explains_each_variable() -> None:
    read = {"PORT"}
    for name in ("core/settings.py", "gunicorn.conf.py"):
        code = (BASE_DIR / name).read_text()
        read |= set(re.findall(r'(?:env\.\w+|environ\.get|_required)\(\s*"(\w+)"', code))
    assert sorted(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE)) == sorted(read)


EXAMPLE = (BASE_DIR / ".env.example").read_text()
