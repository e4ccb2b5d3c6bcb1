"""docs/deploy.md, "by hand", followed in a clean environment by a user without rights."""

import json
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.db import connection

from tests.mail_servers import Mailbox, free_port, mail_server
from tests.problems import problem
from tests.server import BASE_DIR, Server, Switch, serving

HTTPS = {"X-Forwarded-Proto": "https"}
LEFT_OUT = shutil.ignore_patterns(".*", "var", "staticfiles", "node_modules", "__pycache__")


@pytest.fixture(scope="module")
def nobody() -> int | None:
    """The id of a user without rights; None when this process has none itself, or when all of the
    machine's Pythons are root's alone."""
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    return user if python_for(user) else None


@pytest.fixture(scope="module")
def house(nobody: int | None) -> Iterator[Path]:
    """A copy of the project, with a virtual environment of production's requirements alone."""
    with tempfile.TemporaryDirectory(dir=roomy_memory()) as name:
        place = Path(name)
        place.chmod(0o755)
        home = place / "house"
        shutil.copytree(BASE_DIR, home, ignore=LEFT_OUT)
        install(place / "venv", home, str(python_for(nobody)))
        if nobody:
            subprocess.run(["chown", "-R", str(nobody), str(place)], check=True)
        yield home


def install(environment: Path, home: Path, python: str) -> None:
    """Run the page's pip, which need not be installed there for it, nor compile what none runs."""
    subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True)
    quick = ("--quiet", "--no-compile")  # PIP_NO_COMPILE=1 would compile: pip reads it as its dest
    for command in commands("pip"):
        words = [sys.executable, "-m", command[0], "--python", str(environment), *command[1:]]
        subprocess.run([*words, *quick], cwd=home, check=True)


def roomy_memory() -> str | None:
    """A place where ten thousand small files cost no disk; None where there is none."""
    place = "/dev/shm"
    if not os.path.isdir(place) or os.statvfs(place).f_flag & os.ST_NOEXEC:  # noqa: PTH112
        return None
    return place if shutil.disk_usage(place).free > 2**30 else None


def python_for(user: int | None) -> str | None:
    """A Python that this user may run: root's own may lie where others do not get."""
    for name in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        told = [name, "-c", "import venv, sys; sys.exit(sys.version_info < (3, 11))"]
        try:
            if (
                subprocess.run(
                    told, user=user, group=user, capture_output=True, check=False
                ).returncode
                == 0
            ):
                return name
        except (PermissionError, FileNotFoundError):
            continue
    return None


def commands(beginning: str) -> list[list[str]]:
    """The page's commands that begin with this word."""
    page = (BASE_DIR / "docs" / "deploy.md").read_text()
    found = re.findall(rf"^{re.escape(beginning)}\b.*$", page, flags=re.MULTILINE)
    assert found, f"docs/deploy.md does not say {beginning}"
    return [line.split() for line in found]


def statements() -> list[str]:
    """What the page lets an administrator of the server say, to make the database."""
    page = (BASE_DIR / "docs" / "deploy.md").read_text()
    (block,) = re.findall(r"^```sql\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    return [line for line in block.splitlines() if line.startswith("CREATE ")]


@pytest.fixture(scope="module")
def variables(
    house: Path, switch: Switch, django_db_blocker: pytest.FixtureRequest
) -> Iterator[dict[str, str]]:
    """The variables that the page names, on a database and a role as it makes them."""
    name = f"deploy_{secrets.token_hex(4)}"
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for statement in statements():
            cursor.execute(statement.replace("moviebooking", name))
        yield {
            "PATH": f"{house.parent / 'venv' / 'bin'}:/usr/bin:/bin",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": f"postgresql://{name}:password@127.0.0.1:{switch.port}/{name}",
            "WEB_CONCURRENCY": "1",
        }
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        cursor.execute(f"DROP ROLE {name}")


@pytest.fixture(scope="module")
def deployed(house: Path, variables: dict[str, str], nobody: int | None) -> Iterator[Server]:
    gunicorn = (str(house.parent / "venv" / "bin" / "gunicorn"),)
    assert ["gunicorn", "core.wsgi:application", "--preload"] in commands("gunicorn")
    for command in commands("python manage.py collectstatic"):
        by_hand(command, house, variables, nobody)
    with serving(variables, command=gunicorn, directory=house, user=nobody) as server:
        yield server


def test_it_serves_with_these_commands_alone(
    deployed: Server, house: Path, variables: dict[str, str], nobody: int | None
) -> None:
    began = time.monotonic()
    with httpx.Client(base_url=deployed.url, headers=HTTPS, timeout=20) as client:
        said = problem(client.get("/health/ready/"), 503, "unavailable")
        assert "users.0001_initial" in said["detail"]
        for command in commands("python manage.py migrate"):
            by_hand(command, house, variables, nobody)
        its_first_admin_logs_in(client, house, variables, nobody)
        ready = client.get("/health/ready/")
        assert (ready.status_code, ready.json()["worker"]) == (200, "none")
        for page in ("/api/v1/docs/", "/admin/login/"):
            its_files_are_served(client, page)
        it_is_https_only(client)
        someone_registers(client)
        its_worker_mails_her_code(house, variables, nobody)
        while "No worker is running" not in deployed.log.read_text():
            assert time.monotonic() - began < 30
            assert client.get("/health/live/").status_code == 200
            time.sleep(0.2)
    its_log_is_json_without_secrets(deployed.log.read_text(), variables)


def by_hand(command: list[str], house: Path, variables: dict[str, str], user: int | None) -> None:
    """Run one of the page's commands to its end."""
    told = subprocess.run(
        command,
        cwd=house,
        env=variables,
        user=user,
        group=user,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr


def its_first_admin_logs_in(
    client: httpx.Client, house: Path, variables: dict[str, str], user: int | None
) -> None:
    """The command asks for what is said here in its words and in a variable."""
    ada = {"email": "ada@example.com", "password": "an admin of her own"}
    ((*command,),) = commands("python manage.py createsuperuser")
    answers = ["--no-input", "--email", ada["email"], "--name", "Ada"]
    secret = {"DJANGO_SUPERUSER_PASSWORD": ada["password"]}
    by_hand([*command, *answers], house, variables | secret, user)
    logged_in = client.post("/api/v1/auth/login/", json=ada)
    assert logged_in.json()["user"]["role"] == "admin"


def its_worker_mails_her_code(house: Path, variables: dict[str, str], user: int | None) -> None:
    mailbox, port = Mailbox(), free_port()
    ((*command,),) = commands("python manage.py worker")
    with mail_server(mailbox, port):
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        by_hand([*command, "--once"], house, variables | mail, user)
    mail_to_vera = mailbox.mails.get_nowait()
    assert mail_to_vera["To"] == "vera@example.com"
    assert mail_to_vera["From"] == "MovieBooking <noreply@127.0.0.1>"


def its_files_are_served(client: httpx.Client, page: str) -> None:
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get(page).text)
    assert len(links) >= 3
    for link in links:
        file = client.get(link)
        assert file.status_code == 200, link
        assert "max-age=315360000" in file.headers["Cache-Control"], link
    sheet = next(link for link in links if link.endswith(".css"))
    for coding in ("gzip", "br"):
        file = client.head(sheet, headers={"Accept-Encoding": coding})
        assert file.headers["Content-Encoding"] == coding


def it_is_https_only(client: httpx.Client) -> None:
    plain = client.get("/api/v1/docs/", headers={"X-Forwarded-Proto": "http"})
    assert plain.status_code == 301
    assert plain.headers["Location"].startswith("https://")
    secure = client.get("/admin/login/")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Secure" in secure.headers["Set-Cookie"]
    problem(client.get("/", headers={"Host": "evil.example"}), 400, "bad_request")


def someone_registers(client: httpx.Client) -> None:
    body = {"email": "vera@example.com", "password": "a long way to the sea", "name": "Vera"}
    made = client.post("/api/v1/auth/register/", json=body)
    assert made.status_code == 201
    token = {"Authorization": f"Bearer {made.json()['access']}"}
    assert client.get("/api/v1/users/me/", headers=token).status_code == 200
    assert client.get("/api/v1/users/me/?secret=in-the-query", headers=token).status_code == 400


def its_log_is_json_without_secrets(log: str, variables: dict[str, str]) -> None:
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request"]
    own = next(line for line in requests if line["route"] == "api/v1/users/me/")
    assert own["user_id"] > 0
    assert own["duration_ms"] > 0
    assert own["status"] == 200
    assert len({line["request_id"] for line in requests}) == len(requests)
    for secret in ("vera@", "to the sea", "in-the-query", "eyJ", variables["SECRET_KEY"]):
        assert secret not in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("PATH",), ", for these reasons:\n- set SECRET_KEY in the environment, for example "),
        (None, ": SECRET_KEY can be guessed"),
    ],
)
def test_an_unsafe_start_says_why_in_one_sentence(
    deployed: Server,
    house: Path,
    variables: dict[str, str],
    names: tuple[str, ...] | None,
    sentence: str,
) -> None:
    """Of the server itself, also without any variable; tests/test_settings.py has every case."""
    gunicorn = [
        str(house.parent / "venv" / "bin" / "gunicorn"),
        "core.wsgi:application",
        "--preload",
    ]
    unsafe = {**variables, "SECRET_KEY": "short"}
    if names:
        unsafe = {name: variables[name] for name in names}
    ended = subprocess.run(
        gunicorn, cwd=house, env=unsafe, capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert f"MovieBooking does not start{sentence}" in ended.stderr
