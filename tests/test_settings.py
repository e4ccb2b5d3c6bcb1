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
    assert said == "__Host-office True / None True __Host-csrf True / None True "


def test_the_cookie_of_a_login_is_not_the_admins(run: Start) -> None:
    code = "from core import settings as s; print(s.LOGIN_COOKIE, s.SESSION_COOKIE_NAME, end='')"
    assert run(code, **SAFE).stdout == "__Host-session __Host-office"


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
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS has commas and nothing else"),
        ({"ALLOWED_HOSTS": "a.example,*"}, "ALLOWED_HOSTS must name the hosts"),
        ({"ALLOWED_HOSTS": "https://a.example"}, "ALLOWED_HOSTS must have names alone"),
        ({"ALLOWED_HOSTS": "a.example:8000"}, "ALLOWED_HOSTS must have names alone"),
        ({"DATABASE_URL": "", "DEVELOPMENT": "false"}, "set DATABASE_URL in the environment"),
        ({"DATABASE_URL": "sqlite:///db"}, "DATABASE_URL must name a database of a PostgreSQL"),
        ({"DATABASE_URL": "postgresql://u@db"}, "DATABASE_URL must name a database of a"),
        ({"DATABASE_URL": "postgresql://u:a#b@db/x"}, "DATABASE_URL cannot be read; in its user"),
        ({"DATABASE_URL": "postgresql://u:a/b@db/x"}, "DATABASE_URL cannot be read; in its user"),
        ({"DATABASE_URL": "postgresql://u:1/b@db/x"}, "DATABASE_URL cannot be read; in its user"),
        ({"DATABASE_URL": "postgresql://u:a?b@db/x"}, "DATABASE_URL cannot be read; in its user"),
        ({"DATABASE_URL": "postgresql://u:a[b@db/x"}, "DATABASE_URL cannot be read; in its user"),
        ({"DATABASE_URL": "postgresql://u@db:port/x"}, "DATABASE_URL cannot be read; in its user"),
        ({"RATE_LIMITS": "logins=9"}, "RATE_LIMITS has no limit logins=9"),
        ({"RATE_LIMITS": "hold=many"}, "RATE_LIMITS has no limit hold=many"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES must be how many there are, as 1, or"),
        ({"TRUSTED_PROXIES": "10.0.0.1/8"}, "10.0.0.0/8,127.0.0.1: 10.0.0.1/8 has host bits"),
        ({"TRUSTED_PROXIES": "proxy.example"}, "TRUSTED_PROXIES must be how many there are"),
        ({"DEBUG": "true"}, "DEBUG shows secrets"),
        ({"RENDER_EXTERNAL_HOSTNAME": "a", "DEVELOPMENT": "true"}, "not for a public server"),
        ({"FISCAL": "fake"}, "FISCAL must be one of: none"),
        ({"DEVELOPMENT": "perhaps"}, "DEVELOPMENT must be true or false, not perhaps"),
        ({"PUBLIC_URL": "tickets.example.com"}, "PUBLIC_URL must be a URL such as https://"),
        ({"CORS_ALLOWED_ORIGINS": "www.example.com"}, "CORS_ALLOWED_ORIGINS must have scheme"),
        ({"CORS_ALLOWED_ORIGINS": "https://a.example/x"}, "CORS_ALLOWED_ORIGINS must have scheme"),
        ({"CORS_ALLOWED_ORIGINS": "https://*.example"}, "CORS_ALLOWED_ORIGINS must have scheme"),
        ({"CSRF_TRUSTED_ORIGINS": "*.example.com"}, "CSRF_TRUSTED_ORIGINS must have scheme"),
        ({"BOOKING_URL": "https://a.example/b/"}, "BOOKING_URL must be a URL with {reference}"),
        ({"INVITATION_URL": "/invitation"}, "INVITATION_URL must be a URL such as"),
        ({"SITE_IMPRINT_URL": "imprint"}, "SITE_IMPRINT_URL must be a URL such as"),
        ({"SITE_PRIVACY_URL": "ftp://a.example/"}, "SITE_PRIVACY_URL must be a URL such as"),
        ({"BOOKING_URL": "/b/{reference}"}, "BOOKING_URL must be a URL with {reference}"),
        (
            {"BOOKING_URL": "https://a.example/{id}/{reference}"},
            "BOOKING_URL must be a URL with {reference} and no other braces",
        ),
        ({"EMAIL_URL": "mail.example.com"}, "EMAIL_URL must begin with smtps://, smtp+ssl://, "),
        ({"EMAIL_URL": "dummymail://"}, "EMAIL_URL must begin with smtps://, smtp+ssl://, "),
        ({"EMAIL_URL": "smtps://"}, "EMAIL_URL must have a host"),
        ({"EMAIL_URL": "smtp://mail.example.com?tls=True"}, "EMAIL_URL must have a host and noth"),
        ({"EMAIL_URL": "smtps://u:p#w@mail.example.com"}, "EMAIL_URL cannot be read; in its user"),
        ({"EMAIL_URL": "smtps://mail.example.com:587"}, "port 587, which takes STARTTLS: write"),
        ({"EMAIL_URL": "submission://mail.example.com:465"}, "port 465, which takes TLS: write"),
        ({"EMAIL_URL": "smtp://mail.example.com:465"}, "port 465, which takes TLS: write smtps://"),
        ({"EMAIL_URL": "smtp://u:pw@mail.example.com"}, "would send the password in the clear"),
        ({"EMAIL_TIMEOUT": "0"}, "EMAIL_TIMEOUT must be a whole number from 1 to "),
        ({"DEFAULT_FROM_EMAIL": "Kino Bar"}, "DEFAULT_FROM_EMAIL must be one address"),
        ({"DEFAULT_FROM_EMAIL": "a@b.de, c@d.de"}, "DEFAULT_FROM_EMAIL must be one address"),
        ({"SITE_NAME": "Kino\nBcc: x@example.com"}, "SITE_NAME must be a name on one line"),
        ({"CONN_MAX_AGE": "ten"}, "CONN_MAX_AGE must be a whole number from 0 to "),
        ({"CANCEL_UNTIL_MINUTES": "-5"}, "CANCEL_UNTIL_MINUTES must be a whole number from 0"),
        ({"DATABASE_ANSWERS_WITHIN": "nan"}, "DATABASE_ANSWERS_WITHIN must be a number of sec"),
        ({"PASSWORD_HASHES_AT_ONCE": "0"}, "PASSWORD_HASHES_AT_ONCE must be a whole number"),
        ({"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY must be a whole number from 1 to "),
        ({"WEB_THREADS": "4.5"}, "WEB_THREADS must be a whole number from 1 to "),
        ({"HOLD_ADDRESS_SHARE": "20"}, "HOLD_ADDRESS_SHARE must be a share of up to 1, as 0.2"),
        ({"PORT": "80 80"}, "PORT must be a whole number from 0 to 65535, not 80 80"),
        ({"HSTS_SUBDOMAINS": "2"}, "HSTS_SUBDOMAINS must be true or false, not 2"),
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


@pytest.mark.parametrize(
    "changes",
    [
        {"EMAIL_URL": "smtps://u:hunter#2@mail.example.com"},
        {"EMAIL_URL": "smtps://u:hunter2@mail.example.com/x"},
        {"EMAIL_URL": "smtp://u:hunter2@mail.example.com"},
        {"EMAIL_URL": "hunter2"},
        {"DATABASE_URL": "postgresql://u:hunter/2@db.example.com/x"},
        {"DATABASE_URL": "mysql://u:hunter2@db.example.com/x"},
        {"SECRET_KEY": "hunter2"},
    ],
)
def test_a_refused_secret_is_not_repeated(start: Start, changes: dict[str, str]) -> None:
    assert "hunter" not in start(**changes).stderr


def test_all_that_is_missing_or_wrong_is_said_in_one_go(start: Start) -> None:
    nothing = {"SECRET_KEY": "", "ALLOWED_HOSTS": "", "DATABASE_URL": "", "DEVELOPMENT": "false"}
    ended = start(**nothing, EMAIL_URL="mail", WEB_THREADS="many")
    assert ended.returncode == 1
    first, *reasons = ended.stderr.splitlines()
    assert first == "MovieBooking does not start, for these reasons:"
    assert [reason.split(" in the ")[0] for reason in reasons[:3]] == [
        "- set SECRET_KEY",
        "- set DATABASE_URL",
        "- set ALLOWED_HOSTS",
    ]
    assert [reason.split(" must ")[0] for reason in reasons[3:]] == ["- EMAIL_URL", "- WEB_THREADS"]


VALUES = "from core import settings\nfor name in {names!r}: print(getattr(settings, name))"


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("ALLOWED_HOSTS", " a.example , .b.example,", ["a.example", ".b.example"]),
        ("ALLOWED_HOSTS", "straße.example", ["xn--strae-oqa.example"]),
        (
            "CORS_ALLOWED_ORIGINS",
            "https://a.example, https://B.example:8443/",
            ["https://a.example", "https://b.example:8443"],
        ),
        (
            "CSRF_TRUSTED_ORIGINS",
            "https://a.example ,https://*.b.example",
            ["https://a.example", "https://*.b.example"],
        ),
        ("PUBLIC_URL", " https://a.example/ ", "https://a.example"),
        ("TRUSTED_PROXIES", " 2 ", 2),
        ("SITE_NAME", " Kino, Bar ", "Kino, Bar"),
        ("DEFAULT_FROM_EMAIL", "Kino, Bar <a@kino.example>", '"Kino, Bar" <a@kino.example>'),
        ("DEFAULT_FROM_EMAIL", '"Kino, Bar" <a@kino.example>', '"Kino, Bar" <a@kino.example>'),
        ("DEFAULT_FROM_EMAIL", "a@kinö.example", "a@xn--kin-una.example"),
        ("WEB_CONCURRENCY", "3", 3),
        ("CONN_MAX_AGE", "", 600),
        ("EMAIL_TIMEOUT", " ", 10),
        ("WEB_THREADS", "", 4),
        ("PORT", "", 0),
        ("BOOKING_URL", "", ""),
        ("RATE_LIMITS_ENABLED", "", True),
        ("DATABASE_ANSWERS_WITHIN", "", "0:00:12"),
        ("DATABASE_ANSWERS_WITHIN", "0", "0:00:00"),
    ],
)
def test_a_setting_is_read_as_it_was_meant(run: Start, name: str, value: str, read: object) -> None:
    ended = run(VALUES.format(names=[name]), **SAFE | {name: value})
    assert (ended.stdout, ended.stderr) == (f"{read}\n", "")


MAIL = [
    "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("smtps://u%40x:p%23w@mail.example", "mail.example 465 u@x p#w True False"),
        ("smtps://u:p@mail.example:8465", "mail.example 8465 u p True False"),
        ("smtp+ssl://u:p@mail.example:465", "mail.example 465 u p True False"),
        ("submission://u:p@mail.example", "mail.example 587 u p False True"),
        ("smtp+tls://u:p:q@mail.example:25", "mail.example 25 u p:q False True"),
        ("smtp://u:p@127.0.0.1:1025", "127.0.0.1 1025 u p False False"),
        ("smtp://relay", "relay 25   False False"),
    ],
)
def test_each_scheme_of_mail_means_its_own_kind_of_tls(run: Start, url: str, read: str) -> None:
    ended = run(VALUES.format(names=MAIL), **SAFE, EMAIL_URL=url)
    assert (ended.stdout.replace("\n", " "), ended.stderr) == (read + " ", "")


WITHOUT_A_DATABASE = """
from core.embedded import cluster
def embedded_url(directory):
    raise cluster.DatabaseUnavailable("Set DATABASE_URL.")
cluster.embedded_url = embedded_url
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
    code = (BASE_DIR / "core" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    assert sorted(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE)) == sorted(read)


EXAMPLE = (BASE_DIR / ".env.example").read_text()
