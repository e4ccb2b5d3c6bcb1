"""The embedded PostgreSQL: started once, shared, repaired, and usable by root."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from core.embedded import __main__ as command
from core.embedded.cluster import BASE_DIR, embedded_url, is_running, stop
from core.embedded.lock import DatabaseUnavailable

FAST = {"fsync": "off"}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "postgres"
    yield path
    stop(path)
    shutil.rmtree(path.resolve(), ignore_errors=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of a cluster that was used and stopped."""
    path = tmp_path_factory.mktemp("made") / "postgres"
    embedded_url(path, settings=FAST)
    stop(path)
    home = path.resolve()
    yield home
    shutil.rmtree(home)


@pytest.fixture
def old_cluster(cluster: Path, made: Path) -> Path:
    """A copy of it with the same programs: making it anew takes a second, and is tested below."""
    home = Path(f"{made}-{secrets.token_hex(4)}")
    home.mkdir()
    subprocess.run(["cp", "-Rp", made / "data", home], check=True)
    for programs in made.glob("programs-*"):
        (home / programs.name).symlink_to(programs)
    shutil.chown(home, made.stat().st_uid, made.stat().st_gid)
    home.chmod(0o700)
    cluster.symlink_to(home)
    return cluster


def value(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def keep_a_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS x")


def postmaster(cluster: Path) -> int:
    return int((cluster / "data" / "postmaster.pid").read_text().split()[0])


def kill_everything(cluster: Path) -> None:
    """Kill the server and its processes, as a power cut would."""
    pid = postmaster(cluster)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, children)):
        os.kill(each, signal.SIGKILL)
    wait_for_the_end_of(pid)


def wait_for_the_end_of(pid: int) -> None:
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}/cwd").exists() and time.monotonic() < deadline:
        time.sleep(0.01)


def start_elsewhere(cluster: Path) -> subprocess.Popen[str]:
    """Call `embedded_url` in another process, which prints the URL."""
    program = (
        "import sys; from pathlib import Path; from core.embedded.cluster import embedded_url;"
        "print(embedded_url(Path(sys.argv[1]), settings={'fsync': 'off'}))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(cluster)],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_it_makes_a_database_that_knows_all_letters(cluster: Path) -> None:
    url = embedded_url(cluster, max_connections=33, settings=FAST)

    assert value(url, "SELECT current_database()") == "moviebooking"
    assert value(url, "SELECT lower('ÉЖ')") == "éж"
    assert value(url, "SHOW max_connections") == "33"
    assert value(url, "SHOW fsync") == "off"
    assert value(url, "SHOW listen_addresses") == ""


def test_several_processes_at_once_share_one_server(cluster: Path) -> None:
    starters = [start_elsewhere(cluster) for _ in range(5)]
    urls = {starter.communicate(timeout=60)[0].strip() for starter in starters}

    assert [starter.returncode for starter in starters] == [0] * 5, urls
    assert urls == {embedded_url(cluster)}


def test_a_running_server_costs_no_process(
    old_cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = embedded_url(old_cluster, settings=FAST)
    monkeypatch.setattr(subprocess, "Popen", None)

    assert embedded_url(old_cluster) == url


def test_stop_ends_it_and_keeps_its_data(old_cluster: Path) -> None:
    url = embedded_url(old_cluster, settings=FAST)
    keep_a_row(url)
    pid = postmaster(old_cluster)

    assert is_running(old_cluster)
    assert stop(old_cluster)
    assert not is_running(old_cluster)
    assert not Path(f"/proc/{pid}/cwd").exists()
    assert not stop(old_cluster)
    assert value(embedded_url(old_cluster, settings=FAST), "SELECT x FROM kept") == 7


def test_stopping_what_never_was_is_no_error(cluster: Path) -> None:
    assert not stop(cluster)
    assert not is_running(cluster)
    assert not cluster.exists()


def test_it_returns_after_everything_was_killed(old_cluster: Path) -> None:
    url = embedded_url(old_cluster)
    keep_a_row(url)
    kill_everything(old_cluster)

    assert value(embedded_url(old_cluster), "SELECT x FROM kept") == 7


def test_it_returns_after_only_the_postmaster_was_killed(old_cluster: Path) -> None:
    embedded_url(old_cluster, settings=FAST)
    pid = postmaster(old_cluster)
    os.kill(pid, signal.SIGKILL)
    wait_for_the_end_of(pid)

    assert value(embedded_url(old_cluster, settings=FAST), "SELECT 1") == 1


def test_a_process_id_used_again_is_neither_believed_nor_killed(old_cluster: Path) -> None:
    embedded_url(old_cluster, settings=FAST)
    old = postmaster(old_cluster)
    kill_everything(old_cluster)
    owner = old_cluster.stat()
    as_owner = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "60"], cwd="/", **as_owner) as bystander:  # type: ignore[call-overload]
        for left_over in (
            old_cluster / "data" / "postmaster.pid",
            old_cluster / ".s.PGSQL.5432.lock",
        ):
            if left_over.exists():
                left_over.write_text(left_over.read_text().replace(str(old), str(bystander.pid)))

        assert not is_running(old_cluster)
        assert not stop(old_cluster)
        assert value(embedded_url(old_cluster, settings=FAST), "SELECT 1") == 1
        assert bystander.poll() is None
        bystander.kill()


def test_an_interrupted_initdb_is_done_again(cluster: Path) -> None:
    starter = start_elsewhere(cluster)
    deadline = time.monotonic() + 10
    while not (cluster / "data.new" / "PG_VERSION").exists() and time.monotonic() < deadline:
        time.sleep(0.001)
    starter.kill()
    starter.communicate()

    assert not (cluster / "data").exists()
    assert value(embedded_url(cluster, settings=FAST), "SELECT 1") == 1
    assert not (cluster / "data.new").exists()


def test_a_starter_that_is_killed_leaves_nothing_broken(old_cluster: Path) -> None:
    url = embedded_url(old_cluster, settings=FAST)
    assert stop(old_cluster)
    starter = start_elsewhere(old_cluster)
    time.sleep(0.06)
    starter.kill()
    starter.communicate()

    assert embedded_url(old_cluster, settings=FAST) == url
    assert value(url, "SELECT 1") == 1


def test_it_survives_ctrl_c_in_the_terminal_that_started_it(old_cluster: Path) -> None:
    starter = start_elsewhere(old_cluster)
    url, _ = starter.communicate(timeout=60)

    assert os.getsid(postmaster(old_cluster)) != starter.pid
    assert value(url.strip(), "SELECT 1") == 1


def test_a_long_path_gets_a_socket_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 120) / "postgres"
    url = embedded_url(path, settings=FAST)
    sockets = Path(unquote(urlsplit(url).netloc).removeprefix("postgres@").removesuffix(":5432"))
    try:
        assert value(url, "SELECT 1") == 1
        assert sockets.stat().st_mode & 0o777 == 0o700
    finally:
        stop(path)
        shutil.rmtree(path.resolve())
        shutil.rmtree(sockets, ignore_errors=True)


def test_a_server_that_cannot_start_shows_its_log(old_cluster: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"server\.log(.|\n)*not_a_setting"):
        embedded_url(old_cluster, settings={"not_a_setting": "1"})
    assert value(embedded_url(old_cluster, settings=FAST), "SELECT 1") == 1


def test_without_the_wheel_it_says_what_to_do(
    cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(DatabaseUnavailable, match="Set DATABASE_URL to a PostgreSQL server"):
        embedded_url(cluster)


def test_the_command_names_the_database_and_stops_it(
    old_cluster: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "DEVELOPMENT_CLUSTER", old_cluster)
    monkeypatch.setattr(command, "TEST_CLUSTER", old_cluster / "none")

    assert command.main(["url"]) == 0
    assert value(capsys.readouterr().out.strip(), "SELECT 1") == 1
    assert command.main(["stop"]) == 0
    assert capsys.readouterr().out == f"Stopped the database in {old_cluster}.\n"
    assert not is_running(old_cluster)
    assert command.main(["start"]) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.needs("root")
class TestRoot:
    def test_data_out_of_reach_live_in_var_lib(self, cluster: Path) -> None:
        embedded_url(cluster, settings=FAST)

        assert cluster.is_symlink()
        assert cluster.resolve().parent == Path("/var/lib")
        assert Path(f"/proc/{postmaster(cluster)}").stat().st_uid != 0

    def test_data_within_reach_stay(self) -> None:
        base = Path("/tmp") / f"moviebooking-test-{os.getpid()}"
        base.mkdir(mode=0o755)
        try:
            embedded_url(base / "postgres", settings=FAST)

            assert not (base / "postgres").is_symlink()
            assert (base / "postgres" / "data").is_dir()
        finally:
            stop(base / "postgres")
            shutil.rmtree(base)

    def test_a_lost_directory_is_made_anew(self, cluster: Path) -> None:
        cluster.symlink_to("/var/lib/moviebooking-gone")

        assert value(embedded_url(cluster, settings=FAST), "SELECT 1") == 1
